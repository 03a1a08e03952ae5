"""An entry's page, as a job asks for it, and what a worker must know to read it."""

from dataclasses import replace

from daemon.dedup import canonical_url
from daemon.errors import FetchError
from daemon.fetch import NotModified
from daemon.jobs.context import Context
from daemon.jobs.requests import ask
from daemon.jobs.work import Listing, Page
from daemon.model import OPEN_ACCESS, Source
from daemon.store import fingerprints
from daemon.store.entries import StoredEntry
from daemon.store.hosts import host_of


def source_of(ctx: Context, stored: StoredEntry) -> Source:
    """Give the source that listed an entry, or one without settings when it left the configuration."""
    return ctx.sources.get(stored.source) or Source(stored.source, stored.entry.url)


def has_page(source: Source, stored: StoredEntry) -> bool:
    """Tell whether an entry has a page to read; else the feed is all there is."""
    return source.full_text and bool(canonical_url(stored.entry.url).page)


async def fetch_page(ctx: Context, source: Source, stored: StoredEntry) -> Page:
    """Fetch an entry's page; raises FetchError."""
    answer = await ask(ctx, source, stored.entry.url)
    if isinstance(answer, NotModified):  # it was asked without validators
        raise FetchError(
            "protocol", "the server said «not modified» to an unconditional request", permanent=True
        )
    return Page(answer.body, answer.url, answer.content_type, source.article)


async def listing_of(ctx: Context, source: Source, stored: StoredEntry) -> Listing:
    """Tell a worker who listed an entry and which lines its host repeats."""
    lines = await ctx.store.read(lambda conn: fingerprints.known_lines(conn, host_of(stored.entry.url)))
    # Secrets of a source are no business of a process that reads strangers' pages.
    return Listing(stored.entry, replace(source, access=OPEN_ACCESS), stored.found_at, lines)
