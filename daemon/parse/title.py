"""A page's title: the heading that says what the page calls itself, without the site's name."""

from itertools import islice
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse import jsonld
from daemon.parse.headline import choose_headline, without_kicker
from daemon.parse.outline import READINGS, WIDE
from daemon.parse.plain import resolved, without_marks
from daemon.parse.words import word_set

_TITLES: Final = ("og:title", "twitter:title", "dc.title", "title")
_MOST_HEADINGS: Final = 30
_MOST_PARTS: Final = 200  # of a heading; one left open would hold the page
_FEW: Final = 2
_BREAKS: Final = word_set("br div p")


def told_titles(
    nodes: dict[str | None, list[LexborNode]], meta: dict[str, list[str]], article: dict[str, Any]
) -> list[str]:
    """What the page calls itself: in JSON-LD, in meta tags and in its `<title>`."""
    told = [*jsonld.texts(article.get("headline")), *(meta[name][0] for name in _TITLES if name in meta)]
    told += [line_of(node) for node in nodes.get("title", [])[:1]]
    return [text for each in told if (text := without_marks(resolved(" ".join(each.split()))))]


def find_title(
    tree: LexborHTMLParser, nodes: dict[str | None, list[LexborNode]], told: list[str], site: str, host: str
) -> tuple[str, str]:
    """The title, and the line of the page that says it, where one does."""
    lines: dict[str, LexborNode] = {}

    def headings(found: list[LexborNode]) -> list[str]:
        shown = {text: node for node in found[:_MOST_HEADINGS] if (text := line_of(node))}
        lines.update(shown)
        return list(shown)

    title, heading = choose_headline(
        headings(nodes.get("h1", [])), lambda: headings(tree.css("h2")), told, site, host
    )
    if not heading:
        return title, title
    node = lines[heading]
    return without_kicker(title, told, site, host, is_parted=_has_parts(node)), _together(node)


def line_of(node: LexborNode | None) -> str:
    """What an element says, in one line."""
    if node is None:
        return ""
    if _is_text(node):
        return _together(node)
    if (text := node.text_lexbor()) and max(text) >= WIDE and node.css_first("rt") is not None:
        node.strip_tags([*READINGS])
    return without_marks(" ".join(_spaced(node).split()))


def _is_text(node: LexborNode) -> bool:
    """Whether an element holds no other."""
    return node.child is None or (node.child.is_text_node and node.child.next is None)


def _has_parts(node: LexborNode) -> bool:
    """Whether what an element says lies in several places of it."""
    parts = islice(node.traverse(include_text=True), _MOST_PARTS)
    texts = (part for part in parts if part.is_text_node and not (part.text_content or "").isspace())
    return len(list(islice(texts, _FEW))) == _FEW


def _together(node: LexborNode) -> str:
    return without_marks(" ".join(node.text_lexbor().split()))


def _spaced(node: LexborNode) -> str:
    """What an element says, its lines apart: a line may be an element whose style alone makes it one."""
    said = ""
    for part in islice(node.traverse(include_text=True), _MOST_PARTS):
        text = (part.text_content or "") if part.is_text_node else ""
        is_new_line = part.tag in _BREAKS or (said[-1:].islower() and text[:1].isupper())
        said += f" {text}" if is_new_line else text
    return said
