"""Every entry's fate, in one word and one reason: the word as it is now, and how it came to it.

An entry's row holds its present fate; each change of it adds a row here, in the same transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from daemon.model import CANARY, DeliveryState, Fate, Verdict
from daemon.store.tables import alerts, articles, deliveries, entries, ledger, sources

WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)

_CHANGE = (
    update(entries)
    .where(entries.c.id == bindparam("entry"))
    .where((entries.c.fate != bindparam("word")) | (entries.c.reason != bindparam("why")))
    .values(fate=bindparam("word"), reason=bindparam("why"))
)
_DELIVERIES = (
    select(deliveries.c.channel, deliveries.c.revision, deliveries.c.state, deliveries.c.outcome_kind)
    .join(alerts, deliveries.c.alert_id == alerts.c.id)
    .join(articles, alerts.c.article_id == articles.c.id)
    .where(articles.c.entry_id == bindparam("entry"))
    .order_by(deliveries.c.channel, deliveries.c.id)
)
# A canary is in nobody's sums; it is taken off them, since to leave it out would cost a look at each row.
_OWN = select(sources.c.id).where(sources.c.name == CANARY)
_TALLY = select(entries.c.fate, func.count()).group_by(entries.c.fate)
_RANG = (
    select(entries.c.id, entries.c.fate)
    .join(articles, articles.c.entry_id == entries.c.id)
    .join(alerts, alerts.c.article_id == articles.c.id)
    .join(deliveries, deliveries.c.alert_id == alerts.c.id)
    .where(deliveries.c.id == bindparam("delivery"))
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an entry's way: when it took which fate, and why."""

    at: datetime
    fate: Fate
    reason: str


def enter(conn: Connection, entry_id: int, verdict: Verdict, now: datetime) -> None:
    """Give an entry its fate; the same verdict again adds nothing.

    The fate of one that rang follows its deliveries, whatever a later reading makes of it.
    """
    told = _follow(conn, entry_id)
    _write(conn, entry_id, told if told and told.fate is not verdict.fate else verdict, now)


def _write(conn: Connection, entry_id: int, verdict: Verdict, now: datetime) -> None:
    changed = conn.execute(_CHANGE, {"entry": entry_id, "word": verdict.fate, "why": verdict.reason})
    if changed.rowcount:
        line = {"entry_id": entry_id, "at": now, "fate": verdict.fate, "reason": verdict.reason}
        conn.execute(insert(ledger), line)


def history(conn: Connection, entry_id: int) -> list[Step]:
    """Tell an entry's way, oldest step first."""
    rows = conn.execute(
        select(ledger.c.at, ledger.c.fate, ledger.c.reason)
        .where(ledger.c.entry_id == entry_id)
        .order_by(ledger.c.id)
    )
    return [Step(row.at, Fate(row.fate), row.reason) for row in rows]


def tally(conn: Connection) -> dict[Fate, int]:
    """Count the entries by fate; every fate is named, and the counts add up to the entries."""
    counted = _counts(conn, _TALLY)
    own = _counts(conn, _TALLY.where(entries.c.source_id.in_(_OWN)))
    return {fate: counted.get(fate, 0) - own.get(fate, 0) for fate in Fate}


def _counts(conn: Connection, query: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(query)}


def reconcile(conn: Connection, delivery_id: int, now: datetime) -> None:
    """Bring the fate of the entry that rang in step with a delivery that has changed.

    While one of its deliveries waits the entry is queued; when all are done it is delivered, or failed
    if any was given up: somebody who should have been told was not.
    """
    for entry_id, fate in conn.execute(_RANG, {"delivery": delivery_id}).all():
        verdict = _follow(conn, entry_id)
        if verdict and not fate == verdict.fate == Fate.QUEUED:
            _write(conn, entry_id, verdict, now)


def _follow(conn: Connection, entry_id: int) -> Verdict | None:
    """Say what an entry's deliveries make of it; None when it has none."""
    rows = conn.execute(_DELIVERIES, {"entry": entry_id}).all()
    sent = _names(_target(row.channel, row.revision) for row in rows if row.state == DeliveryState.SENT)
    dead = _names(
        f"{_target(row.channel, row.revision)} ({row.outcome_kind})"
        for row in rows
        if row.state == DeliveryState.DEAD
    )
    waiting = _names(_target(row.channel, row.revision) for row in rows if row.state in WAITING)
    if waiting:
        return Verdict(Fate.QUEUED, f"waiting to be sent to {waiting}")
    if dead:
        return Verdict(Fate.FAILED, f"given up on {dead}" + (f"; sent to {sent}" if sent else ""))
    return Verdict(Fate.DELIVERED, f"sent to {sent}") if sent else None


def _target(channel: str, revision: int) -> str:
    return f"{channel} (follow-up)" if revision else channel


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
