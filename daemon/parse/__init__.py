"""Turns bytes into feeds and articles."""

from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.feed import parse_feed
from daemon.parse.listing import parse_listing

__all__ = ["decode", "parse_date", "parse_feed", "parse_listing"]
