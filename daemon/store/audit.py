"""The books gone through: promises that the tables cannot make by themselves."""

from sqlalchemy import Connection, Select, func, or_, select

from daemon.model import Fate
from daemon.store.ledger import WAITING
from daemon.store.tables import alerts, articles, deliveries, entries, ledger

_latest = select(func.max(ledger.c.id)).group_by(ledger.c.entry_id)
_told = select(ledger).where(ledger.c.id.in_(_latest)).subquery()
_untold = or_(_told.c.id.is_(None), _told.c.fate != entries.c.fate, _told.c.reason != entries.c.reason)
_timed = deliveries.c.next_attempt_at.is_not(None)
_waits = (
    select(deliveries.c.id)
    .join(alerts, deliveries.c.alert_id == alerts.c.id)
    .join(articles, alerts.c.article_id == articles.c.id)
    .where(articles.c.entry_id == entries.c.id, _timed)
    .exists()
)
_entries = select(func.count()).select_from(entries)
_deliveries = select(func.count()).select_from(deliveries)

_CHECKS: dict[str, Select[int]] = {
    "entries whose fate the ledger does not tell": (
        _entries.outerjoin(_told, _told.c.entry_id == entries.c.id).where(_untold)
    ),
    "entries that are new and that nobody will read": (
        _entries.where(entries.c.fate == Fate.NEW, entries.c.next_read_at.is_(None))
    ),
    "entries that are queued with nothing waiting to be sent": (
        _entries.where(entries.c.fate == Fate.QUEUED, ~_waits)
    ),
    "entries said to be done while something waits to be sent": (
        _entries.where(entries.c.fate != Fate.QUEUED, _waits)
    ),
    "deliveries that wait for no time": _deliveries.where(deliveries.c.state.in_(WAITING), ~_timed),
    "deliveries that are done and would be sent again": (
        _deliveries.where(deliveries.c.state.not_in(WAITING), _timed)
    ),
}


def audit(conn: Connection) -> list[str]:
    """Say what in the books is untrue, each with its count; an empty list is well."""
    found = {text: conn.execute(query).scalar_one() for text, query in _CHECKS.items()}
    return [f"{count} {text}" for text, count in found.items() if count]
