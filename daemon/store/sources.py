"""The state of the sources: the configuration says what they are, the store how they fare."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from daemon.errors import ConflictError, NotFoundError
from daemon.model import Source
from daemon.store.hosts import host_of
from daemon.store.rests import Rest, resting
from daemon.store.tables import rests, sources
from daemon.store.words import is_one_of


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source fares. `schedule` is what the schedule has learned, in its own terms.

    `last_ok_at` is the last answer that was no error, `last_listed_at` the last that listed entries.
    """

    id: int
    name: str
    url: str
    host: str
    etag: str
    last_modified: str
    next_poll_at: datetime | None
    next_poll_why: str
    first_polled_at: datetime | None
    last_poll_at: datetime | None
    last_ok_at: datetime | None
    last_listed_at: datetime | None
    error_kind: str
    error: str
    failures: int
    paused: bool
    schedule: Mapping[str, Any] = field(default_factory=dict)


_AT_ONCE = 500

_COLUMNS = tuple(sources.c[item.name] for item in fields(SourceState))

# Who looks at a source is told of its host's rest where that is the longer wait.
_rest = rests.c.until
_waits = _rest > sources.c.next_poll_at
_SHOWN: Mapping[str, ColumnElement[Any]] = {
    "next_poll_at": case((_waits, _rest), else_=sources.c.next_poll_at),
    "next_poll_why": case((_waits, "its host is to be left alone until then"), else_=sources.c.next_poll_why),
}
_PRESENT = select(*(_SHOWN.get(column.name, column).label(column.name) for column in _COLUMNS)).select_from(
    sources.outerjoin(rests, (rests.c.kind == Rest.HOST) & (rests.c.name == sources.c.host))
)

_IDENTITY = tuple(sources.c[name] for name in ("id", "name", "url", "host", "kind", "paused", "retired_at"))
_FORGOTTEN = {"etag": "", "last_modified": "", "error_kind": "", "error": "", "failures": 0}


def sync(conn: Connection, configured: Iterable[Source], now: datetime) -> None:
    """Make the store follow the configuration: add, move, retire, and take back sources.

    A source is known by its name, or, when that has changed, by its address. One that moves within its host,
    or to where it was found to be served, keeps what was learned; one that moves to another host begins as a
    new source does. A disabled source is retired; a retired one keeps its state and its entries.
    """
    wanted = {source.name: source for source in configured if source.enabled}
    stored = {row["name"]: row for row in conn.execute(select(*_IDENTITY)).mappings()}
    stored |= _rename(conn, wanted, stored)
    new = [_new(source, now) for name, source in wanted.items() if name not in stored]
    if new:
        conn.execute(insert(sources), new)
    for name, row in stored.items():
        changes = _changes(row, wanted[name], now) if name in wanted else _retirement(row, now)
        if changes:
            conn.execute(update(sources).where(sources.c.id == row["id"]).values(**changes))


def _rename(
    conn: Connection, wanted: Mapping[str, Source], stored: dict[str, RowMapping]
) -> dict[str, RowMapping]:
    """Find sources that only changed their names; give them by their new ones."""
    loose = {row["url"]: row for name, row in stored.items() if name not in wanted}
    renamed = {}
    for name, source in wanted.items():
        if name not in stored and (row := loose.pop(source.url, None)):
            conn.execute(update(sources).where(sources.c.id == row["id"]).values(name=name))
            del stored[row["name"]]
            renamed[name] = row
    return renamed


def _new(source: Source, now: datetime) -> dict[str, Any]:
    values = {"name": source.name, "url": source.url, "host": host_of(source.url), "kind": source.kind}
    return values | {"created_at": now, "next_poll_at": now, "next_poll_why": "new: polled at once"}


def _retirement(row: RowMapping, now: datetime) -> dict[str, Any]:
    return {"retired_at": now, "next_poll_at": None} if row["retired_at"] is None else {}


def _changes(row: RowMapping, source: Source, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    host = host_of(source.url)
    if row["retired_at"] is not None:
        changes |= {"retired_at": None, "next_poll_at": now, "next_poll_why": "back in the configuration"}
    if (row["url"], row["kind"]) != (source.url, source.kind):
        changes |= {"url": source.url, "host": host, "kind": source.kind, **_FORGOTTEN}
        changes |= {"next_poll_at": now, "next_poll_why": "changed in the configuration"}
    if host not in {row["host"], host_of(row["url"])}:
        changes |= {"first_polled_at": None, "schedule": {}}
    if changes and row["paused"]:
        changes |= {"next_poll_at": None, "next_poll_why": "paused"}
    return changes


@cache
def _claim(*, of_any: bool) -> ReturningUpdate[Any]:
    """Word the claim of any host's sources, or of one's: once, since each visit to a host pays for it."""
    at_work = select(sources.c.host).where(sources.c.lease_until > bindparam("now"))
    free = sources.c.host.not_in(at_work) & sources.c.host.not_in(bindparam("busy", expanding=True))
    theirs = free if of_any else sources.c.host == bindparam("of_host")
    due = (
        select(sources.c.id)
        .where(sources.c.next_poll_at <= bindparam("now"), theirs)
        .where(~resting(Rest.HOST, sources.c.host, bindparam("now")))
        .order_by(sources.c.next_poll_at, sources.c.id)
        .limit(bindparam("most", type_=Integer))
    )
    taken = update(sources).where(sources.c.id.in_(due)).values(lease_until=bindparam("until"))
    return taken.returning(*_COLUMNS)


def claim_due(  # noqa: PLR0913 what is claimed, and by which hosts
    conn: Connection,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    busy_hosts: Collection[str] = (),
    host: str | None = None,
) -> list[SourceState]:
    """Take sources whose time has come, longest due first, and keep them until the lease ends.

    No host that is busy, here or under another lease, or that rests, is among them; one host may be there
    more than once, and whoever polls takes its sources one after the other. With `host`, those of that one,
    for whom nobody else is at work there: what is under a lease was left by the dead.
    """
    asked = {"now": now, "most": limit, "until": now + lease}
    which = {"busy": list(busy_hosts)} if host is None else {"of_host": host}
    claimed = conn.execute(_claim(of_any=host is None), {**asked, **which}).mappings()
    return sorted(
        (SourceState(**row) for row in claimed), key=lambda state: (state.next_poll_at or now, state.id)
    )


def due_hosts(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Name the hosts that have a source whose time has come and do not rest, longest due first."""
    longest = func.min(sources.c.next_poll_at)
    open_ = ~resting(Rest.HOST, sources.c.host, now)
    due = select(sources.c.host).where(sources.c.next_poll_at <= now, open_).group_by(sources.c.host)
    return list(conn.scalars(due.order_by(longest).limit(limit)))


def schedule_poll(conn: Connection, source_id: int, at: datetime, why: str) -> None:
    """Move a source's next poll, when a host asks for patience or a user for haste, unless it is paused."""
    active = (sources.c.id == source_id) & ~sources.c.paused & sources.c.retired_at.is_(None)
    conn.execute(update(sources).where(active).values(next_poll_at=at, next_poll_why=why))


def put_back(conn: Connection, source_id: int, at: datetime, why: str) -> None:
    """Give up a source that was claimed, until a time; it is as it was otherwise."""
    conn.execute(update(sources).where(sources.c.id == source_id).values(lease_until=None))
    schedule_poll(conn, source_id, at, why)


def poll_now(conn: Connection, name: str, now: datetime) -> None:
    """Let a source be due at once; ConflictError when it is paused."""
    if find(conn, name).paused:
        raise ConflictError(f"{name} is paused: `tocsin sources resume` polls it again, at once")
    poll_all(conn, [name], now)


def pause(conn: Connection, name: str) -> None:
    """Stop polling a source until `resume`."""
    pause_all(conn, [find(conn, name).name])


def resume(conn: Connection, name: str, now: datetime) -> None:
    """Poll a paused source again, at once."""
    resume_all(conn, [find(conn, name).name], now)


def poll_all(conn: Connection, names: Collection[str], now: datetime) -> int:
    """Let those of these sources that are not paused be due at once; count them."""
    values = {"next_poll_at": now, "next_poll_why": "asked for by hand"}
    return _change(conn, names, ~sources.c.paused, values)


def pause_all(conn: Connection, names: Collection[str]) -> int:
    """Stop polling these sources until they are resumed; count those that were polled."""
    values = {"paused": True, "next_poll_at": None, "next_poll_why": "paused"}
    return _change(conn, names, ~sources.c.paused, values)


def resume_all(conn: Connection, names: Collection[str], now: datetime) -> int:
    """Poll those of these sources that are paused again, at once; count them."""
    values = {"paused": False, "next_poll_at": now, "next_poll_why": "resumed"}
    return _change(conn, names, sources.c.paused, values)


def _change(
    conn: Connection, names: Collection[str], those: ColumnElement[bool], values: Mapping[str, Any]
) -> int:
    those &= sources.c.retired_at.is_(None)
    named = is_one_of(sources.c.name, names)
    return conn.execute(update(sources).where(those, named).values(**values)).rowcount


def find(conn: Connection, name: str) -> SourceState:
    """Give one source's state; NotFoundError when the configuration names no such source."""
    row = conn.execute(present().where(sources.c.name == name)).mappings().first()
    if row is None:
        raise NotFoundError(f"the daemon knows no source {name!r} yet: `tocsin sources list` names all")
    return SourceState(**row)


def page(conn: Connection, *, limit: int = 100, after: str = "") -> list[SourceState]:
    """List sources by name, those whose names come after `after`."""
    rows = conn.execute(present().where(sources.c.name > after).order_by(sources.c.name).limit(limit))
    return [SourceState(**row) for row in rows.mappings()]


def every(conn: Connection) -> Iterator[SourceState]:
    """Go through all sources by name; few are held at a time, since there may be a hundred thousand."""
    after = ""
    while some := page(conn, limit=_AT_ONCE, after=after):
        yield from some
        after = some[-1].name


def get(conn: Connection, source_id: int) -> SourceState:
    """Give one source's state; NotFoundError when there is none with this number."""
    row = conn.execute(present().where(sources.c.id == source_id)).mappings().first()
    if row is None:
        raise NotFoundError(
            f"there is no source with the number {source_id}: `tocsin sources list` names them"
        )
    return SourceState(**row)


def failing(conn: Connection, most: int | None = None) -> list[SourceState]:
    """List the sources whose last poll failed, longest failing first, so many at `most`."""
    rows = conn.execute(
        present().where(sources.c.failures > 0).order_by(sources.c.last_ok_at, sources.c.name).limit(most)
    )
    return [SourceState(**row) for row in rows.mappings()]


def tally(conn: Connection, now: datetime) -> dict[str, int]:
    """Count the sources: all, paused, failing, due (and not yet taken)."""
    due = (sources.c.next_poll_at <= now) & ~resting(Rest.HOST, sources.c.host, now)
    counts = select(
        func.count().label("all"),
        func.count().filter(sources.c.paused).label("paused"),
        func.count().filter(sources.c.failures > 0).label("failing"),
        func.count().filter(due).label("due"),
    ).where(sources.c.retired_at.is_(None))
    return dict(conn.execute(counts).mappings().one())


def present() -> Any:
    return _PRESENT.where(sources.c.retired_at.is_(None))
