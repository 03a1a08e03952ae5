"""Leases, what a process that died had taken; and due times, when the clock is put back."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from daemon.store.tables import articles, deliveries, entries, sources


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
        key = due.table.c.id
        rows = conn.execute(select(key, due).where(due.is_not(None))).all()
        moved = update(due.table).where(key == bindparam("row")).values({due: bindparam("time")})
        if rows:
            conn.execute(moved, [{"row": row, "time": time - by} for row, time in rows])
