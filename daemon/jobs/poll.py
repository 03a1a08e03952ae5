"""Poll a source: fetch, parse, recognise, record. This file and read.py are the pipe."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import admit
from daemon.dedup import EntryKeys, Identity, entry_keys, listing_keys, recognise
from daemon.errors import FetchError, ParseError
from daemon.fetch import Fetched, Hints, NotModified
from daemon.jobs.context import Context
from daemon.model import NO_VALIDATORS, Entry, Feed, Source, Validators
from daemon.jobs.work import parse_source
from daemon.schedule import Answered, Budget, Failed, PollState, plan_next, wants_whole
from daemon.store import entries, polls, sources
from daemon.store.entries import Listed
from daemon.store.polls import PollOutcome
from daemon.store.sources import SourceState

# Longer than any poll may take; what outlives it died, and is claimed again.
LEASE = timedelta(minutes=5)

log = structlog.get_logger()


async def claim_sources(ctx: Context, limit: int) -> Sequence[SourceState]:
    """Take up to `limit` sources whose time has come, none of a host that is being polled."""
    now = ctx.now()
    return await ctx.store.write(lambda conn: sources.claim_due(conn, now, limit=limit, lease=LEASE))


async def poll(ctx: Context, state: SourceState) -> None:
    """Poll one source; what it listed and when to ask again reach the store in one transaction."""
    source = ctx.sources.get(state.name)
    if source is None:
        return  # it left the configuration while it was due
    answer = await _ask(ctx, source, state)
    if isinstance(answer, Failed):
        await ctx.store.write(lambda conn: _record_failure(conn, ctx, source, state, answer))
        log.warning("poll failed", source=source.name, kind=answer.kind, why=answer.message)
    elif isinstance(answer, NotModified):
        await ctx.store.write(lambda conn: _record_unchanged(conn, ctx, source, state, answer))
    else:
        feed, fetched = answer
        added = await ctx.store.write(lambda conn: _record_listing(conn, ctx, source, state, feed, fetched))
        log.info("polled", source=source.name, listed=len(feed.entries), new=added)


async def _ask(
    ctx: Context, source: Source, state: SourceState
) -> tuple[Feed, Fetched] | NotModified | Failed:
    """Fetch and parse; whatever goes wrong on the way is an answer too."""
    whole = wants_whole(_history(state), ctx.now())
    validators = NO_VALIDATORS if whole else Validators(state.etag, state.last_modified)
    try:
        answer = await ctx.fetcher.get(
            source.url, validators=validators, access=source.access, allow_private=source.allow_private
        )
        if isinstance(answer, NotModified):
            return answer
        return await ctx.compute(
            parse_source,
            answer.body,
            url=answer.url,
            kind=source.kind,
            selectors=source.listing,
            content_type=answer.content_type,
        ), answer
    except FetchError as error:
        return Failed(ctx.now(), error.kind, str(error), error.permanent, error.retry_after)
    except ParseError as error:
        return Failed(ctx.now(), error.kind, str(error))


def _record_failure(
    conn: Connection, ctx: Context, source: Source, state: SourceState, failed: Failed
) -> None:
    record = polls.Poll(failed.at, PollOutcome.FAILED, error_kind=failed.kind, error=failed.message)
    _schedule(conn, ctx, source, state, record, failed, Validators(state.etag, state.last_modified))


def _record_unchanged(
    conn: Connection, ctx: Context, source: Source, state: SourceState, answer: NotModified
) -> None:
    now = ctx.now()
    record = polls.Poll(now, PollOutcome.UNCHANGED, status=304, ms=_ms(answer.elapsed))
    _schedule(conn, ctx, source, state, record, _answered(now, answer.hints), answer.validators)


def _record_listing(
    conn: Connection, ctx: Context, source: Source, state: SourceState, feed: Feed, fetched: Fetched
) -> int:
    """Store what is new and count it; nothing of a source's first listing may ring."""
    now = ctx.now()
    recognised = _recognise(conn, feed.entries)
    judged = [
        Listed(
            entry,
            keys,
            admit(
                entry, first_poll=state.first_polled_at is None, max_age=ctx.config.polling.max_age, now=now
            ),
        )
        for entry, keys in recognised
    ]
    added = entries.add(conn, state.id, judged, now)
    fresh = [item.entry.published or now for item, stored in zip(judged, added, strict=True) if stored.new]
    record = polls.Poll(
        now,
        PollOutcome.LISTED,
        status=fetched.status,
        listed=len(judged),
        added=len(fresh),
        bytes=len(fetched.body),
        ms=_ms(fetched.elapsed),
    )
    answered = replace(
        _answered(now, fetched.hints),
        listed=len(judged),
        published=tuple(fresh),
        overlaps=len(fresh) < len(judged) or not judged,
        ttl=feed.ttl,
    )
    _schedule(conn, ctx, source, state, record, answered, fetched.validators)
    return len(fresh)


def _recognise(conn: Connection, listed: Sequence[Entry]) -> list[tuple[Entry, tuple[str, ...]]]:
    """Give each entry the keys that it is to be known by, surest first.

    An id that an unlike entry had before is no key of this one: it would hide it.
    """
    named = [
        (entry, keys, _stored_keys(keys)) for entry, keys in zip(listed, listing_keys(listed), strict=True)
    ]
    seen = entries.known(conn, {key for _, _, stored in named for key in stored})
    before = {item.id: entry_keys(item.entry) for item in entries.get_all(conn, set(seen.values()))}
    result = []
    for entry, keys, stored in named:
        others = [before[seen[key]] for key in stored if key in seen]
        new = recognise(keys, others).identity is Identity.NEW
        result.append((entry, tuple(key for key in stored if not (new and key in seen))))
    return result


def _stored_keys(keys: EntryKeys) -> tuple[str, ...]:
    """Write an entry's keys as the store keeps them, each with its kind in front."""
    kinds = {"url": keys.url, "content": keys.content, "id": keys.id}
    return tuple(f"{kind}:{key}" for kind, key in kinds.items() if key)


def _schedule(
    conn: Connection,
    ctx: Context,
    source: Source,
    state: SourceState,
    record: polls.Poll,
    outcome: Answered | Failed,
    validators: Validators,
) -> None:
    following = plan_next(source, _history(state), outcome, Budget(), ctx.chance())
    polls.record(
        conn,
        state.id,
        record,
        polls.NextPoll(
            following.at,
            following.why,
            validators.etag,
            validators.last_modified,
            json.loads(following.state.to_json()),
        ),
    )


def _history(state: SourceState) -> PollState:
    return PollState.from_json(json.dumps(state.schedule))


def _answered(now: datetime, hints: Hints) -> Answered:
    return Answered(
        now,
        cached_for=hints.cached_for,
        moved_to=hints.moved_to,
        certificate_ends=hints.certificate_ends,
    )


def _ms(elapsed: timedelta) -> int:
    return round(elapsed / timedelta(milliseconds=1))
