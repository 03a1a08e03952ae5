"""Sitemaps: the pages a site lists for search engines, with Google's news and image extensions."""

import re
from datetime import UTC, datetime

from lxml import etree

from daemon.errors import ParseError
from daemon.model import Entry, Feed
from daemon.parse.address import join
from daemon.parse.bounds import bounded
from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.elements import Element, split_name
from daemon.parse.language import language_code
from daemon.parse.packing import unpacked
from daemon.parse.plain import to_line
from daemon.parse.xmltree import parse_xml

ADDRESSES = re.compile(rb"(?:\xef\xbb\xbf)?\s*+https?://\S")  # how a text file of addresses begins
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


def parse_sitemap(body: bytes, *, url: str = "", content_type: str | None = None) -> Feed:
    """Read a sitemap or a sitemap index, its entries newest first; undated ones come last.

    An entry of an index is a further sitemap: `Feed.is_index` tells. A gzipped body is unpacked. An
    entry's `published` is when the news came out, `updated` when the page last changed. ParseError
    for what is neither a sitemap nor a text file of addresses.
    """
    body = unpacked(body)
    if ADDRESSES.match(body):
        return _listed(decode(body, content_type), url)
    root = parse_xml(body, content_type)
    name = split_name(str(root.tag))[1]
    if name not in ("urlset", "sitemapindex"):
        if name in ("rss", "feed", "rdf"):
            raise ParseError("not_a_sitemap", 'This is a feed, not a sitemap: set kind = "feed".')
        kind = "html" if name == "html" else "not_a_sitemap"
        raise ParseError(kind, f"This is not a sitemap: its outermost element is <{name}>.")
    entries = (_entry(element, url) for element in root if isinstance(element.tag, str))
    listed = bounded(entry for entry in entries if entry.url)
    return Feed(
        title=to_line(root.findtext(".//{*}publication/{*}name") or ""),
        url=url,
        entries=tuple(sorted(listed, key=_age, reverse=True)),
        is_index=name == "sitemapindex",
    )


def _listed(text: str, url: str) -> Feed:
    """Read the plain form of a sitemap: a text file with one address a line."""
    lines = (line.strip() for line in text.splitlines())
    return Feed(url=url, entries=tuple(bounded(Entry(url=line) for line in lines if line.startswith("http"))))


def _entry(element: Element, base: str) -> Entry:
    found = _fields(element)
    language = language_code(found.get("language", ""))
    published, precision = parse_date(found.get("publication_date", ""), language=language)
    keywords = (to_line(word) for word in found.get("keywords", "").split(","))
    address = join(base, found.get("loc", ""))
    return Entry(
        id=address,
        url=address,
        title=to_line(found.get("title", "")),
        published=published,
        published_precision=precision,
        updated=parse_date(found.get("lastmod", ""))[0],
        language=language,
        categories=tuple(dict.fromkeys(filter(None, keywords))),
        image=join(base, found.get("image", "")),
    )


def _fields(element: Element) -> dict[str, str]:
    """Collect the first text of each field of a <url> by its local name; a video's are not the page's."""
    found: dict[str, str] = {}
    own = split_name(str(element.tag))[0]
    for part in element.iter(etree.Element):
        space, name = split_name(str(part.tag))
        prefix, _, name = name.rpartition(":")  # one that was never declared
        space = prefix or space
        if "image" in space:
            name = "image" if name == "loc" else "other"
        elif space not in ("", own) and "news" not in space:
            name = "other"
        if part.text and not len(part):
            found.setdefault(name, part.text.strip())
    return found


def _age(entry: Entry) -> datetime:
    return entry.published or entry.updated or _EARLIEST
