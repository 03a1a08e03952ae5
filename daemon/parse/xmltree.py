"""Bytes to an XML tree: strictly when it can be, repaired when it must be, safely always.

No document type is loaded, no entity of it expanded, no address opened, and libxml2's own limits on
depth and size stay on, so that hostile XML costs time in proportion to its size.
"""

import re
from html import escape, unescape
from html.entities import html5

from lxml import etree

from daemon.errors import ParseError
from daemon.parse.bounds import check_xml
from daemon.parse.charset import decode

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,200}\?>")
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml\b(?![^>]{0,200}encoding=(?![\"'](?i:utf-8)))|[^?])")
_PLAIN_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[\w:]{1,40}\s*+>")  # one that declares nothing
_HEAD = 5000  # bytes in which a document type is looked for
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,500}(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w{1,40})\s+["']((?:[^"'&<%]|&#\w{1,7};){0,100})["']\s*>""")
# A reference that XML does not know or may refuse, or CDATA, within which there are none.
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,40});)?",
    re.DOTALL,
)
# XML 1.0 allows no control characters but these three, no lone surrogates, and two non-characters less.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SLICE = 50_000  # characters that are cleaned at once: a substitution gathers the pieces between in a list
_ROOT = re.compile(
    r"<(?:\?xml|(?:\w+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)(?![\w-]))", re.IGNORECASE
)


def parse_xml(body: bytes, content_type: str | None = None) -> etree._Element:
    """Give the root of an XML document, however broken; ParseError if nothing like one is there."""
    check_xml(body)
    if _is_plain(body, content_type):
        try:
            return etree.fromstring(body, _parser())
        except etree.XMLSyntaxError:
            pass  # what follows repairs it
    return _from_text(decode(body, content_type))


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def _is_plain(body: bytes, content_type: str | None) -> bool:
    """Tell whether libxml2 may read the bytes as they are: UTF-8 by all claims, with no oddities."""
    header = (content_type or "").lower()
    return (
        ("charset" not in header or "utf-8" in header)
        and bool(_UTF8.match(body))
        and b"<!DOCTYPE" not in _PLAIN_DOCTYPE.sub(b"", body[:_HEAD], count=1)
    )


def _from_text(text: str) -> etree._Element:
    text, entities = _stripped(text)
    mended = None
    for recover in (False, False, True):
        data = (text if mended is None else mended).encode()
        try:
            root = etree.fromstring(data, _parser(recover=recover))
        except etree.XMLSyntaxError:
            root = None
        if root is not None:
            return root
        mended = _REFERENCE.sub(lambda match: _reference(match, entities), text) if mended is None else mended
    raise ParseError("xml", "This is neither XML nor JSON: no element was found in it.")


def _stripped(text: str) -> tuple[str, dict[str, str]]:
    """Take away what XML forbids and what is not the document; give the entities it declares."""
    if _FORBIDDEN.search(text):
        slices = (text[start : start + _SLICE] for start in range(0, len(text), _SLICE))
        text = "".join(_FORBIDDEN.sub("", part) for part in slices)
    entities: dict[str, str] = {}
    start = text.find("<!DOCTYPE", 0, _HEAD)
    if start >= 0 and (doctype := _DOCTYPE.match(text, start)):
        entities = {name: unescape(value) for name, value in _ENTITY.findall(doctype[0])}
        text = text[: doctype.start()] + text[doctype.end() :]
    text = _DECLARATION.sub("", text, count=1)
    root = _ROOT.search(text)
    return text[root.start() :] if root else text, entities


def _reference(match: re.Match[str], entities: dict[str, str]) -> str:
    """Write a reference so that XML knows it: what HTML or the document names becomes characters."""
    name = match[1]
    if match[0].startswith("<"):
        return match[0]
    if not name:
        return "&amp;"
    if name.startswith("#"):
        return escape(_FORBIDDEN.sub("", unescape(match[0])))
    return escape(entities.get(name) or html5.get(f"{name};") or match[0])
