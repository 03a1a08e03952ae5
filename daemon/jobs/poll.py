"""Poll a source: fetch, parse, recognise, record. This file and read.py are the pipe."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import admit
from daemon.dedup import EntryKeys, entry_keys, listing_keys
from daemon.errors import FetchError, ParseError
from daemon.fetch import Fetched, Hints, NotModified
from daemon.jobs.budget import history
from daemon.jobs.context import Context
from daemon.jobs.hosts import by_host
from daemon.jobs.listing import digest, read_answer
from daemon.jobs.pages import find_older, is_dated, open_index
from daemon.jobs.recognise import Recognised, recognise_all
from daemon.jobs.requests import ask
from daemon.model import NO_VALIDATORS, Entry, Feed, Source, Validators
from daemon.schedule import Answered, Failed, plan_next, wants_whole
from daemon.store import entries, listings, polls, rechecks, sources
from daemon.store.entries import Added, Listed
from daemon.store.hosts import host_of, is_same_site
from daemon.store.listings import NEVER_LISTED, LastListing
from daemon.store.polls import Poll, PollOutcome
from daemon.store.sources import SourceState

# Longer than any poll may take; what outlives it died, and is claimed again.
LEASE = timedelta(minutes=5)
UNKNOWN_HERE = timedelta(seconds=10)
"""How long a source waits that was given to a machine whose configuration does not name it."""

log = structlog.get_logger()


Sources = tuple[SourceState, ...]


async def claim_sources(
    ctx: Context, limit: int, in_flight: Collection[Sources], host: str | None = None
) -> Sequence[Sources]:
    """Take up to `limit` sources whose time has come, by host, none of a host that is being polled.

    With `host`, those of that one only.
    """
    now = ctx.now()
    busy = {series[0].host for series in in_flight}
    due = await ctx.store.write_own(
        lambda conn: sources.claim_due(conn, now, limit=limit, lease=LEASE, busy_hosts=busy, host=host)
    )
    return by_host(due, lambda state: state.host)


async def poll(ctx: Context, state: SourceState) -> None:
    """Poll one source; what it listed and when to ask again reach the store in one transaction."""
    source = ctx.sources.get(state.name)
    if source is None:
        # It left the configuration while it was due, or came into it and this machine's file lags behind.
        again = ctx.now() + UNKNOWN_HERE
        await ctx.store.write_own(
            lambda conn: sources.put_back(
                conn, state.id, again, "the machine that took it does not know it yet"
            )
        )
        return
    turn = _Turn(ctx, source, state)
    answer = await turn.ask()
    if isinstance(answer, Failed):
        await ctx.store.write_own(lambda conn: turn.record_failure(conn, answer))
        log.warning("poll failed", source=source.name, kind=answer.kind, why=answer.message)
    elif isinstance(answer, Fetched | NotModified):
        await ctx.store.write_own(lambda conn: turn.record_unchanged(conn, answer))
    else:
        added = await turn.take(answer)
        log.info("polled", source=source.name, listed=answer.listed, new=added)


@dataclass(frozen=True, slots=True)
class _Listing:
    """What a poll yielded: the `entries` of a document and of further pages that may be new, and their keys.

    `listed` counts all that the document lists. `marks` are those of its entries that may be new; the others
    are `known`, by their marks, for stored ones. `digest` is the document's, b"" where it need not list the
    same the next time.
    """

    feed: Feed
    fetched: Fetched
    validators: Validators
    listed: int
    entries: tuple[Entry, ...]
    keys: tuple[EntryKeys, ...]
    marks: tuple[bytes, ...] = ()
    known: Mapping[bytes, int] = field(default_factory=dict)
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One source's turn to be polled."""

    ctx: Context
    source: Source
    state: SourceState

    async def ask(self) -> "_Listing | Fetched | NotModified | Failed":
        """Fetch and parse; whatever goes wrong on the way is an answer too.

        A document that is the last one word for word is given as it is.
        """
        whole = wants_whole(history(self.state), self.ctx.now())
        try:
            answer = await self._fetch(whole=whole)
            if isinstance(answer, NotModified):
                return answer
            last = NEVER_LISTED if whole else await self._last()
            document = digest(self.source, answer)
            return answer if document == last.digest else await self._list(answer, document, last)
        except FetchError as error:
            return Failed(self.ctx.now(), error.kind, str(error), error.permanent, error.retry_after)
        except ParseError as error:
            return Failed(self.ctx.now(), error.kind, str(error))

    async def _fetch(self, *, whole: bool) -> Fetched | NotModified:
        validators = NO_VALIDATORS if whole else Validators(self.state.etag, self.state.last_modified)
        return await ask(self.ctx, self.source, self.source.url, validators)

    async def _last(self) -> LastListing:
        """Recall the last listing, to read what has changed since; the first of a source is read whole."""
        if self.state.first_polled_at is None:
            return NEVER_LISTED
        state = self.state
        return await self.ctx.store.read(lambda conn: listings.last(conn, state.id, state.last_listed_at))

    async def _list(self, answer: Fetched, document: bytes, last: LastListing) -> "_Listing":
        """Read a document, and what lies behind it: an index's sitemaps, or the pages before a gap."""
        reading = await read_answer(self.ctx.compute, self.source, answer, last.marks)
        feed = reading.feed
        if feed.is_index:
            return await self._open(feed, answer)
        since = self.state.last_listed_at  # None at the first poll, which has no gap before it
        older: tuple[Entry, ...] = ()
        if since and not reading.known:
            older = await find_older(self.ctx, self.source, feed, reading.keys, since)
        listed = (*feed.entries, *older)
        keys = await self.ctx.compute(listing_keys, listed) if older else reading.keys
        if not reading.listed:  # a form or a fault: «not modified» would only hide that it lasts
            return _Listing(feed, answer, NO_VALIDATORS, 0, listed, keys)
        known = {mark: last.marks[mark] for mark in reading.known}
        return _Listing(
            feed, answer, answer.validators, reading.listed, listed, keys, reading.marks, known, document
        )

    async def _open(self, index: Feed, answer: Fetched) -> "_Listing":
        validators = answer.validators if is_dated(index) else NO_VALIDATORS
        feed = await open_index(self.ctx, self.source, index)
        keys = await self.ctx.compute(listing_keys, feed.entries)
        return _Listing(feed, answer, validators, len(feed.entries), feed.entries, keys)

    def record_failure(self, conn: Connection, failed: Failed) -> None:
        record = Poll(failed.at, PollOutcome.FAILED, error_kind=failed.kind, error=failed.message)
        self._record(conn, record, failed, Validators(self.state.etag, self.state.last_modified))

    def record_unchanged(self, conn: Connection, answer: Fetched | NotModified) -> None:
        """Record that nothing has changed, as the server said or as its document shows."""
        now = self.ctx.now()
        status, size = (answer.status, len(answer.body)) if isinstance(answer, Fetched) else (304, 0)
        record = Poll(now, PollOutcome.UNCHANGED, status=status, bytes=size, ms=_ms(answer.elapsed))
        self._record(conn, record, _answered(now, answer.hints), answer.validators, answer.url)

    async def take(self, listing: "_Listing") -> int:
        """Store what was listed, and count what is new.

        Only what is new can be what another source lists at this moment too.
        """
        store = self.ctx.store
        added = await store.write_own(lambda conn: self._record_known(conn, listing))
        if added is None:
            added = await store.write(lambda conn: self._record_listing(conn, listing))
        return added

    def _record_known(self, conn: Connection, listing: "_Listing") -> int | None:
        """Store a listing that holds nothing new; None, and nothing stored, where one does."""
        recognised = self._recognise(conn, listing)
        if any(item.new for item in recognised):
            return None
        return self._record_recognised(conn, listing, recognised)

    def _record_listing(self, conn: Connection, listing: "_Listing") -> int:
        return self._record_recognised(conn, listing, self._recognise(conn, listing))

    def _recognise(self, conn: Connection, listing: "_Listing") -> list[Recognised]:
        return recognise_all(conn, self.state.id, listing.entries, listing.keys)

    def _record_recognised(
        self, conn: Connection, listing: "_Listing", recognised: Sequence[Recognised]
    ) -> int:
        now, feed, fetched = self.ctx.now(), listing.feed, listing.fetched
        judged = self._judge(recognised, now)
        are_there = entries.sight_again(conn, self.state.id, set(listing.known.values()), now)
        added = entries.add(conn, self.state.id, judged, now)
        self._revise(conn, recognised, now)
        fresh = [item.entry.published or now for item, one in zip(judged, added, strict=True) if one.new]
        listed = len(judged) + listing.listed - len(feed.entries)
        answered = replace(
            _answered(now, fetched.hints),
            listed=listing.listed,
            published=tuple(fresh),
            overlaps=len(fresh) < listed or not listed,
            ttl=feed.ttl,
        )
        record = Poll(
            now,
            PollOutcome.LISTED,
            status=fetched.status,
            listed=listed,
            added=len(fresh),
            bytes=len(fetched.body),
            ms=_ms(fetched.elapsed),
        )
        # What was forgotten meanwhile, though it is still listed, is to be read at the next poll.
        self._record(conn, record, answered, listing.validators if are_there else NO_VALIDATORS, fetched.url)
        if listing.digest and are_there:
            self._keep(conn, listing, added, now)
        return len(fresh)

    def _keep(self, conn: Connection, listing: "_Listing", added: Sequence[Added], now: datetime) -> None:
        """Keep by what the document, and what it lists, will be known again; not what further pages list."""
        stored = (one.id for one in added[: len(listing.marks)])
        marks = {**listing.known, **dict(zip(listing.marks, stored, strict=True))}
        listings.put(conn, self.state.id, now, LastListing(listing.digest, marks))

    def _revise(self, conn: Connection, recognised: Sequence[Recognised], now: datetime) -> None:
        """Have those read again at once whose headline the source itself has changed.

        Another source's headline for the same address is no news; nor is a new teaser, where there is a page.
        """
        for item in recognised:
            was = item.was
            if was is None or was.source_id != self.state.id:
                continue
            if entry_keys(was.entry).title != item.title or not self.source.full_text:
                entries.relist(conn, was.id, item.entry)
                rechecks.hasten(conn, was.id, now)

    def _judge(self, recognised: Sequence[Recognised], now: datetime) -> list[Listed]:
        """Give each entry its keys and its fate should it be new; a first listing must not ring."""
        first = self.state.first_polled_at is None
        max_age = self.ctx.config.polling.max_age
        return [
            Listed(item.entry, item.keys, admit(item.entry, first_poll=first, max_age=max_age, now=now))
            for item in recognised
        ]

    def _record(
        self,
        conn: Connection,
        record: Poll,
        outcome: Answered | Failed,
        validators: Validators,
        url: str = "",
    ) -> None:
        following = plan_next(self.source, history(self.state), outcome, self.ctx.budget, self.ctx.chance())
        learned = following.state.to_plain()
        next_poll = polls.NextPoll(
            following.at,
            following.why,
            validators.etag,
            validators.last_modified,
            learned,
            self._new_host(url),
        )
        polls.record(conn, self.state.id, record, next_poll, self.state.url)

    def _new_host(self, url: str) -> str:
        """Name the host that a source turned out to be on, so that nobody else calls on it there meanwhile.

        Only within a site: who redirects to many sites is to be called on by one at a time itself.
        """
        known, found = self.state.host, host_of(url)
        return found if found and found != known and is_same_site(found, known) else ""


def _answered(now: datetime, hints: Hints) -> Answered:
    return Answered(
        now, cached_for=hints.cached_for, moved_to=hints.moved_to, certificate_ends=hints.certificate_ends
    )


def _ms(elapsed: timedelta) -> int:
    return round(elapsed / timedelta(milliseconds=1))
