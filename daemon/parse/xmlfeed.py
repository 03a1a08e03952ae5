"""RSS, RDF, Atom and CDF: one reader for all, since publishers mix them freely.

Elements are known by short names in lower case whatever their namespace's exact address
(`title`, `dc:creator`, `content:encoded`), and each field of an entry is the first of its names
that holds something.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from lxml import etree

from daemon.model import Entry, Feed, Precision
from daemon.parse.address import join
from daemon.parse.dates import parse_date
from daemon.parse.language import language_code
from daemon.parse.plain import one_line, paragraphs, to_line, to_plain

Element = etree._Element  # noqa: SLF001 — lxml gives its element type no public name
Children = dict[str, list[Element]]

_NAMESPACES = (  # how a namespace's address begins, in lower case, and the prefix it is known by here
    ("http://www.w3.org/2005/atom", ""),
    ("http://purl.org/atom/ns#", ""),
    ("http://purl.org/rss/1.0/modules/content", "content:"),
    ("http://purl.org/rss/1.0/modules/syndication", "sy:"),
    ("http://purl.org/rss/1.0/modules/", "other:"),
    ("http://purl.org/rss/1.0", ""),
    ("http://purl.org/net/rss1.1", ""),
    ("http://my.netscape.com/", ""),
    ("http://channel.netscape.com/", ""),
    ("http://backend.userland.com/", ""),
    ("http://blogs.law.harvard.edu/tech/rss", ""),
    ("http://purl.org/dc/elements/", "dc:"),
    ("http://purl.org/dc/terms", "dcterms:"),
    ("http://search.yahoo.com/mrss", "media:"),
    ("http://www.itunes.com/", "itunes:"),
    ("http://rssnamespace.org/feedburner", "feedburner:"),
    ("http://www.w3.org/1999/xhtml", "xhtml:"),
)
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_TITLE = ("title", "dc:title", "media:title", "itunes:title")
_SUMMARY = ("description", "summary", "abstract", "dc:description", "media:description", "itunes:summary")
_CONTENT = ("content:encoded", "content", "xhtml:body", "body", "fullitem")
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dcterms:created", "created", "dc:date")
_UPDATED = ("updated", "modified", "dcterms:modified", "lastmod", "dc:date")
_AUTHORS = ("author", "dc:creator", "dc:author", "itunes:author")
_CATEGORIES = ("category", "dc:subject")
_LANGUAGES = ("language", "dc:language")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_LOOKS_LIKE_MARKUP = re.compile(r"</\w+>|<br ?/?>|&#?\w+;|<(?:p|a|img|b|i)\b[^<>]*>", re.IGNORECASE)
_PREFIX = re.compile(r"(?<=<)\w{1,20}:(?=\w)|(?<=</)\w{1,20}:(?=\w)")  # of XHTML that names its namespace
_MAIL_AND_NAME = re.compile(r"\S{1,99}@\S{1,99}\s*\((.+)\)|([^<(]+?)\s*[<(]\S{1,99}@\S{1,99}[>)]")


def read_xml_feed(root: Element, *, url: str = "") -> Feed:
    """Read the feed under `root`; `url` is where it was found."""
    head = _children(_channel(root))
    site = _link(head, url)
    base = url or (site if "://" in site else "")
    language = _language(head, root)
    return Feed(
        title=_title(head),
        url=site,
        language=language,
        entries=tuple(_entry(item, base, language) for item in _items(root)),
        next_page=_related(head, "next", base),
        ttl=_ttl(head),
    )


@lru_cache(maxsize=4096)
def _name(tag: str) -> str:
    """Shorten a qualified tag: «{http://purl.org/dc/elements/1.1/}Creator» is `dc:creator`."""
    space, brace, local = tag.rpartition("}")
    local = local.lower()
    if not brace:
        return local.removeprefix("atom:")
    address = space[1:].lower()
    for start, prefix in _NAMESPACES:
        if address.startswith(start):
            return prefix + local
    return "other:" + local if address else local


def _children(parent: Element) -> Children:
    """Sort the children of an element by their short names."""
    found: Children = {}
    for child in parent:
        if isinstance(tag := child.tag, str):  # entities have a function for a tag
            found.setdefault(_name(tag), []).append(child)
    return found


def _channel(root: Element) -> Element:
    """Find what describes the feed itself: a channel, or in Atom and CDF the root."""
    return next(
        (child for child in root if isinstance(child.tag, str) and _name(child.tag) == "channel"), root
    )


def _items(root: Element) -> Iterator[Element]:
    for item in root.iter("{*}item", "{*}entry", "{*}ITEM", "{*}Item", "{*}Entry"):
        if _name(str(item.tag)) in {"item", "entry"}:
            yield item


def _entry(item: Element, base: str, language: str) -> Entry:
    found = _children(item)
    if "media:group" in found:
        for name, elements in _children(found["media:group"][0]).items():
            found.setdefault(name, elements)
    language = _language(found, item) or language
    published, precision = _date(found, _PUBLISHED, language)
    return Entry(
        id=_id(found, item),
        url=_link(found, base) or join(base, item.get("href", "") or item.get(_ABOUT, "")),
        title=_title(found),
        summary=_prose(found, _SUMMARY),
        content=_prose(found, _CONTENT),
        authors=_authors(found),
        published=published,
        published_precision=precision,
        updated=_date(found, _UPDATED, language)[0],
        language=language,
        categories=_categories(found),
        image=_image(found, base),
    )


def _named(found: Children, names: Iterable[str]) -> Iterator[Element]:
    for name in names:
        yield from found.get(name, ())


def _markup(element: Element) -> str:
    if len(element):
        return _PREFIX.sub("", etree.tostring(element, encoding="unicode", with_tail=False))
    return element.text or ""


def _kind(element: Element) -> str:
    """Tell how an element's text is to be read: "html", "text" or "base64"."""
    if element.get("mode") == "base64":
        return "base64"
    kind = (element.get("type") or "").lower()
    is_atom = str(element.tag).startswith(("{http://www.w3.org/2005/Atom}", "{http://purl.org/atom/ns#}"))
    if len(element) or "html" in kind or not is_atom:
        return "html"
    if kind in ("", "text", "text/plain"):
        return "html" if element.get("mode") == "escaped" and not kind else "text"
    return "html" if "xml" in kind or "/" not in kind or kind.startswith("text/") else "base64"


def _text(element: Element) -> str:
    """Give an element's plain text, paragraphs split by a blank line."""
    kind, markup = _kind(element), _markup(element)
    if kind == "base64":
        try:
            return to_plain(binascii.a2b_base64(markup).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            return to_plain(markup)
    if kind == "text" and not _LOOKS_LIKE_MARKUP.search(markup):
        return paragraphs(markup)
    return to_plain(markup)


def _prose(found: Children, names: Iterable[str]) -> str:
    return next(filter(None, map(_text, _named(found, names))), "")


def _title(found: Children) -> str:
    return next(filter(None, (one_line(_text(element)) for element in _named(found, _TITLE))), "")


def _plain_words(found: Children, names: Iterable[str]) -> str:
    return next(filter(None, ((element.text or "").strip() for element in _named(found, names))), "")


def _id(found: Children, item: Element) -> str:
    return (
        _plain_words(found, ("guid", "id")) or item.get(_ABOUT, "") or _plain_words(found, ("dc:identifier",))
    )


def _link(found: Children, base: str) -> str:
    """Find the page an element is about: its link, else an id that is an address, else what is near."""
    if original := _plain_words(found, ("feedburner:origlink",)):
        return original
    links = sorted(_ranked_links(found), key=lambda pair: pair[0])
    if links and links[0][0] < _NEAR:
        address, element = links[0][1:]
        return _absolute(element, address, base)
    for element in _named(found, ("guid", "id")):
        address = (element.text or "").strip()
        if element.get("isPermaLink", "").lower() != "false" and address.lower().startswith(
            ("http:", "https:")
        ):
            return address
    return _absolute(links[0][2], links[0][1], base) if links else ""


_NEAR = 2  # the rank from which a link leads to something other than the page
_RANKS = {"alternate": 0, "related": 2, "via": 2, "self": 3}


def _ranked_links(found: Children) -> Iterator[tuple[int, str, Element]]:
    """Rank links: 0 the page, 1 the page in another form, 2 and more what is near; others left out."""
    for element in found.get("link", ()):
        rank = _RANKS.get((element.get("rel") or "alternate").rpartition("/")[2].lower())
        address = (element.get("href") or element.get(_ABOUT) or element.text or "").strip()
        if rank is not None and address:
            yield rank or int("html" not in (element.get("type") or "html")), address, element


def _related(found: Children, relation: str, base: str) -> str:
    for element in found.get("link", ()):
        if (element.get("rel") or "").lower() == relation and element.get("href"):
            return _absolute(element, element.get("href", ""), base)
    return ""


def _absolute(element: Element, address: str, base: str) -> str:
    """Resolve an address found in `element`, against the xml:base of its ancestors and `base`."""
    address = address.strip()
    if address.startswith(("https://", "http://")):
        return join("", address)
    for ancestor in [*reversed(list(element.iterancestors())), element]:
        base = join(base, ancestor.get(_BASE, "")) if ancestor.get(_BASE) else base
    return join(base, address)


def _date(found: Children, names: Iterable[str], language: str) -> tuple[datetime | None, Precision]:
    for element in _named(found, names):
        moment, precision = parse_date(element.text or element.get("value") or "", language=language)
        if moment is not None:
            return moment, precision
    return None, Precision.SECOND


def _language(found: Children, element: Element) -> str:
    tag = element.get(_LANG) or _plain_words(found, _LANGUAGES)
    return language_code(tag)


def _authors(found: Children) -> tuple[str, ...]:
    for name in _AUTHORS:
        people = tuple(dict.fromkeys(filter(None, map(_person, found.get(name, ())))))
        if people:
            return people
    return ()


def _person(element: Element) -> str:
    if len(element):
        parts = _children(element)
        return to_line(_plain_words(parts, ("name",)) or _plain_words(parts, ("email",)))
    text = to_line(element.text or "")
    match = _MAIL_AND_NAME.fullmatch(text)
    return (match[1] or match[2]).strip('" ') if match else text


def _categories(found: Children) -> tuple[str, ...]:
    labels = (to_line(e.get("label") or e.get("term") or e.text or "") for e in _named(found, _CATEGORIES))
    return tuple(dict.fromkeys(filter(None, labels)))


def _image(found: Children, base: str) -> str:
    for element in _named(found, ("media:content", "enclosure", "media:thumbnail", "itunes:image")):
        kind = element.get("medium") or element.get("type") or ""
        is_image = "image" in kind or _name(str(element.tag)) in {"media:thumbnail", "itunes:image"}
        address = element.get("url") or element.get("href")
        if is_image and address:
            return _absolute(element, address, base)
    return ""


def _ttl(head: Children) -> timedelta | None:
    """Read how long the publisher thinks the feed stays fresh."""
    minutes = _plain_words(head, ("ttl",))
    if minutes.isdecimal() and len(minutes) < 7:  # noqa: PLR2004 — more minutes than that is no wish
        return timedelta(minutes=int(minutes))
    hours = _PERIODS.get(_plain_words(head, ("sy:updateperiod",)).lower())
    frequency = _plain_words(head, ("sy:updatefrequency",)) or "1"
    if hours and frequency.isdecimal() and int(frequency[:6]) > 0:
        return timedelta(hours=hours) / int(frequency[:6])
    return None
