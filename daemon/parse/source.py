"""A source's document, read as its kind says; `AUTO` finds the kind out from the document itself."""

import re

from daemon.errors import ParseError
from daemon.model import Feed, ListingSelectors, SourceKind
from daemon.parse.feed import parse_feed
from daemon.parse.listing import parse_listing
from daemon.parse.packing import unpacked
from daemon.parse.sitemap import ADDRESSES, parse_sitemap
from daemon.parse.telegram import parse_telegram

_START = 5000  # bytes that tell what a document is
_ROOT = re.compile(rb"<(?:\w+:)?(?:(urlset|sitemapindex)|rss|feed|rdf|channel)(?![\w-])", re.IGNORECASE)
_CHANNEL_PAGE = re.compile(r"https?://(?:t|telegram)\.me/s/\w", re.IGNORECASE)


def parse_source(
    body: bytes,
    *,
    url: str,
    kind: SourceKind = SourceKind.AUTO,
    listing: ListingSelectors = ListingSelectors(),  # noqa: B008 — frozen
    content_type: str | None = None,
) -> Feed:
    """Read what a source served; ParseError, with what to do about it, if it is not of its kind."""
    body = unpacked(body)
    if kind is SourceKind.AUTO:
        kind = kind_of(body, url=url, listing=listing)
    if kind is SourceKind.LISTING:
        if not listing.links:
            raise ParseError("selector", "A listing page needs a selector for its links: set listing.links.")
        return parse_listing(
            body,
            url=url,
            links=listing.links,
            title=listing.title,
            date=listing.date,
            next_page=listing.next_page,
            content_type=content_type,
        )
    if kind is SourceKind.SITEMAP:
        return parse_sitemap(body, url=url, content_type=content_type)
    if kind is SourceKind.TELEGRAM:
        return parse_telegram(body, url=url, content_type=content_type)
    return parse_feed(body, url=url, content_type=content_type)


def kind_of(body: bytes, *, url: str, listing: ListingSelectors) -> SourceKind:
    """Find out what a document is: by its address, what the user told, and how it begins."""
    if _CHANNEL_PAGE.match(url):
        return SourceKind.TELEGRAM
    if listing.links:
        return SourceKind.LISTING
    root = _ROOT.search(body[:_START].replace(b"\0", b""))
    is_sitemap = root[1] if root else ADDRESSES.match(body)
    return SourceKind.SITEMAP if is_sitemap else SourceKind.FEED
