"""Leases, what a process that died had taken; and due times, when the clock is put back."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, and_, bindparam, select, update

from daemon.store.tables import articles, deliveries, entries, rests, sources


def expire(conn: Connection, now: datetime) -> int:
    """End every lease, for a daemon that starts and knows that no other is at work; give how many.

    A delivery keeps its lease's end, by which `claims.take` knows that it may have arrived.
    """
    ended = 0
    for table in (sources, entries, articles, deliveries):
        held = update(table).where(table.c.lease_until > now).values(lease_until=now)
        ended += conn.execute(held).rowcount
    return ended


def expire_of_channel(conn: Connection, channel: str, now: datetime) -> None:
    """End the lease of what is in flight to a channel, for the one process that has been given it."""
    held = (deliveries.c.lease_until > now) & (deliveries.c.channel == channel)
    conn.execute(update(deliveries).where(held).values(lease_until=now))


def bring_forward(conn: Connection, by: timedelta) -> None:
    """Make what is due by a clock that was put back so much due by the new one.

    Articles wait to be read again for hours; they may wait for one more.
    """
    for due in (sources.c.next_poll_at, entries.c.next_read_at, deliveries.c.next_attempt_at):
        _move(conn, due, by)
    _move(conn, rests.c.until, by)


def _move(conn: Connection, time: Column[datetime], by: timedelta) -> None:
    """Bring the times in a column forward, row by row: engines reckon with times each in its own way."""
    keys = tuple(time.table.primary_key)
    rows = conn.execute(select(time, *keys).where(time.is_not(None))).all()
    mine = and_(*(key == bindparam(f"of_{key.name}") for key in keys))
    moved = update(time.table).where(mine).values({time: bindparam("moved")})
    if rows:
        names = [f"of_{key.name}" for key in keys]
        conn.execute(
            moved, [{"moved": at - by, **dict(zip(names, which, strict=True))} for at, *which in rows]
        )
