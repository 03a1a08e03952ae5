"""Turns bytes into feeds and articles."""

from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.discovery import Candidate, discover
from daemon.parse.feed import parse_feed
from daemon.parse.listing import parse_listing
from daemon.parse.sitemap import parse_sitemap
from daemon.parse.source import parse_source
from daemon.parse.telegram import parse_telegram

__all__ = [
    "Candidate",
    "decode",
    "discover",
    "parse_date",
    "parse_feed",
    "parse_listing",
    "parse_sitemap",
    "parse_source",
    "parse_telegram",
]
