"""Read an article again: keep what changed, ring what it newly says, tell who was told otherwise."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import Plan, plan
from daemon.dedup import Change, Revision, withdrawn
from daemon.errors import FetchError, ParseError
from daemon.jobs.context import Context
from daemon.jobs.hosts import by_host
from daemon.jobs.page import fetch_page, has_page, listing_of, source_of
from daemon.jobs.ring import Outbox
from daemon.jobs.silences import mutes
from daemon.jobs.work import Reading, Rereading, read_again
from daemon.model import Article, Fate, Story, Verdict
from daemon.schedule import RECHECK_SPAN, plan_recheck, plan_second_look, recheck_room
from daemon.store import alerts, articles, entries, fingerprints, hits, ledger, rechecks, stories
from daemon.store.articles import StoredArticle
from daemon.store.entries import StoredEntry
from daemon.store.hosts import host_of

LEASE = timedelta(minutes=5)
# A server that says «gone» means it. What is missing, or empties, must be so twice in a row.
GONE = "http_410"
MISSING = frozenset({"http_404", "empty"})

log = structlog.get_logger()


Articles = tuple[StoredArticle, ...]


@dataclass(frozen=True, slots=True)
class _Missed:
    """Why an article could not be read again, and how long its host wants to be left alone.

    `missing` tells that its page was not there, which has to be seen twice before it counts.
    """

    why: str
    wish: timedelta | None = None
    missing: bool = False


async def claim_rechecks(
    ctx: Context, limit: int, in_flight: Collection[Articles], host: str | None = None
) -> Sequence[Articles]:
    """Take articles due to be read again, by host, those that rang first, as far as requests allow.

    With `host`, those of that one only.
    """
    now = ctx.now()
    busy = {_host(group[0]) for group in in_flight}

    def claim(conn: Connection) -> list[StoredArticle]:
        room = min(limit, room_for_rechecks(ctx, conn, now))
        if not room:
            return []
        return rechecks.claim_due(conn, now, limit=room, lease=LEASE, busy_hosts=busy, host=host)

    return by_host(await ctx.store.write(claim), _host)


def room_for_rechecks(ctx: Context, conn: Connection, now: datetime) -> int:
    """Give how many pages may be read again now, by what all processes together have read again."""
    return recheck_room(ctx.budget, rechecks.count_since(conn, now - RECHECK_SPAN))


def _host(stored: StoredArticle) -> str:
    return host_of(stored.article.url)


async def recheck(ctx: Context, stored: StoredArticle) -> None:
    """Read one article again; all that follows from a change reaches the store in one transaction."""
    entry = await ctx.store.read(lambda conn: entries.get(conn, stored.entry_id))
    if entry is None:
        return
    again = await _read(ctx, entry, stored)
    now = ctx.now()
    if not isinstance(again, _Missed):
        settling = _Settling(ctx, entry, stored, again, now)
        write = ctx.store.write if settling.changed else ctx.store.write_own
        said = await write(settling.settle)
        log.info("read again", url=entry.entry.url, what=said)
    else:
        since = now if again.missing else stored.missing_at
        following = _next_try(again, since, entry, now)
        await ctx.store.write_own(
            lambda conn: rechecks.record(conn, stored.id, now, again_at=following, missing_at=since)
        )
        log.info("not read again", url=entry.entry.url, why=again.why)


def _next_try(missed: _Missed, since: datetime | None, entry: StoredEntry, now: datetime) -> datetime | None:
    """Give the time to try again; what is missing `since` a time is not left in doubt."""
    if missed.wish:
        return now + missed.wish
    second_look = plan_second_look(since, now) if since else None
    return second_look or plan_recheck(entry.found_at, now)


async def _read(ctx: Context, entry: StoredEntry, stored: StoredArticle) -> Rereading | Revision | _Missed:
    """Fetch and compare; a page that is gone is a revision too."""
    source = source_of(ctx, entry)
    # What the store fills in: the source's tags are the configuration's.
    before = replace(stored.article, source_tags=source.tags)
    try:
        page = await fetch_page(ctx, source, entry) if has_page(source, entry) else None
        listing = await listing_of(ctx, source, entry)
        again = await ctx.compute(read_again, page, listing, before, stored.from_feed, ctx.now())
    except (FetchError, ParseError) as error:
        missing = error.kind in MISSING
        if error.kind == GONE or (missing and stored.missing_at):
            return withdrawn(before, str(error))
        wish = error.retry_after if isinstance(error, FetchError) else None
        return _Missed(str(error), wish, missing)
    if again.revision.change is Change.WITHDRAWN and not stored.missing_at:
        return _Missed(again.revision.reason, missing=True)
    return again


@dataclass(frozen=True, slots=True)
class _Settling:
    """What a second reading brought, on its way into the store: one transaction, made by `settle`."""

    ctx: Context
    entry: StoredEntry
    stored: StoredArticle
    again: Rereading | Revision
    now: datetime

    @property
    def revision(self) -> Revision:
        return self.again if isinstance(self.again, Revision) else self.again.revision

    @property
    def changed(self) -> bool:
        return self.revision.change is not None

    def settle(self, conn: Connection) -> str:
        """Write what changed and all that follows from it; give a sentence on it."""
        revision = self.revision
        gone = revision.change is Change.WITHDRAWN
        following = None if gone else plan_recheck(self.entry.found_at, self.now)
        if revision.change is not None:
            self._keep(conn, revision, revision.change)
        rechecks.record(conn, self.stored.id, self.now, again_at=following)
        return revision.reason

    def _keep(self, conn: Connection, revision: Revision, change: Change) -> None:
        number = rechecks.add_revision(conn, self.stored.id, change, revision, self.now)
        rang: Plan | None = None
        tags = source_of(self.ctx, self.entry).tags
        article, lost = replace(self.stored.article, source_tags=tags), frozenset[str]()
        if isinstance(self.again, Rereading) and change is not Change.WITHDRAWN:
            article = self.again.reading.article
            lost = self.again.before - {hit.rule for hit in self.again.reading.hits}
            rang = self._take(conn, self.again.reading, self.again.before)
        lost &= self.ctx.rules.keys()
        outbox = Outbox(self.ctx, conn, self.now)
        said, unsaid = outbox.follow_up(self.stored.id, article, (number, revision), lost)
        parts = [f"revised, {change.value}: {revision.reason}"]
        if rang:
            parts.append(rang.verdict.reason)
        if said:
            parts.append("who was told is told so")
        if unsaid:
            parts.append(f"who was told is not told so, {unsaid}")
        if said or unsaid or rang:
            fate = Fate.QUEUED if said else rang.verdict.fate if rang else self.entry.fate
            ledger.enter(conn, self.entry.id, Verdict(fate, "; ".join(parts)), self.now)
        if self.stored.story_id is not None:
            stories.touch(conn, self.stored.story_id, self.now)
            if article.title and article.title != self.stored.article.title:
                stories.retitle(conn, self.stored.story_id, self.stored.id, article.title)

    def _take(self, conn: Connection, reading: Reading, before: frozenset[str]) -> Plan | None:
        """Keep the article as it is now and ring what it newly says; give what rings, if anything."""
        ctx, article_id, now = self.ctx, self.stored.id, self.now
        articles.put(conn, self.entry.id, reading.article, now)
        rechecks.plan(conn, article_id, reading.from_feed, None)
        fingerprints.drop(conn, article_id)
        fingerprints.put(conn, article_id, reading.fingerprint, now)
        known = [hit for hit in reading.hits if hit.rule in ctx.rules]
        hits.put(conn, article_id, [(hit, ctx.rules[hit.rule].severity) for hit in known], now)
        new = [hit for hit in known if hit.rule not in before]
        story = self._story(conn, reading.article)
        channels = tuple(ctx.channels.values())
        names = [hit.rule for hit in new]
        muted = mutes(
            conn, ctx.config, reading.article, article_id=article_id, story=story.id, rules=names, now=now
        )
        decided = plan(
            reading.article,
            new,
            story=story,
            rules=ctx.rules,
            channels=channels,
            routes=ctx.config.routes,
            mutes=muted,
        )
        Outbox(ctx, conn, now).ring(decided.rings, article_id, story.id)
        return decided if decided.rings else None

    def _story(self, conn: Connection, article: Article) -> Story:
        """Give its story with the rules that rang for it or for what it is a copy of."""
        told = {self.stored.id, self.stored.original_id or self.stored.id}
        rung = frozenset[str]().union(*(alerts.rung(conn, one) for one in told))
        return Story(self.stored.story_id or 0, article.title, self.now, rung)
