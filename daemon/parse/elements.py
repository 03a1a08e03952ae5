"""The elements of XML feeds: their names, whatever the namespace, their text and their addresses."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from lxml import etree

from daemon.parse.address import join
from daemon.parse.markup import BASE64, HTML, TEXT

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
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf:"),
)
_MEDIA = "{http://search.yahoo.com/mrss/}"
_SAYING = ("{http://www.w3.org/2005/Atom}", "{http://purl.org/atom/ns#}", _MEDIA)  # how texts are to be read
BASE = "{http://www.w3.org/XML/1998/namespace}base"


@lru_cache(maxsize=4096)
def split_name(tag: str) -> tuple[str, str]:
    """Split a tag into the address of its namespace ("" for none) and its local name, in lower case.

    Repaired XML has tags that `etree.QName` refuses («rss:»), hence by hand.
    """
    space, _, local = tag.lower().rpartition("}")
    return space[1:].replace("https://", "http://", 1), local


@lru_cache(maxsize=4096)
def name_of(tag: str) -> str:
    """Shorten a qualified tag: «{http://purl.org/dc/elements/1.1/}Creator» is `dc:creator`."""
    space, local = split_name(tag)
    if not space:
        return local.removeprefix("atom:")
    known = (prefix for start, prefix in _NAMESPACES if space.startswith(start))
    return next(known, "other:") + local


def children_of(parent: Element) -> Children:
    """Sort the children of an element by their short names."""
    found: Children = {}
    for child in parent:
        if isinstance(tag := child.tag, str):  # entities have a function for a tag
            found.setdefault(name_of(tag), []).append(child)
    return found


def named(found: Children, names: Iterable[str]) -> list[Element]:
    return [element for name in names if name in found for element in found[name]]


def words_of(found: Children, names: Iterable[str]) -> str:
    """Give the first words that any of `names` holds, as they stand."""
    for name in names:
        for element in found.get(name, ()):
            if words := (element.text or "").strip():
                return words
    return ""


def written_in(found: Children, names: Iterable[str]) -> tuple[str, ...]:
    """Give the texts that any of `names` holds, each its kind of markup and the markup."""
    written: list[str] = []
    for name in names:
        for element in found.get(name, ()):
            markup = _inner(element) if len(element) else element.text
            if markup:
                written += (_kind(element), markup)
    return tuple(written)


def _inner(element: Element) -> str:
    """Write an element's markup, without its attributes: no text is read from them.

    By hand, since lxml would declare all namespaces of the document on each element that it writes.
    """
    written: list[str] = []
    waiting: list[Element | str] = [element]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            written.append(node)
        elif not isinstance(tag := node.tag, str):  # an entity
            written.append(node.text or "")
        else:
            name = tag.rpartition("}")[2]
            written += (f"<{name}>", escape(node.text or "", quote=False))
            waiting.append(f"</{name}>")
            for child in reversed(node):
                waiting += (escape(child.tail or "", quote=False), child)
    return "".join(written)


def _kind(element: Element) -> str:
    """Tell how an element's text is to be read; Atom and media's texts say."""
    tag = str(element.tag)
    if not tag.startswith(_SAYING):
        return HTML
    if tag.startswith(_MEDIA):
        return HTML if "html" in element.get("type", "") else TEXT
    mode = element.get("mode")
    if mode == "base64":
        return BASE64
    if len(element):
        return HTML
    kind = (element.get("type") or "").lower()
    if kind in ("", "text", "text/plain"):
        return HTML if mode == "escaped" and not kind else TEXT
    is_text = "html" in kind or "xml" in kind or "/" not in kind or kind.startswith("text/")
    return HTML if is_text else BASE64


def absolute(element: Element, address: str, base: str) -> str:
    """Resolve an address found in `element`, against the xml:base of its ancestors and `base`."""
    address = address.strip()
    if address.startswith(("https://", "http://")):
        return join("", address)
    if address.startswith("www."):  # no folder is called so
        return join("", f"https://{address}")
    for ancestor in [*reversed(list(element.iterancestors())), element]:
        base = _joined(base, ancestor.get(BASE, "")) if ancestor.get(BASE) else base
    return join(base, address)


# Entries share their ancestors, of which hostile XML has hundreds with a base each.
_joined = lru_cache(maxsize=1024)(join)
