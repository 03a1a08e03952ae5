"""Leases: what a process that died had taken."""

from datetime import datetime

from sqlalchemy import Connection, update

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
