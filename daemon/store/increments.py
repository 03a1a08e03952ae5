"""What has been added since it was looked at last, for counters that only rise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Select, Table, func, select

from daemon.model import CANARY, DeliveryState
from daemon.store.tables import alerts, deliveries, hits, polls


@dataclass(frozen=True, slots=True)
class Marks:
    """The last rows that were counted."""

    polls: int
    hits: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Polled:
    """Polls that ended alike, and how many new entries they brought."""

    outcome: str
    error_kind: str
    count: int
    added: int


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt at a delivery; `kind` is what came of it."""

    delivery: int
    alert: int
    attempts: int
    channel: str
    kind: str
    first: bool


def marks(conn: Connection, before: datetime) -> Marks:
    """Give the last rows that were made before a time."""
    newest = [(polls, polls.c.at), (hits, hits.c.found_at), (alerts, alerts.c.created_at)]
    return Marks(*(_last(conn, table, made, before) for table, made in newest))


def present(conn: Connection) -> Marks:
    """Give the last rows that there are."""
    return Marks(*(conn.scalar(select(func.max(table.c.id))) or 0 for table in (polls, hits, alerts)))


def polled(conn: Connection, after: Marks, to: Marks) -> list[Polled]:
    """Count polls by how they ended."""
    query = select(polls.c.outcome, polls.c.error_kind, func.count(), func.sum(polls.c.added))
    rows = conn.execute(
        query.where(polls.c.id > after.polls, polls.c.id <= to.polls).group_by(
            polls.c.outcome, polls.c.error_kind
        )
    )
    return [Polled(*row) for row in rows]


def hit(conn: Connection, after: Marks, to: Marks) -> int:
    """Count hits."""
    query = select(func.count()).where(hits.c.id > after.hits, hits.c.id <= to.hits, hits.c.rule != CANARY)
    return conn.execute(query).scalar_one()


def rung(conn: Connection, after: Marks, to: Marks) -> dict[int, int]:
    """Count alerts by the severity of their rule."""
    new = (alerts.c.id > after.alerts, alerts.c.id <= to.alerts, alerts.c.rule != CANARY)
    rows = conn.execute(select(alerts.c.severity, func.count()).where(*new).group_by(alerts.c.severity))
    return {row[0]: row[1] for row in rows}


def tried(conn: Connection, channels: Collection[str], since: datetime) -> list[Try]:
    """List what was tried last of each delivery to these channels since a time; canaries are left out."""
    query = (
        select(
            deliveries.c.id,
            deliveries.c.alert_id,
            deliveries.c.attempts,
            deliveries.c.channel,
            deliveries.c.outcome_kind,
            (deliveries.c.revision == 0) & (deliveries.c.state == DeliveryState.SENT),
        )
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(deliveries.c.channel.in_(channels), deliveries.c.tried_at >= since, alerts.c.rule != CANARY)
    )
    return [Try(*row) for row in conn.execute(query)]


def _last(conn: Connection, table: Table, made: Column[datetime], before: datetime) -> int:
    query: Select[tuple[int]] = select(table.c.id).where(made < before).order_by(table.c.id.desc()).limit(1)
    return conn.scalar(query) or 0
