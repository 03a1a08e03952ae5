"""A feed in whatever format: told apart by how it begins, never by what the server calls it."""

import re

from daemon.errors import ParseError
from daemon.model import Feed
from daemon.parse.charset import decode
from daemon.parse.elements import split_name
from daemon.parse.jsonfeed import read_json_feed
from daemon.parse.packing import unpacked
from daemon.parse.words import word_set
from daemon.parse.xmlfeed import read_xml_feed
from daemon.parse.xmltree import parse_xml

_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|div)\b", re.IGNORECASE)
_DOCUMENT = re.compile(rb"<html\b", re.IGNORECASE)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel|opml)(?![\w-])", re.IGNORECASE)
_PAGE_TAGS = word_set("html head body title meta script style center h1 h2 p div br table")
_START = 5000  # bytes that tell what a document is
_BLANKS = b"\xef\xbb\xbf\xff\xfe\0 \r\n\t"


def parse_feed(body: bytes, *, url: str = "", content_type: str | None = None) -> Feed:
    """Read RSS 0.9x to 2.0, RDF, Atom, JSON Feed or CDF, gzipped or not; ParseError for anything else.

    `url` is where the feed was found, to resolve relative addresses against; `content_type` is the
    server's header, of which only the charset is believed.
    """
    body = unpacked(body)
    start = body[:_START].lstrip(_BLANKS).replace(b"\0", b"")
    if not start and not body.strip(_BLANKS):
        raise ParseError("empty", "The document is empty.")
    if start.startswith((b"{", b"[")):
        return read_json_feed(decode(body, content_type), url=url)
    known = _FEED.search(start)
    if _PAGE.search(start) and not known:
        raise _served_page(url)
    root = parse_xml(body, content_type)
    try:
        feed = read_xml_feed(root, url=url)
    except ParseError:
        if split_name(str(root.tag))[1] in _PAGE_TAGS:
            raise _served_page(url) from None
        raise
    # A page may hold a licence in RDF, as a comment.
    if known and not feed.entries and _DOCUMENT.search(start, 0, known.start()):
        raise _served_page(url)
    return feed


def _served_page(url: str) -> ParseError:
    return ParseError(
        "html",
        f"This is a web page, not a feed. Run «tocsin sources discover {url or 'URL'}» to find "
        'the site\'s feeds, or watch the page itself with kind = "listing".',
    )
