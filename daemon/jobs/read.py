"""Read a new entry: fetch its page, extract, match, ring. This file and poll.py are the pipe."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import Ring, plan, word
from daemon.dedup import VERIFIED, Newcomer, Role, StoryDecision, assign, canonical_url
from daemon.errors import FetchError, ParseError
from daemon.fetch import NotModified
from daemon.jobs.context import Context
from daemon.jobs.hosts import by_host
from daemon.jobs.requests import ask
from daemon.jobs.work import Listing, Page, Reading, read_article
from daemon.model import OPEN_ACCESS, Fate, Source, Story, Verdict
from daemon.store import alerts, articles, deliveries, entries, fingerprints, hits, stories
from daemon.store.entries import StoredEntry
from daemon.store.hosts import host_of

LEASE = timedelta(minutes=5)

# The same words again after this long are news again: a yearly notice, a weekly warning.
WINDOW = timedelta(days=14)

# A page that fails is tried again after these waits; the feed's own words were matched at once.
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why a page could not be read, and when to try it again, if at all."""

    why: str
    again_at: datetime | None = None


Entries = tuple[StoredEntry, ...]


async def claim_entries(ctx: Context, limit: int, in_flight: Collection[Entries]) -> Sequence[Entries]:
    """Take up to `limit` entries whose pages are due to be read, by host, none of a host being read."""
    now = ctx.now()
    busy = {_host(group[0]) for group in in_flight}
    due = await ctx.store.write(
        lambda conn: entries.claim_unread(conn, now, limit=limit, lease=LEASE, busy_hosts=busy)
    )
    return by_host(due, _host)


async def read(ctx: Context, group: Entries) -> None:
    """Read entries of one host, one after the other."""
    for stored in group:
        await _read_one(ctx, stored)


def _host(stored: StoredEntry) -> str:
    return host_of(stored.entry.url)


async def _read_one(ctx: Context, stored: StoredEntry) -> None:
    """Read one entry to its verdict; all that follows from it reaches the store in one transaction.

    A page that cannot be read now is matched on what the feed gave, and tried again later.
    """
    source = ctx.sources.get(stored.source) or Source(stored.source, stored.entry.url)
    page = await _fetch(ctx, source, stored)
    try:
        reading, unread = await _read(ctx, source, stored, page)
    except ParseError as error:
        await _give_up(ctx, stored, str(error))
        return
    settling = _Settling(ctx, stored, reading, unread, ctx.now())
    verdict = await ctx.store.write(settling.settle)
    log.info("read", url=stored.entry.url, fate=verdict.fate.value, why=verdict.reason)


async def _fetch(ctx: Context, source: Source, stored: StoredEntry) -> Page | _Unread | None:
    """Fetch the page; None where the feed is all there is."""
    if not source.full_text or not canonical_url(stored.entry.url).page:
        return None
    try:
        answer = await ask(ctx, source, stored.entry.url)
    except FetchError as error:
        wish = error.retry_after or RETRIES[0]
        if error.kind == "held":  # nothing was asked: the host wants to be left alone
            return _Unread(str(error), ctx.now() + wish)
        return _Unread(str(error), None if error.permanent else _again(ctx.now(), stored, wish))
    if isinstance(answer, NotModified):  # it was asked without validators
        return _Unread("the server said «not modified» to an unconditional request")
    return Page(answer.body, answer.url, answer.content_type, source.article)


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
    # Secrets of a source are no business of a process that reads strangers' pages.
    public = replace(source, access=OPEN_ACCESS)
    lines = await ctx.store.read(lambda conn: fingerprints.known_lines(conn, _host(stored)))
    listing = Listing(stored.entry, public, stored.found_at, lines)
    return await ctx.compute(read_article, page, listing, ctx.now())


@dataclass(frozen=True, slots=True)
class _Settling:
    """What was read, on its way into the store: one transaction, made by `settle`."""

    ctx: Context
    stored: StoredEntry
    reading: Reading
    unread: _Unread | None
    now: datetime

    def settle(self, conn: Connection) -> Verdict:
        """Write the article, its story, its hits, the alerts and the verdict."""
        reading, ctx = self.reading, self.ctx
        article_id = articles.put(conn, self.stored.id, reading.article, reading.content_hash, self.now)
        story, placed = self._place(conn, article_id)
        known = [hit for hit in reading.hits if hit.rule in ctx.rules]
        hits.put(conn, article_id, [(hit, ctx.rules[hit.rule].severity) for hit in known], self.now)
        channels = tuple(ctx.channels.values())
        decided = plan(reading.article, known, story=story, rules=ctx.rules, channels=channels)
        for ring in decided.rings:
            self._ring(conn, ring, article_id)
        verdict = _verdict(decided.verdict, placed, self.unread)
        again_at = self.unread.again_at if self.unread else None
        entries.settle(conn, self.stored.id, verdict, self.now, read_again_at=again_at)
        return verdict

    def _place(self, conn: Connection, article_id: int) -> tuple[Story, StoryDecision]:
        """Put the article in its story, a new one if it tells what none before it told."""
        reading, now = self.reading, self.now
        candidates = fingerprints.candidates(
            conn, reading.fingerprint.keys, besides=article_id, since=now - WINDOW, limit=VERIFIED
        )
        decided = assign(Newcomer(reading.fingerprint, {}), candidates, {}, now)
        story_id = decided.story or stories.open_new(conn, reading.article.title, now)
        stories.join(conn, story_id, article_id, now, original=decided.original)
        fingerprints.put(conn, article_id, reading.fingerprint, now)
        if self.stored.fate is Fate.NEW and decided.role is not Role.COPY:
            # What is read again, or copied under another address, would make its own lines its host's.
            fingerprints.count_lines(conn, _host(self.stored), reading.lines, now)
        return Story(story_id, reading.article.title, now, _rung(conn, article_id, decided)), decided

    def _ring(self, conn: Connection, ring: Ring, article_id: int) -> None:
        """Write an alert, and a delivery for each of its channels: the outbox, in this transaction."""
        made = alerts.add(conn, ring.alert.rule, article_id, ring.alert.severity, self.now)
        if made is None:
            return  # another writer rang it for this story: the constraint keeps the promise
        told = replace(ring.alert, key=made.key)
        for name in ring.channels:
            message = word(told, self.ctx.styles[name], zone=self.ctx.config.daemon.time_zone)
            deliveries.add(conn, made.id, name, message, self.now)


def _rung(conn: Connection, article_id: int, decided: StoryDecision) -> frozenset[str]:
    """Name the rules that need not ring again: for it, for its original, or for what it tells anew."""
    told = {article_id, decided.original, decided.of if decided.tells_the_same else None}
    return frozenset().union(*(alerts.rung(conn, article) for article in told if article))


def _verdict(verdict: Verdict, placed: StoryDecision, unread: _Unread | None) -> Verdict:
    """Add to what was decided what the reader of the ledger must know beside it."""
    if placed.role is Role.COPY and verdict.fate in {Fate.NO_RULE, Fate.SUPPRESSED}:
        verdict = Verdict(Fate.DUPLICATE, f"{placed.reason}; {verdict.reason}")
    if unread is None:
        return verdict
    again = f", tried again at {unread.again_at:%H:%M} UTC" if unread.again_at else ""
    return replace(verdict, reason=f"{verdict.reason}; only the feed's words, since {unread.why}{again}")
