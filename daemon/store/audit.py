"""The books gone through: promises that the tables cannot make by themselves."""

from sqlalchemy import Connection, Select, func, select

from daemon.model import Fate
from daemon.store.ledger import WAITING
from daemon.store.tables import alerts, articles, deliveries, entries, ledger

_steps = ledger.alias()
_latest = (
    select(func.max(_steps.c.id))
    .where(_steps.c.entry_id == entries.c.id)
    .correlate(entries)
    .scalar_subquery()
)
_told = (
    select(ledger.c.id)
    .where(ledger.c.id == _latest, ledger.c.fate == entries.c.fate, ledger.c.reason == entries.c.reason)
    .exists()
)
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
    "entries whose fate the ledger does not tell": _entries.where(~_told),
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
