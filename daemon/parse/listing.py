"""Listing pages: the news that a page links to, found by the CSS selectors that the user gave."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from daemon.errors import ParseError
from daemon.model import Entry, Feed, Precision
from daemon.parse.address import base_of, join
from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.language import language_code
from daemon.parse.page import open_page
from daemon.parse.plain import one_line, to_line

_LINKS: Final = {"a", "area", "link"}
_LEVELS: Final = 4  # tags around an item in which its date may stand: <article><header><h2><a>


def parse_listing(  # noqa: PLR0913 — one argument for each selector that a source may have
    body: bytes,
    *,
    url: str,
    links: str,
    title: str = "",
    date: str = "",
    next_page: str = "",
    content_type: str | None = None,
) -> Feed:
    """Read the entries of a listing page.

    `links` selects the items: links, or whatever holds one. `title` and `date` are looked for within
    each item, or else near it, where no other item lies; without `title`, the link's own text is the
    title. ParseError("selector") if a selector is not CSS, ParseError("no_links") if `links` finds
    nothing: the page has changed, or it was wrong.
    """
    page = open_page(decode(body, content_type))
    language, base = _language(page), base_of(page, url)
    items = _select(page, links, "links")
    places = _Places(items, base)
    entries: dict[str, Entry] = {}
    for item in items:
        entry = _entry(
            item, base, places.find(item, title, "title"), places.find(item, date or "time", "date"), language
        )
        if entry.url and (entry.url not in entries or len(entry.title) > len(entries[entry.url].title)):
            entries[entry.url] = entry
    if not entries:
        raise ParseError("no_links", f'The selector links = "{links}" finds no link on this page.')
    name = page.css_first("title")
    following = _select(page, next_page, "next_page") if next_page else []
    return Feed(
        title=to_line(name.text()) if name else "",
        url=url,
        language=language,
        entries=tuple(entries.values()),
        next_page=next(filter(None, (_address(each, base) for each in following)), ""),
    )


def _select(root: LexborHTMLParser | LexborNode, selector: str, option: str) -> list[LexborNode]:
    try:
        return root.css(selector)
    except SelectolaxError as error:
        raise ParseError("selector", f'The selector {option} = "{selector}" is not CSS.') from error


class _Places:
    """Where a page's items stand: what surrounds one is its own if it leads to no other address."""

    def __init__(self, items: list[LexborNode], base: str) -> None:
        self._holds: dict[int, set[str]] = {}
        self._found: dict[tuple[int, str], LexborNode | None] = {}
        for item in items:
            address = _address(item, base)
            for place in _around(item):
                self._holds.setdefault(place.mem_id, set()).update({address} - {""})

    def find(self, item: LexborNode, selector: str, option: str) -> LexborNode | None:
        """Find what `selector` names in an item, or else in the nearest place around it that is its own."""
        if not selector:
            return None
        for place in (item, *_around(item)):
            if place is not item and len(self._holds[place.mem_id]) > 1:
                return None
            key = place.mem_id, selector
            if key not in self._found:  # items of one address share their places, which are searched once
                self._found[key] = next(iter(_select(place, selector, option)), None)
            if (found := self._found[key]) is not None:
                return found
        return None


def _around(item: LexborNode) -> Iterator[LexborNode]:
    node = item.parent
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html"):
            return
        yield node
        node = node.parent


def _entry(
    item: LexborNode, base: str, named: LexborNode | None, dated: LexborNode | None, language: str
) -> Entry:
    link = _link(item)
    published, precision = _date(dated, language) if dated else (None, Precision.SECOND)
    return Entry(
        url=_address(link, base) if link else "",
        title=_label(named or link or item),
        published=published,
        published_precision=precision,
        language=language,
    )


def _link(item: LexborNode) -> LexborNode | None:
    """Find the link that an item is, holds or lies in."""
    if item.tag in _LINKS:
        return item
    inside = item.css_first("a[href]")
    around = item.parent
    while inside is None and around is not None:
        if around.tag == "a":
            return around
        around = around.parent
    return inside


def _address(node: LexborNode, base: str) -> str:
    link = _link(node)
    address = (link.attributes.get("href") or "") if link else ""
    return "" if address.startswith(("#", "javascript:", "mailto:", "tel:")) else join(base, address)


def _label(node: LexborNode) -> str:
    attributes = node.attributes
    picture = node.css_first("img[alt]")
    return to_line(node.text(separator=" ")) or one_line(
        attributes.get("title")
        or attributes.get("aria-label")
        or (picture.attributes.get("alt") if picture else None)
        or ""
    )


def _date(node: LexborNode, language: str) -> tuple[datetime | None, Precision]:
    given = node.attributes
    within = node.css_first("[datetime]")
    told = within.attributes.get("datetime") if within else None
    for text in (given.get("datetime"), given.get("content"), told, given.get("title"), node.text()):
        found = parse_date(text or "", language=language)
        if found[0]:
            return found
    return None, Precision.SECOND


def _language(page: LexborHTMLParser) -> str:
    root = page.css_first("html")
    declared = (root.attributes.get("lang") or "") if root else ""
    return language_code(declared)
