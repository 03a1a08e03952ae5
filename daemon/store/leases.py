"""Leases: what a process that died had taken."""

from datetime import datetime

from sqlalchemy import Connection, select, update

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


def expire_of_host(conn: Connection, host: str, now: datetime) -> None:
    """End the leases of one host's work, for the one process that has been given the host."""
    pages = select(entries.c.id).where(entries.c.host == host)
    for table, of_host in (
        (sources, sources.c.host == host),
        (entries, entries.c.host == host),
        (articles, articles.c.entry_id.in_(pages)),
    ):
        conn.execute(update(table).where(table.c.lease_until > now, of_host).values(lease_until=now))


def expire_of_channel(conn: Connection, channel: str, now: datetime) -> None:
    """End the lease of what is in flight to a channel, for the one process that has been given it."""
    held = (deliveries.c.lease_until > now) & (deliveries.c.channel == channel)
    conn.execute(update(deliveries).where(held).values(lease_until=now))
