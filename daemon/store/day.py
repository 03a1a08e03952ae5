"""What was done since a time: polls, articles, alerts, deliveries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, func, select

from daemon.model import CANARY, DeliveryState
from daemon.store.polls import PollOutcome
from daemon.store.tables import alerts, deliveries, entries, polls, sources

# What was queued earlier and sent since then does not count: nobody keeps an index for it.
_HELD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Done:
    """How many polls were made and how many of them failed, and what came of them."""

    polls: int
    failed: int
    articles: int
    alerts: int
    sent: int


def done_since(conn: Connection, at: datetime) -> Done:
    """Count what was done since a time; a canary does not count."""
    polled = select(func.count()).where(polls.c.at >= at)
    failed = polled.where(polls.c.outcome == PollOutcome.FAILED)
    own = select(sources.c.id).where(sources.c.name == CANARY)
    found = select(func.count()).where(entries.c.found_at >= at, entries.c.source_id.not_in(own))
    rung = select(func.count()).where(alerts.c.id > _before(conn, alerts, at), alerts.c.rule != CANARY)
    sent = select(func.count()).where(
        deliveries.c.state == DeliveryState.SENT,
        deliveries.c.sent_at >= at,
        deliveries.c.id > _before(conn, deliveries, at - _HELD),
        deliveries.c.alert_id.not_in(select(alerts.c.id).where(alerts.c.rule == CANARY)),
    )
    return Done(*(conn.execute(query).scalar_one() for query in (polled, failed, found, rung, sent)))


def _before(conn: Connection, table: Table, at: datetime) -> int:
    """Give the last id that was made before a time."""
    before = select(table.c.id).where(table.c.created_at < at).order_by(table.c.id.desc()).limit(1)
    return conn.scalar(before) or 0
