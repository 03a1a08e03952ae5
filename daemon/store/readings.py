"""Readings: entries whose page is due to be read, taken by one reader at a time."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from daemon.store.entries import StoredEntry, get_all
from daemon.store.rests import Rest, resting
from daemon.store.tables import entries


def claim(  # noqa: PLR0913 what is claimed, and by which hosts
    conn: Connection,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    busy_hosts: Collection[str] = (),
    host: str | None = None,
) -> list[StoredEntry]:
    """Take entries whose page is due to be read, longest due first, until the lease ends.

    Each claim counts as an attempt, so that a page that kills whoever reads it shows. With `host`, those
    of that one, for whom nobody else is at work there: what is under a lease was left by the dead.
    """
    asked = {"now": now, "most": limit, "until": now + lease}
    which = {"busy": list(busy_hosts)} if host is None else {"of_host": host}
    claimed = conn.scalars(_claim(of_any=host is None), {**asked, **which}).all()
    if not claimed:
        return []
    return sorted(get_all(conn, claimed), key=lambda entry: (entry.next_read_at or now, entry.id))


@cache
def _claim(*, of_any: bool) -> ReturningUpdate[Any]:
    """Word the claim of any host's pages, or of one's: once, since each visit to a host pays for it."""
    free = or_(entries.c.lease_until.is_(None), entries.c.lease_until <= bindparam("now"))
    free &= entries.c.host.not_in(bindparam("busy", expanding=True))
    due = (
        select(entries.c.id)
        .where(entries.c.next_read_at <= bindparam("now"))
        .where(free if of_any else entries.c.host == bindparam("of_host"))
        .where(~resting(Rest.HOST, entries.c.host, bindparam("now")))
        .order_by(entries.c.next_read_at, entries.c.id)
        .limit(bindparam("most", type_=Integer))
    )
    values = {"lease_until": bindparam("until"), "read_attempts": entries.c.read_attempts + 1}
    return update(entries).where(entries.c.id.in_(due)).values(**values).returning(entries.c.id)


def due_hosts(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Name the hosts that have a page due to be read and do not rest, longest due first."""
    open_ = ~resting(Rest.HOST, entries.c.host, now)
    due = select(entries.c.host).where(entries.c.next_read_at <= now, open_).group_by(entries.c.host)
    return list(conn.scalars(due.order_by(func.min(entries.c.next_read_at)).limit(limit)))
