"""Every entry's fate, in one word and one reason: the word as it is now, and how it came to it.

An entry's row holds its present fate; each change of it adds a row here, in the same transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from daemon.model import DeliveryState, Fate, Verdict
from daemon.store.tables import alerts, articles, deliveries, entries, ledger


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an entry's way: when it took which fate, and why."""

    at: datetime
    fate: Fate
    reason: str


def enter(conn: Connection, entry_id: int, verdict: Verdict, now: datetime) -> None:
    """Give an entry its fate; the same verdict again adds nothing."""
    same = (entries.c.fate == verdict.fate) & (entries.c.reason == verdict.reason)
    values = {"fate": verdict.fate, "reason": verdict.reason}
    changed = conn.execute(update(entries).where(entries.c.id == entry_id, ~same).values(values))
    if changed.rowcount:
        conn.execute(insert(ledger).values(entry_id=entry_id, at=now, **values))


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
    rows = conn.execute(select(entries.c.fate, func.count()).group_by(entries.c.fate))
    counted = {Fate(fate): count for fate, count in rows}
    return {fate: counted.get(fate, 0) for fate in Fate}


def reconcile(conn: Connection, entry_ids: Iterable[int], now: datetime) -> None:
    """Bring the fates of entries that rang in step with their deliveries.

    While one is waiting the entry is queued; when all are done it is delivered, or failed if any of
    them was given up: somebody who should have been told was not.
    """
    for entry_id in entry_ids:
        if verdict := _verdict(conn, entry_id):
            enter(conn, entry_id, verdict, now)


def reconcile_delivery(conn: Connection, delivery_id: int, now: datetime) -> None:
    """Reconcile the entry behind a delivery, where there is one still."""
    found = conn.scalars(
        select(articles.c.entry_id)
        .join(alerts, alerts.c.article_id == articles.c.id)
        .join(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(deliveries.c.id == delivery_id)
    )
    reconcile(conn, found.all(), now)


def _verdict(conn: Connection, entry_id: int) -> Verdict | None:
    rows = conn.execute(
        select(deliveries.c.channel, deliveries.c.state, deliveries.c.outcome_kind)
        .join(alerts, deliveries.c.alert_id == alerts.c.id)
        .join(articles, alerts.c.article_id == articles.c.id)
        .where(articles.c.entry_id == entry_id)
        .order_by(deliveries.c.channel)
    ).all()
    names = {state: _names(row.channel for row in rows if row.state == state) for state in DeliveryState}
    waiting = _names(
        row.channel for row in rows if row.state in {DeliveryState.PENDING, DeliveryState.FAILED}
    )
    if waiting:
        return Verdict(Fate.QUEUED, f"waiting to be sent to {waiting}")
    if names[DeliveryState.DEAD]:
        dead = _names(
            f"{row.channel} ({row.outcome_kind})" for row in rows if row.state == DeliveryState.DEAD
        )
        sent = f"; sent to {names[DeliveryState.SENT]}" if names[DeliveryState.SENT] else ""
        return Verdict(Fate.FAILED, f"given up on {dead}{sent}")
    return Verdict(Fate.DELIVERED, f"sent to {names[DeliveryState.SENT]}") if rows else None


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
