"""What is published: entries, feeds, articles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.model.unread import read_when_asked


class Precision(StrEnum):
    """How precisely a publisher gave a time."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@read_when_asked("summary", "content")
@dataclass(frozen=True, slots=True)
class Entry:
    """One item that a source listed; `id` is the publisher's own and may be "".

    `summary` and `content` are plain text, paragraphs split by a blank line.

    `forwarded_from` and `views` are a channel page's: whose message it was, how many have seen it.
    """

    id: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: Precision = Precision.SECOND
    updated: datetime | None = None
    language: str = ""
    categories: tuple[str, ...] = ()
    image: str = ""
    forwarded_from: str = ""
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a source listed at one time, whatever its format.

    `url` is the page that the feed is about. `next_page` continues the list into the past. `ttl` is
    the publisher's wish for how long to wait. The entries of an index are sitemaps, not pages.
    """

    title: str = ""
    url: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    next_page: str = ""
    ttl: timedelta | None = None
    is_index: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """The text and metadata behind an entry: plain text, paragraphs split by a blank line.

    The parser fills what the page tells; `source`, `source_tags` and `found` (when Tocsin first saw
    the entry) are filled in by whoever asked for the page.
    """

    url: str = ""
    canonical_url: str = ""
    title: str = ""
    text: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: Precision = Precision.SECOND
    modified: datetime | None = None
    language: str = ""
    site_name: str = ""
    image: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    paywalled: bool | None = None
    source: str = ""
    source_tags: tuple[str, ...] = ()
    found: datetime | None = None
