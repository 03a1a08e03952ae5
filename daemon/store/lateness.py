"""How late the pipe is: what has been due for longest at each of its stages."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from daemon.store.rests import Rest, resting
from daemon.store.tables import deliveries, entries, rests, sources

_DUE = {
    "poll": (sources.c.next_poll_at, Rest.HOST, sources.c.host),
    "read": (entries.c.next_read_at, Rest.HOST, entries.c.host),
    "deliver": (deliveries.c.next_attempt_at, Rest.CHANNEL, deliveries.c.channel),
}


def overdue(conn: Connection, channels: Collection[str]) -> dict[str, datetime]:
    """Give for each stage when the first of its work was due, where any is that somebody does.

    `channels` are those that are sent to.
    """
    heard = _first_due(conn, "deliver", deliveries.c.channel.in_(channels))
    due = longest_due(conn) | {"deliver": heard}
    return {stage: at for stage, at in due.items() if at}


def longest_due(conn: Connection) -> dict[str, datetime | None]:
    """Give for each stage when its first piece of work falls or fell due; None when nothing waits.

    What fell due while its host or channel was to be left alone is due when that is over.
    """
    return {stage: _first_due(conn, stage) for stage in _DUE}


def _first_due(conn: Connection, stage: str, *those: ColumnElement[bool]) -> datetime | None:
    due, kind, whose = _DUE[stage]
    waiting = select(due).where(due.is_not(None), ~resting(kind, whose, due), *those)
    first = conn.scalar(waiting.order_by(due).limit(1))
    # Only what comes before the first is asked about: those that the look for it went by.
    earlier = due < first if first else due.is_not(None)
    rested = due.table.join(rests, (rests.c.kind == kind) & (rests.c.name == whose) & (rests.c.until > due))
    over = conn.scalar(select(func.min(rests.c.until)).select_from(rested).where(earlier, *those))
    return min((at for at in (first, over) if at), default=None)
