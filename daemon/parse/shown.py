"""The byline and the date that a page shows its readers, for pages that declare neither."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse.outline import Block, Line
from daemon.parse.people import find_people
from daemon.parse.words import beside_word

_BYLINES: Final = (
    '[rel~="author"], [itemprop~="author"], [class*="author" i], [class*="byline" i], [class*="autor" i], '
    '[class*="auteur" i], [class*="redakteur" i], [id*="author" i], [data-testid*="byline" i], '
    'a[href*="/author" i], a[href*="/writer" i], a[href*="/autor" i], a[href*="/people/"], '
    'a[href*="/profile"]'
)
_DATES: Final = (
    '[itemprop~="datePublished"], [class*="publish" i], time, [class*="date" i], [class*="datum" i], '
    '[class*="fecha" i], [class*="posted" i], [class*="time" i], [id*="date" i]'
)
_NOT_PUBLISHED: Final = re.compile(
    r"modif|updat|aktualis|event|comment|expire|copyright|start|end-|deadline", re.IGNORECASE
)
_MOST_MARKED: Final = 40
_MOST_NEAR: Final = 25
_LONGEST_BYLINE: Final = 150
_FIRST_TEXTS: Final = 5
_LONGEST_DATE: Final = 90
_PARENTS_ASKED: Final = 6
_IN_ADDRESS: Final = re.compile(
    r"[/=]((?:19|20)\d\d)(?P<sep>[/-]?)(0?[1-9]|1[0-2])(?P=sep)(0?[1-9]|[12]\d|3[01])(?=\D|$)"
)


def shown_authors(tree: LexborHTMLParser, near: list[str], site: str) -> tuple[str, ...]:
    """The people in the first element that is named a byline, else in a line near the headline."""
    found: dict[str, None] = {}
    home: LexborNode | None = None
    for node in _marked(tree, _BYLINES):
        if home is not None and node.parent != home:
            continue
        said = _first_texts(node)
        tries = [" ".join(said), *said] if sum(map(len, said)) <= _LONGEST_BYLINE else said
        if people := next(
            (people for text in tries if (people := find_people(text, marked=True, site=site))), ()
        ):
            home = node.parent
            found.update(dict.fromkeys(people))
    if found:
        return tuple(found)
    return next((people for line in near if (people := find_people(line, site=site))), ())


def shown_dates(tree: LexborHTMLParser, near: list[str]) -> Iterator[str]:
    """What may be the date of publication, the likeliest first."""
    for node in _marked(tree, _DATES):
        if len(_line(node)) > _LONGEST_DATE:
            continue
        attributes = node.attributes
        if not _NOT_PUBLISHED.search(
            " ".join((attributes.get("class") or "", attributes.get("itemprop") or ""))
        ):
            yield attributes.get("datetime") or attributes.get("content") or _line(node)
    for line in near:
        if len(line) <= _LONGEST_DATE and any(letter.isdigit() for letter in line):
            yield line


def date_in_address(url: str) -> str:
    """«…/2025/09/12/…» → "2025-09-12"; "" when there is none."""
    match = _IN_ADDRESS.search(url)
    return f"{match[1]}-{int(match[3]):02}-{int(match[4]):02}" if match else ""


def lines_near(page: Block, title: str) -> list[str]:
    """The lines that follow the headline, or the first of the page where there is no such line."""
    lines = [line.text for line in _lines(page)]
    start = lines.index(title) + 1 if title in lines else 0
    return list(islice(lines, start, start + _MOST_NEAR))


def _lines(page: Block) -> Iterator[Line]:
    waiting: list[Block | Line] = [page]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Line):
            yield item
        else:
            waiting += reversed(item.items)


def _marked(tree: LexborHTMLParser, selector: str) -> Iterator[LexborNode]:
    for node in tree.css(selector)[:_MOST_MARKED]:
        if not _in(node, _is_of_others):
            yield node


def _first_texts(node: LexborNode) -> list[str]:
    texts = (text.text_content or "" for text in node.traverse(include_text=True) if text.is_text_node)
    return list(islice((" ".join(text.split()) for text in texts if not text.isspace()), _FIRST_TEXTS))


def _in(node: LexborNode, test: Callable[[str], bool]) -> bool:
    up = node.parent
    for _ in range(_PARENTS_ASKED):
        if up is None:
            return False
        if test((up.attributes.get("class") or "")[:300]):
            return True
        up = up.parent
    return False


def _is_of_others(names: str) -> bool:
    return any(beside_word(name.lower()).isupper() for name in names.split())


def _line(node: LexborNode) -> str:
    return " ".join(node.text_lexbor().split())
