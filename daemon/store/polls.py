"""What came of each poll: the source's state moves, and the attempt is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from daemon.store.columns import UtcTime
from daemon.store.days import hour
from daemon.store.prepared import Prepared
from daemon.store.tables import polls, sources


class PollOutcome(StrEnum):
    """How a poll ended: it listed entries, nothing had changed, or it failed."""

    LISTED = "listed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Poll:
    """One attempt at a source. `status` is HTTP's, None without an answer; `added` counts what was new."""

    at: datetime
    outcome: PollOutcome
    status: int | None = None
    listed: int = 0
    added: int = 0
    bytes: int = 0
    ms: int = 0
    error_kind: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Hour:
    """What came of a source's polls within an hour; `added` counts what was new."""

    polls: int = 0
    failed: int = 0
    added: int = 0


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a source is polled next and why then, with what to ask it by and what was learned.

    `host` is where it was found to be, "" where that is known.
    """

    at: datetime
    why: str
    etag: str = ""
    last_modified: str = ""
    schedule: Mapping[str, Any] | None = None
    host: str = ""


_FIELDS = tuple(item.name for item in fields(Poll))
_COLUMNS = tuple(polls.c[name] for name in _FIELDS)
_INSERT = Prepared(insert(polls), ("source_id", *_FIELDS))


def record(conn: Connection, source_id: int, poll: Poll, following: NextPoll, url: str = "") -> None:
    """Keep a poll, end its lease, and set the next; entries it listed belong in this transaction.

    A paused or retired source stays so. Without a `schedule` the one that is stored stays. Where `url` is
    given and the source has come to have another address, nothing is learned of that one.
    """
    _INSERT(conn, source_id=source_id, **{name: getattr(poll, name) for name in _FIELDS})
    values = {"source": source_id, "moment": poll.at, "due": following.at, "why": following.why}
    values |= {"etag": following.etag, "last_modified": following.last_modified}
    values |= {"error_kind": poll.error_kind, "error": poll.error}
    found: dict[str, Any] = {"host": following.host} if following.host else {}
    if following.schedule is not None:
        found["schedule"] = following.schedule
    move = _move(poll.outcome, tuple(found), checked=bool(url))
    if not move(conn, **values, **found, asked=url).rowcount:
        conn.execute(_RELEASE, {"source": source_id})


_mine = sources.c.id == bindparam("source")
_RELEASE = update(sources).where(_mine).values(lease_until=None)


@cache
def _move(outcome: PollOutcome, found: tuple[str, ...], *, checked: bool) -> Prepared:
    """Word how a source moves: once, in one statement, since every poll pays for it."""
    moment = bindparam("moment", type_=UtcTime)
    given = ["etag", "last_modified", "error_kind", "error", *found]
    values: dict[str, Any] = {name: bindparam(name) for name in given}
    values |= {"last_poll_at": moment, "lease_until": None}
    active = ~sources.c.paused & sources.c.retired_at.is_(None)  # the next poll is only an active source's
    for column, name in ((sources.c.next_poll_at, "due"), (sources.c.next_poll_why, "why")):
        values[column.name] = case((active, bindparam(name, type_=column.type)), else_=column)
    if outcome is PollOutcome.FAILED:
        values["failures"] = sources.c.failures + 1
    else:
        values |= {"failures": 0, "last_ok_at": moment}
    if outcome is PollOutcome.LISTED:
        first = func.coalesce(sources.c.first_polled_at, moment)
        values |= {"last_listed_at": moment, "first_polled_at": first}
    same = _mine & (sources.c.url == bindparam("asked")) if checked else _mine
    return Prepared(update(sources).where(same).values(**values))


def of_source(conn: Connection, source_id: int, *, limit: int = 100) -> list[Poll]:
    """List a source's polls, latest first."""
    rows = conn.execute(
        select(*_COLUMNS)
        .where(polls.c.source_id == source_id)
        .order_by(polls.c.at.desc(), polls.c.id.desc())
        .limit(limit)
    )
    return [Poll(**{**row, "outcome": PollOutcome(row["outcome"])}) for row in rows.mappings()]


def by_hour(
    conn: Connection, sources_: Collection[int], since: datetime, now: datetime, *, most: int
) -> dict[int, dict[datetime, Hour]]:
    """Sum up the polls of some sources since a time by the hour.

    Where these are more than `most`, only so much of the time is looked at, the latest part.
    """
    mine = polls.c.source_id.in_(sources_)
    many = conn.execute(select(func.count()).where(mine, polls.c.at >= since)).scalar_one()
    if many > most:
        since = now - (now - since) * (most / many)
    when = hour(polls.c.at)
    failed = func.sum(case((polls.c.outcome == PollOutcome.FAILED.value, 1), else_=0))
    query = select(polls.c.source_id, when, func.count(), failed, func.sum(polls.c.added))
    found: dict[int, dict[datetime, Hour]] = {source: {} for source in sources_}
    grouped = query.where(mine, polls.c.at >= since).group_by(polls.c.source_id, when)
    for source, at, *sums in conn.execute(grouped):
        found[source][datetime.fromisoformat(f"{at}:00+00:00")] = Hour(*sums)
    return found


def count_since(conn: Connection, since: datetime) -> int:
    """Count the polls made since a time."""
    return conn.execute(select(func.count()).where(polls.c.at >= since)).scalar_one()


def first_since(conn: Connection, since: datetime) -> datetime | None:
    """Give the time of the first poll made since a time, or None."""
    first: datetime | None = conn.scalar(select(func.min(polls.c.at)).where(polls.c.at >= since))
    return first
