"""Read a new entry: fetch its page, extract, match, ring. This file and poll.py are the pipe."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import plan
from daemon.dedup import Role, StoryDecision
from daemon.errors import FetchError, ParseError
from daemon.jobs.canary import is_asked, routes_of
from daemon.jobs.context import Context
from daemon.jobs.hosts import by_host
from daemon.jobs.page import fetch_page, has_page, listing_of, source_of
from daemon.jobs.place import Newcomer, place
from daemon.jobs.ring import Outbox
from daemon.jobs.silences import mutes
from daemon.jobs.work import Page, Reading, read_article
from daemon.model import CANARY, Fate, Source, Verdict
from daemon.schedule import plan_recheck
from daemon.store import articles, entries, fingerprints, hits, readings, rechecks
from daemon.store.entries import StoredEntry
from daemon.store.hosts import host_of

LEASE = timedelta(minutes=5)

# A page that fails is tried again after these waits; the feed's own words were matched at once.
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why a page could not be read, and when to try it again, if at all."""

    why: str
    again_at: datetime | None = None


Entries = tuple[StoredEntry, ...]


async def claim_entries(
    ctx: Context, limit: int, in_flight: Collection[Entries], host: str | None = None
) -> Sequence[Entries]:
    """Take up to `limit` entries whose pages are due to be read, by host, none of a host being read.

    With `host`, those of that one only.
    """
    now = ctx.now()
    busy = {_host(group[0]) for group in in_flight}
    due = await ctx.store.write_own(
        lambda conn: readings.claim(conn, now, limit=limit, lease=LEASE, busy_hosts=busy, host=host)
    )
    return by_host(due, _host)


def _host(stored: StoredEntry) -> str:
    return host_of(stored.entry.url)


async def read(ctx: Context, stored: StoredEntry) -> None:
    """Read one entry to its verdict; all that follows from it reaches the store in one transaction.

    A page that cannot be read now is matched on what the feed gave, and tried again later.
    """
    source = source_of(ctx, stored)
    page = await _fetch(ctx, source, stored)
    try:
        reading, unread = await _read(ctx, source, stored, page)
    except ParseError as error:
        await _give_up(ctx, stored, str(error))
        return
    paged = unread is None and has_page(source, stored)
    settling = _Settling(ctx, stored, reading, unread, ctx.now(), paged)
    verdict = await ctx.store.write(settling.settle)
    log.info("read", url=stored.entry.url, fate=verdict.fate.value, why=verdict.reason)


async def _fetch(ctx: Context, source: Source, stored: StoredEntry) -> Page | _Unread | None:
    """Fetch the page; None where the feed is all there is."""
    if not has_page(source, stored):
        return None
    try:
        return await fetch_page(ctx, source, stored)
    except FetchError as error:
        wish = error.retry_after or RETRIES[0]
        if error.kind == "held":  # nothing was asked: the host wants to be left alone
            return _Unread(str(error), ctx.now() + wish)
        return _Unread(str(error), None if error.permanent else _again(ctx.now(), stored, wish))


def _again(now: datetime, stored: StoredEntry, wish: timedelta = RETRIES[0]) -> datetime | None:
    """Give the time of the next try; None after the last. `read_attempts` counts the one under way."""
    made = stored.read_attempts
    return now + max(RETRIES[made - 1], wish) if made <= len(RETRIES) else None


async def _read(
    ctx: Context, source: Source, stored: StoredEntry, page: Page | _Unread | None
) -> tuple[Reading, _Unread | None]:
    """Read the page, or the feed's words where there is none or none that can be read."""
    if isinstance(page, Page):
        try:
            return await _interpret(ctx, source, stored, page), None
        except ParseError as error:
            page = _Unread(str(error))
    return await _interpret(ctx, source, stored, None), page


async def _give_up(ctx: Context, stored: StoredEntry, why: str) -> None:
    """Record an entry whose own words no worker process survives; it is tried again as a page is."""
    now = ctx.now()
    verdict = Verdict(Fate.FAILED, f"not matched: neither its page nor the feed's words can be read, {why}")
    again = _again(now, stored)
    await ctx.store.write(lambda conn: entries.settle(conn, stored.id, verdict, now, read_again_at=again))
    log.error("not read", url=stored.entry.url, why=verdict.reason)


async def _interpret(ctx: Context, source: Source, stored: StoredEntry, page: Page | None) -> Reading:
    listing = await listing_of(ctx, source, stored)
    return await ctx.compute(read_article, page, listing, ctx.now())


@dataclass(frozen=True, slots=True)
class _Settling:
    """What was read, on its way into the store: one transaction, made by `settle`."""

    ctx: Context
    stored: StoredEntry
    reading: Reading
    unread: _Unread | None
    now: datetime
    paged: bool

    def settle(self, conn: Connection) -> Verdict:
        """Write the article, its story, its hits, the alerts and the verdict."""
        reading, ctx, now = self.reading, self.ctx, self.now
        # An entry that is new has no article yet; the fate changes with the first reading.
        before = None if self.stored.fate is Fate.NEW else articles.of_entry(conn, self.stored.id)
        placed = place(conn, Newcomer(self.stored.id, reading, ctx.frequencies), before, now)
        article_id = placed.article
        if self.paged:  # its page will be read again, to see whether it changed
            rechecks.plan(conn, article_id, reading.from_feed, plan_recheck(self.stored.found_at, now))
        if before is None and placed.decision.role is not Role.COPY:
            # What is read again, or copied under another address, would make its own lines its host's.
            fingerprints.count_lines(conn, _host(self.stored), reading.lines, now)
        known = [hit for hit in reading.hits if hit.rule in ctx.rules and is_asked(self.stored, hit)]
        hits.put(conn, article_id, [(hit, ctx.rules[hit.rule].severity) for hit in known], now)
        channels = tuple(ctx.channels.values())
        muted = mutes(
            conn,
            ctx.config,
            reading.article,
            article_id=article_id,
            story=placed.story.id,
            rules=[hit.rule for hit in known if hit.rule != CANARY],
            now=now,
        )
        decided = plan(
            reading.article,
            known,
            story=placed.story,
            rules=ctx.rules,
            channels=channels,
            routes=routes_of(ctx, self.stored),
            mutes=muted,
        )
        outbox = Outbox(ctx, conn, now)
        outbox.ring(decided.rings, article_id, placed.story.id)
        if placed.decision.role is not Role.COPY:  # a copy is no voice of its own
            outbox.tell_voices(placed.story.id)
        verdict = _verdict(decided.verdict, placed.decision, self.unread)
        again_at = self.unread.again_at if self.unread else None
        entries.settle(conn, self.stored.id, verdict, now, read_again_at=again_at)
        return verdict


def _verdict(verdict: Verdict, placed: StoryDecision, unread: _Unread | None) -> Verdict:
    """Add to what was decided what the reader of the ledger must know beside it."""
    if placed.role is Role.COPY and verdict.fate in {Fate.NO_RULE, Fate.SUPPRESSED}:
        verdict = Verdict(Fate.DUPLICATE, f"{placed.reason}; {verdict.reason}")
    if unread is None:
        return verdict
    again = f", tried again at {unread.again_at:%H:%M} UTC" if unread.again_at else ""
    return replace(verdict, reason=f"{verdict.reason}; only the feed's words, since {unread.why}{again}")
