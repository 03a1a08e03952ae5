"""Turns bytes into feeds and articles."""

from daemon.parse.article import extract_article
from daemon.parse.charset import decode
from daemon.parse.combine import combine
from daemon.parse.dates import parse_date
from daemon.parse.feed import parse_feed
from daemon.parse.listing import parse_listing

__all__ = ["combine", "decode", "extract_article", "parse_date", "parse_feed", "parse_listing"]
