"""Fetches over HTTP, politely and within limits."""

from daemon.fetch.answer import Fetched, Hints, NotModified
from daemon.fetch.fetcher import Fetcher
from daemon.fetch.limits import LONG_REST, Limits

__all__ = ["LONG_REST", "Fetched", "Fetcher", "Hints", "Limits", "NotModified"]
