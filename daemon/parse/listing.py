"""Listing pages: the news that a page links to, found by the CSS selectors that the user gave."""

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from daemon.errors import ParseError
from daemon.model import Entry, Feed, Precision
from daemon.parse.address import base_of, join
from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.language import language_code
from daemon.parse.page import open_page
from daemon.parse.plain import one_line, to_line


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
    each item; without `title`, the link's own text is the title. ParseError("selector") if a selector
    is not CSS, ParseError("no_links") if `links` finds nothing: the page has changed, or it was wrong.
    """
    page = open_page(decode(body, content_type))
    language, base = _language(page), base_of(page, url)
    entries: dict[str, Entry] = {}
    for item in _select(page, links, "links"):
        entry = _entry(item, base, title, date, language)
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
        next_page=_address(following[0], base) if following else "",
    )


def _select(root: LexborHTMLParser | LexborNode, selector: str, option: str) -> list[LexborNode]:
    try:
        return root.css(selector)
    except SelectolaxError as error:
        raise ParseError("selector", f'The selector {option} = "{selector}" is not CSS.') from error


def _entry(item: LexborNode, base: str, title: str, date: str, language: str) -> Entry:
    link = _link(item)
    named = _select(item, title, "title") if title else []
    dated = _select(item, date, "date") if date else item.css("time")
    published, precision = _date(dated[0], language) if dated else (None, Precision.SECOND)
    return Entry(
        url=_address(link, base) if link else "",
        title=_label(named[0] if named else link or item),
        published=published,
        published_precision=precision,
        language=language,
    )


def _link(item: LexborNode) -> LexborNode | None:
    """Find the link that an item is, holds or lies in."""
    if item.tag == "a":
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
    for text in (given.get("datetime"), given.get("content"), given.get("title"), node.text()):
        found = parse_date(text or "", language=language)
        if found[0]:
            return found
    return None, Precision.SECOND


def _language(page: LexborHTMLParser) -> str:
    root = page.css_first("html")
    declared = (root.attributes.get("lang") or "") if root else ""
    return language_code(declared)
