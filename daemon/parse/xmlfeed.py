"""RSS, RDF, Atom and CDF: one reader for all, since publishers mix them freely.

Elements are known by short names in lower case whatever their namespace's exact address
(`title`, `dc:creator`, `content:encoded`), and each field of an entry is the first of its names
that holds something.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import itemgetter

from lxml import etree

from daemon.errors import ParseError
from daemon.model import Entry, Feed, Precision
from daemon.parse.address import join
from daemon.parse.bounds import bounded
from daemon.parse.dates import parse_date
from daemon.parse.elements import (
    BASE,
    Children,
    Element,
    absolute,
    children_of,
    first_text,
    name_of,
    named,
    words_of,
)
from daemon.parse.language import language_code
from daemon.parse.plain import to_line

_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_PROPER = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)  # the names that an element may be given
_CDF = {"href": "link", "lastmod": "lastmod"}
_ROOTS = {"rss", "feed", "channel", "rdf:rdf", "rdf"}
_TITLE = ("title", "dc:title", "media:title", "itunes:title")
_SUMMARY = ("description", "summary", "abstract", "dc:description", "media:description", "itunes:summary")
_CONTENT = ("content:encoded", "content", "xhtml:body", "body", "fullitem")
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dcterms:created", "created", "dc:date")
_UPDATED = ("updated", "modified", "dcterms:modified", "lastmod", "dc:date")
_AUTHORS = ("author", "dc:creator", "dc:author", "itunes:author")
_IDS = ("guid", "id")
_ORIGINAL = ("feedburner:origlink",)
_CATEGORIES = ("category", "dc:subject")
_KEYWORDS = ("media:keywords", "itunes:keywords")  # several, split by commas
_LANGUAGES = ("language", "dc:language")
_IMAGES = ("media:content", "enclosure", "media:thumbnail", "itunes:image")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_MAIL_AND_NAME = re.compile(r"\S{1,99}@\S{1,99}\s*\((.+)\)|([^<(]+?)\s*[<(]\S{1,99}@\S{1,99}[>)]")


def read_xml_feed(root: Element, *, url: str = "") -> Feed:
    """Read the feed under `root`; `url` is where it was found. ParseError if it is another kind of XML."""
    _settle(root)
    items = bounded(_items(root))
    if not items and (name := name_of(str(root.tag))) not in _ROOTS:
        if name.removeprefix("other:") in ("urlset", "sitemapindex"):
            raise ParseError("not_a_feed", 'This is a sitemap, not a feed: set kind = "sitemap".')
        if name == "opml":
            raise ParseError(
                "not_a_feed", "This is a list of feeds: «tocsin sources import FILE» brings them in."
            )
        raise ParseError("not_a_feed", f"This is XML, but no feed: its outermost element is <{name}>.")
    head = children_of(_channel(root))
    site = _link(head, url)
    base = url or (site if "://" in site else "")
    language = _language(head, root)
    authors = _authors(head) if name_of(str(root.tag)) == "feed" else ()  # Atom's stand for its entries
    return Feed(
        title=_title(head),
        url=site,
        language=language,
        entries=tuple(_entry(item, base, language, authors) for item in items),
        next_page=_related(head, "next", base),
        ttl=_ttl(head),
    )


def _settle(root: Element) -> None:
    """Bring strange feeds to the common form.

    A root's namespace that nobody knows is taken for a feed's own. CDF keeps links and times in
    attributes; they become elements, and what its links are relative to becomes an xml:base.
    """
    space = str(root.tag).rpartition("}")[0][1:]
    if space and name_of(str(root.tag)).startswith("other:"):
        for element in root.iter(f"{{{space}}}*"):
            local = str(element.tag).rpartition("}")[2]
            element.tag = local if _PROPER.fullmatch(local) else "other"
    if name_of(str(root.tag)) == "channel":
        for element in list(root.iter(etree.Element)):
            above = element.getparent() if name_of(str(element.tag)) == "a" else None
            for name, value in element.attrib.items():
                if (field := _CDF.get(str(name).lower())) is not None:
                    etree.SubElement(element if above is None else above, field).text = value
                elif str(name).lower() == "base":
                    element.set(BASE, value)


def _channel(root: Element) -> Element:
    """Find what describes the feed itself: a channel, or in Atom and CDF the root."""
    return next(
        (child for child in root if isinstance(child.tag, str) and name_of(child.tag) == "channel"), root
    )


def _items(root: Element) -> Iterator[Element]:
    for item in root.iter("{*}item", "{*}entry", "{*}ITEM", "{*}Item", "{*}Entry"):
        if name_of(str(item.tag)) in {"item", "entry"}:
            yield item


def _entry(item: Element, base: str, language: str, authors: tuple[str, ...]) -> Entry:
    found = children_of(item)
    if "media:group" in found:
        for name, elements in children_of(found["media:group"][0]).items():
            found.setdefault(name, elements)
    language = _language(found, item) or language
    published, precision = _date(found, _PUBLISHED, language)
    return Entry(
        id=_id(found, item),
        url=_link(found, base) or join(base, item.get(_ABOUT, "")),
        title=_title(found),
        summary=first_text(found, _SUMMARY),
        content=first_text(found, _CONTENT),
        authors=_authors(found) or _authors_of_source(found) or authors,
        published=published,
        published_precision=precision,
        updated=_date(found, _UPDATED, language)[0],
        language=language,
        categories=_categories(found),
        image=_image(found, base),
    )


def _title(found: Children) -> str:
    return first_text(found, _TITLE).replace("\n\n", " ")


def _id(found: Children, item: Element) -> str:
    return words_of(found, _IDS) or item.get(_ABOUT, "") or words_of(found, ("dc:identifier",))


def _link(found: Children, base: str) -> str:
    """Find the page an element is about: its link, else an id that is an address, else what is near."""
    if original := words_of(found, _ORIGINAL):
        return original
    best = min(_ranked_links(found), key=_rank, default=None)
    if best and best[0] < _NEAR:
        return absolute(best[2], best[1], base)
    for element in named(found, _IDS):
        address, is_link = (element.text or "").strip(), element.get("isPermaLink", "").lower()
        if is_link != "false" and address.lower().startswith(("http:", "https:")):
            return address
        if is_link == "true" and address.startswith("/"):
            return absolute(element, address, base)
    return absolute(best[2], best[1], base) if best else ""


_NEAR = 2  # the rank from which a link leads to something other than the page
_RANKS = {"alternate": 0, "related": 2, "via": 2, "self": 3}
_rank = itemgetter(0)


def _ranked_links(found: Children) -> Iterator[tuple[int, str, Element]]:
    """Rank links: 0 the page, 1 the page in another form, 2 and more what is near; others left out."""
    for element in found.get("link", ()):
        given = dict(element.items())
        rank = _RANKS.get(given.get("rel", "alternate").rpartition("/")[2].lower() or "alternate")
        address = (given.get("href") or given.get(_ABOUT) or element.text or "").strip()
        if rank is not None and address:
            yield rank or int("html" not in given.get("type", "html")), address, element


def _related(found: Children, relation: str, base: str) -> str:
    for element in found.get("link", ()):
        if (element.get("rel") or "").lower() == relation and element.get("href"):
            return absolute(element, element.get("href", ""), base)
    return ""


def _date(found: Children, names: Iterable[str], language: str) -> tuple[datetime | None, Precision]:
    for element in named(found, names):
        moment, precision = parse_date(element.text or element.get("value") or "", language=language)
        if moment is not None:
            return moment, precision
    return None, Precision.SECOND


def _language(found: Children, element: Element) -> str:
    tag = element.get(_LANG) or words_of(found, _LANGUAGES)
    return language_code(tag) if tag else ""


def _authors(found: Children) -> tuple[str, ...]:
    for name in _AUTHORS:
        if name in found and (people := tuple(filter(None, dict.fromkeys(map(_person, found[name]))))):
            return people
    return ()


def _authors_of_source(found: Children) -> tuple[str, ...]:
    """Find who wrote the Atom feed that an entry was taken from."""
    return _authors(children_of(found["source"][0])) if "source" in found else ()


def _person(element: Element) -> str:
    if len(element):
        parts = children_of(element)
        return to_line(words_of(parts, ("name",)) or words_of(parts, ("email",)))
    text = to_line(element.text or "")
    match = _MAIL_AND_NAME.fullmatch(text) if "@" in text else None
    return (match[1] or match[2]).strip('" ') if match else text


def _categories(found: Children) -> tuple[str, ...]:
    labels = [_category(element) for element in named(found, _CATEGORIES)]
    for element in named(found, _KEYWORDS):
        labels += map(to_line, (element.text or "").split(","))
    return tuple(filter(None, dict.fromkeys(labels)))


def _category(element: Element) -> str:
    given = dict(element.items())
    return to_line(given.get("label") or given.get("term") or element.text or "")


def _image(found: Children, base: str) -> str:
    for element in named(found, _IMAGES):
        kind = element.get("medium") or element.get("type") or ""
        is_image = "image" in kind or name_of(str(element.tag)) in {"media:thumbnail", "itunes:image"}
        address = element.get("url") or element.get("href")
        if is_image and address:
            return absolute(element, address, base)
    return ""


def _ttl(head: Children) -> timedelta | None:
    """Read how long the publisher thinks the feed stays fresh."""
    minutes = words_of(head, ("ttl",))
    if minutes.isdecimal() and len(minutes) < 7:  # noqa: PLR2004 — more minutes than that is no wish
        return timedelta(minutes=int(minutes))
    hours = _PERIODS.get(words_of(head, ("sy:updateperiod",)).lower())
    frequency = words_of(head, ("sy:updatefrequency",)) or "1"
    if hours and frequency.isdecimal() and int(frequency[:6]) > 0:
        return timedelta(hours=hours) / int(frequency[:6])
    return None
