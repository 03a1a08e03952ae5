"""How late the pipe is: what has been due for longest at each of its stages."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from daemon.store.tables import deliveries, entries, sources

_DUE = {
    "poll": sources.c.next_poll_at,
    "read": entries.c.next_read_at,
    "deliver": deliveries.c.next_attempt_at,
}


def overdue(conn: Connection, channels: Collection[str]) -> dict[str, datetime]:
    """Give for each stage when the first of its work was due, where any is that somebody does.

    `channels` are those that are sent to.
    """
    heard = select(func.min(deliveries.c.next_attempt_at)).where(deliveries.c.channel.in_(channels))
    due = longest_due(conn) | {"deliver": conn.scalar(heard)}
    return {stage: at for stage, at in due.items() if at}


def longest_due(conn: Connection) -> dict[str, datetime | None]:
    """Give for each stage when its first piece of work falls or fell due; None when nothing waits."""
    return {stage: conn.scalar(select(func.min(column))) for stage, column in _DUE.items()}
