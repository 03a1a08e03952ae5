"""Bytes to an XML tree: strictly when it can be, repaired when it must be, safely always.

No document type is loaded, no entity of it expanded, no address opened, and libxml2's own limits on
depth and size stay on, so that hostile XML costs time in proportion to its size.
"""

import re
from html.entities import html5

from lxml import etree

from daemon.errors import ParseError
from daemon.parse.charset import decode

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,200}\?>")
_UTF8_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml\b[^>]{0,200}?encoding=[\"'](?i:utf-8)|[^?!])")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,500}(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w{1,40})\s+["']([^"'&<%]{0,100})["']\s*>""")
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};)|(\w{1,40});)?", re.DOTALL
)
_PREDEFINED = {"amp", "lt", "gt", "quot", "apos"}
# XML 1.0 allows no control characters but these three, no lone surrogates, and two non-characters less.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROOT = re.compile(r"<(?:\?xml|(?:\w+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)\b)", re.IGNORECASE)


def parse_xml(body: bytes, content_type: str | None = None) -> etree._Element:
    """Give the root of an XML document, however broken; ParseError if nothing like one is there."""
    if b"<!" not in body[:2000] and _is_plainly_utf8(body, content_type):
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


def _is_plainly_utf8(body: bytes, content_type: str | None) -> bool:
    """Tell whether every claim about the charset says UTF-8, so that libxml2 may read the bytes."""
    header = (content_type or "").lower()
    return ("charset" not in header or "utf-8" in header) and bool(_UTF8_DECLARATION.match(body))


def _from_text(text: str) -> etree._Element:
    data = _repaired(text).encode()
    for recover in (False, True):
        try:
            root = etree.fromstring(data, _parser(recover=recover))
        except etree.XMLSyntaxError:
            continue
        if root is not None:
            return root
    raise ParseError("xml", "This is neither XML nor JSON: no element was found in it.")


def _repaired(text: str) -> str:
    """Mend what publishers break most: junk in front, names of HTML entities, bare ampersands."""
    text = _FORBIDDEN.sub("", text)
    entities: dict[str, str] = {}
    if "<!DOCTYPE" in text[:5000] and (doctype := _DOCTYPE.search(text)):
        entities = dict(_ENTITY.findall(doctype[0]))
        text = text[: doctype.start()] + text[doctype.end() :]
    text = _DECLARATION.sub("", text, count=1)
    if start := _ROOT.search(text):
        text = text[start.start() :]
    return _REFERENCE.sub(lambda match: _reference(match, entities), text)


def _reference(match: re.Match[str], entities: dict[str, str]) -> str:
    """Make a reference that XML knows: numbers and the five names stay, HTML's become characters."""
    number, name = match.groups()
    if number or name in _PREDEFINED or match[0].startswith("<"):
        return match[0]
    if name in entities:
        return entities[name]
    if name and f"{name};" in html5:
        return html5[f"{name};"]
    return "&amp;" + match[0][1:]
