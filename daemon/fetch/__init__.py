"""Fetches over HTTP, politely and within limits."""

from daemon.fetch.answer import Fetched, Hints, NotModified
from daemon.fetch.fetcher import Fetcher
from daemon.fetch.limits import Limits

__all__ = ["Fetched", "Fetcher", "Hints", "Limits", "NotModified"]
