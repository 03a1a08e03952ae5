"""The byline and the date that a page shows its readers, for pages that declare neither."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse.outline import Outline
from daemon.parse.people import find_people, find_people_within, is_house, without_lead, without_rest
from daemon.parse.words import beside_word

# Selectors choose among hundreds of elements in C; what two of them share is asked first.
_BYLINES: Final = (
    '[rel~="author"], [itemprop~="author"], [property$="author"], [rel="sioc:has_creator"], '
    '[class*="aut" i]:is([class*="author" i], [class*="autor" i], '
    '[class*="auteur" i]), [class*="byline" i], [class*="redakteur" i], [id*="author" i], '
    '[data-testid*="byline" i], a:is([href*="/aut" i]:is([href*="/author" i], [href*="/autor" i]), '
    '[href*="/writer" i], [href*="/p"]:is([href*="/people/"], [href*="/profile"]))'
)
_DATES: Final = (
    '[itemprop~="datePublished"], [property]:is([property*="datePublished"], [property~="dc:date"]), '
    '[class*="publish" i], time, '
    '[class*="dat" i]:is([class*="date" i], [class*="datum" i]), [class*="fecha" i], '
    '[class*="posted" i], [class*="time" i], [id*="date" i]'
)
_NOT_PUBLISHED: Final = re.compile(
    r"modif|updat|aktualis|event|comment|expire|copyright|start|end-|deadline", re.IGNORECASE
)
_BYLINE: Final = re.compile(r"author|byline|autor", re.IGNORECASE)
# What stands in such elements and is no name.
_BUTTON: Final = re.compile(
    r"\d|:|\b(?:follow|subscribe|share|read|view|sign|log|login|written|posted|about|more|comments?|name|articles?|"
    r"über|von|mehr|alle|archive|autoren|recipe|gesponserte)\b",
    re.IGNORECASE,
)
_LEAST_CARDS: Final = 3
_MOST_WORDS: Final = 5
_MOST_MARKED: Final = 40
_MOST_NEAR: Final = 25
_LONGEST_BYLINE: Final = 150
_FIRST_TEXTS: Final = 5
_LONGEST_DATE: Final = 90
_MOST_POSTED: Final = 5
_UPDATED: Final = re.compile(
    r"\W*\b(?:last )?(?:updated?|modified|edited|reviewed|(?:zuletzt )?aktualisiert|aktualisierung|"
    r"actualizado|mis(?:e)? à jour|atualizado|aggiorna(?:to|mento)|bijgewerkt|zaktualizowano|aktualizacja|"
    r"aktualizováno|uppdaterad|oppdatert|opdateret|päivitetty|frissítve|actualizat|güncelle(?:me|ndi)|обновлен[оа]?|оновлено|"
    r"ενημερώθηκε|更新日?|最終更新|수정|تحديث|עודכן|diperbarui|cập nhật)\b",
    re.IGNORECASE,
)
# The words for it in the languages of the news, at the beginning of a short line with a number.
_POSTED: Final = re.compile(
    r"\W*(?:(?:first )?(?:posted|published|released|post(?:ing)? (?:time|date)|publi(?:shing|cation) date)"
    r"|veröffentlicht|erschienen|erstellt|stand|publié|mis en ligne|publicado|pubblicato|gepubliceerd"
    r"|opublikowan[oeay]|(?:data )?publikac(?:ja|ji)|dodano|publikováno|vydáno|publicerad|publisert"
    r"|offentliggjort|julkaistu|publicat|megjelent|yayın(?:lanma|landı)?|опубликован[оа]?|опубліковано|"
    r"дата публикации|дата публікації|δημοσιεύ\w+|تاريخ النشر|نشر(?:ت)?(?: في)?|تاریخ انتشار|פורסם|"
    r"発行日?|公開日?|掲載日?|发布(?:时间|日期)?|發佈(?:時間|日期)?|發布(?:時間|日期)?|발행일?|입력|게시일?|diterbitkan|đăng)\b"
    r"[^\d]{0,20}\d.{0,50}$",
    re.IGNORECASE,
)
_MOST_ABOVE: Final = 6
_SIGNED: Final = re.compile(
    r"(?:(?:written|words) by|(?:authors?|contributors?|autor(?:in|en)?|von|texte?|auteurs?|автор)\s?:) "
    r".{3,60}",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?:written|words|posted) by:?|(?:authors?|autor(?:in|en)?|auteurs?|автор)(?:\s?:)?|von:", re.IGNORECASE
)
_LONGEST_LABEL: Final = len("contributors:")
_SIGNS: Final = re.compile(r"\s*[|•·]\s*")
# «3 May 2025 | 13:10 | Jane Doe in Harbours»
_DATED: Final = re.compile(
    r"[^|•·]{0,20}\b20\d\d\b[^|•·]{0,12}(?:[|•·][^|•·]*\d[^|•·]*)?(?:[|•·]|\s[-–—]\s)\s*([^|•·:\d]+)$"
)
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_PARENTS_ASKED: Final = 6
_IN_ADDRESS: Final = re.compile(
    r"[/=]((?:19|20)\d\d)(?P<sep>[/-]?)(0?[1-9]|1[0-2])(?P=sep)(0?[1-9]|[12]\d|3[01])(?=\D|$)"
)
_DAY_FIRST_IN_ADDRESS: Final = re.compile(
    r"[/=](0[1-9]|[12]\d|3[01])-?(0[1-9]|1[0-2])-?((?:19|20)\d\d)(?=\D|$)"
)


class Shown:
    """What a page shows its readers, searched only once somebody asks."""

    def __init__(self, tree: LexborHTMLParser, page: Outline, title: str) -> None:
        self._tree = tree
        self._page = page
        self._title = title

    def authors(self, site: str, logins: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The people in the first element that is named a byline, else in a line near the headline.

        One of the `logins` that the page declares, where that element shows it.
        """
        found: dict[str, None] = {}
        home: LexborNode | None = None
        nodes, cards = self._bylines
        for node in nodes:
            if home is not None and node.parent != home:
                continue
            if home is None and logins and (shown := _shows(node, logins)):
                return shown
            people = _people_in(node, site)
            if people and (node.attributes.get("class") not in cards or self._is_near(people[0])):
                home = node.parent
                found.update(dict.fromkeys(people))
        return tuple(found) or _people_near(self._near, site) or self._signed(site)

    def house(self) -> tuple[str, ...]:
        """Who is named in the first byline that names nobody: a desk, an agency, the site itself."""
        nodes, cards = self._bylines
        names = (_house_in(node) for node in nodes if node.attributes.get("class") not in cards)
        return next(((name,) for name in names if name), ())

    @cached_property
    def _bylines(self) -> tuple[list[LexborNode], set[str]]:
        """What is named a byline, and the classes of those that a list of other articles bears."""
        marked = self._tree.css(_BYLINES)[:_MOST_MARKED]
        nodes = [node for node in marked if not _in(node, _is_of_others)]
        alike: dict[str, list[LexborNode]] = {}
        for node in nodes:
            alike.setdefault(node.attributes.get("class") or "", []).append(node)
        alike.pop("", None)
        return nodes, {names for names, found in alike.items() if _are_cards(found)}

    def _signed(self, site: str) -> tuple[str, ...]:
        """The people in a line, anywhere on the page, that says who wrote it, or below a label of it."""
        above = ""
        for line, _ in self._page.lines:
            text = line.text
            is_named = len(above) <= _LONGEST_LABEL and _LABEL.fullmatch(above)
            if (is_named or _SIGNED.fullmatch(text)) and (
                people := find_people(text, marked=bool(is_named), site=site)
            ):
                return people
            above = text
        return ()

    def dates(self) -> Iterator[str]:
        """What may be the date of publication, the likeliest first."""
        updates: list[str] = []
        for text in chain(self._marked_dates(), self._lines_near(), self._posted()):
            if len(text) > _LONGEST_DATE or not any(map(str.isdigit, text)):
                continue
            first, *update = _UPDATED.split(text)
            if update and not any(map(str.isdigit, first)):
                updates += update
            else:
                yield first
        yield from updates

    def _marked_dates(self) -> Iterator[str]:
        for node in self._dated:
            if not _in(node, _is_of_others):
                yield from _dates_in(node)

    @cached_property
    def _dated(self) -> list[LexborNode]:
        return self._tree.css(_DATES)[:_MOST_MARKED]

    def _posted(self) -> Iterator[str]:
        """What says anywhere on the page that it was published then."""
        for node in self._dated:  # those too that were passed over for what stands around them
            if node.attributes.get("itemprop") == "datePublished":
                yield from _dates_in(node)
        texts = (line.text for line, _ in self._page.lines)
        said = (text for text in texts if len(text) <= _LONGEST_DATE and _POSTED.match(text))
        yield from islice(said, _MOST_POSTED)

    def _lines_near(self) -> Iterator[str]:
        yield from (line for line in self._near if len(line) > len("2025"))

    def _is_near(self, name: str) -> bool:
        return any(name in line for line in self._near)

    @cached_property
    def _near(self) -> list[str]:
        return lines_near(self._page, self._title)


def _people_in(node: LexborNode, site: str) -> tuple[str, ...]:
    said = _first_texts(node)
    whole = " ".join(said)
    sure = "author" in map(node.attributes.get, ("rel", "itemprop", "property"))
    if len(whole) > _LONGEST_BYLINE:
        return next((people for text in said if (people := find_people(text, marked=True, site=site))), ())
    if sure:
        return find_people(whole, sure=True, site=site)
    together = find_people(whole, marked=True, site=site)
    apart = [name for text in said for name in find_people(text, marked=True, site=site)]
    # «Jane Doe» «Staff writer» in two elements is not one name.
    return together if set(together) and set(together) <= set(apart) else tuple(apart[:1]) or together


def _are_cards(nodes: list[LexborNode]) -> bool:
    return (
        len(nodes) >= _LEAST_CARDS and len({" ".join(_first_texts(node)) for node in nodes}) >= _LEAST_CARDS
    )


def _shows(node: LexborNode, logins: tuple[str, ...]) -> tuple[str, ...]:
    said = {without_lead(text).casefold() for text in _first_texts(node)}
    return tuple(login for login in logins if login.casefold() in said)


def _house_in(node: LexborNode) -> str:
    if not _BYLINE.search(" ".join(node.attributes.get(key) or "" for key in ("class", "itemprop", "rel"))):
        return ""
    name = without_lead(" ".join(_first_texts(node)))
    is_name = is_house(name) and len(name.split()) <= _MOST_WORDS and not _BUTTON.search(name)
    return name if is_name else ""


def _people_near(near: list[str], site: str) -> tuple[str, ...]:
    for line in near:
        if people := find_people(line, site=site):
            return people
    for place, line in enumerate(near[:_MOST_ABOVE]):
        if len(line) > _LONGEST_DATE:
            continue
        if people := find_people_within(line, site=site):
            return people
        pieces = _SIGNS.split(line)
        beside = pieces[1:] + near[place + 1 : place + 2]
        if any(map(_has_date, beside)) and (people := find_people(pieces[0], marked=True, site=site)):
            return people
        if (dated := _DATED.match(line)) and (
            people := find_people(without_rest(dated[1]), marked=True, site=site)
        ):
            return people
    return ()


def _has_date(text: str) -> bool:
    return len(text) <= _LONGEST_DATE and _YEAR.search(text) is not None


def _dates_in(node: LexborNode) -> Iterator[str]:
    attributes = node.attributes
    if _NOT_PUBLISHED.search(" ".join((attributes.get("class") or "", attributes.get("itemprop") or ""))):
        return
    title = attributes.get("title") if node.tag == "abbr" else None
    if told := attributes.get("datetime") or attributes.get("content") or title:
        yield told
    else:
        said = _first_texts(node)
        line = " ".join(said)
        # Published and updated in one element are two texts.
        yield from said if len(_YEAR.findall(line)) > 1 else [line]


def date_in_address(url: str) -> str:
    """«…/2025/09/12/…» → "2025-09-12"; "" when there is none."""
    if match := _IN_ADDRESS.search(url):
        return f"{match[1]}-{int(match[3]):02}-{int(match[4]):02}"
    if match := _DAY_FIRST_IN_ADDRESS.search(url):
        return f"{match[3]}-{match[2]}-{match[1]}"
    return ""


def lines_near(page: Outline, title: str) -> list[str]:
    """The lines that follow the headline, then some above it; the first of the page where no line is one."""
    texts = [line.text for line, _ in page.lines]
    if title in texts:
        start = texts.index(title) + 1
    else:
        start = next((place for place, (_, tag) in enumerate(page.lines, 1) if tag == "h1"), 0)
    return texts[start : start + _MOST_NEAR] + texts[max(start - 1 - _MOST_ABOVE, 0) : max(start - 1, 0)]


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
