"""When alerts were published, found, rung and sent: the latest of them, whatever the archive holds."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select

from daemon.alert import Times
from daemon.model import CANARY, DeliveryState, Precision
from daemon.store.tables import alerts, articles, deliveries, entries, revisions, sources

# Enough for a percentile, and some milliseconds to read.
LATEST = 1_000
_EXACT = (Precision.MINUTE, Precision.SECOND)

# Asked by the alert alone: an engine that chose the index of the states would read all that was ever sent.
# What was held says so to its end; what a silence had muted went when somebody asked for it.
_is_sent = (
    (deliveries.c.state == DeliveryState.SENT) & (deliveries.c.reason == "") & alerts.c.released_at.is_(None)
)
_sent = (
    select(func.min(deliveries.c.sent_at).filter(_is_sent))
    .where(deliveries.c.alert_id == alerts.c.id, deliveries.c.revision == 0)
    .correlate(alerts)
    .scalar_subquery()
)
# What rings because its page was changed is found late by nature, and says nothing of the pipe.
_by_revision = (
    select(revisions.c.id)
    .where(revisions.c.article_id == alerts.c.article_id, revisions.c.at == alerts.c.created_at)
    .correlate(alerts)
    .exists()
)


def since(conn: Connection, at: datetime, *, limit: int = LATEST) -> list[Times]:
    """Give the times of the alerts since a time, of the latest `limit` at most."""
    latest = select(alerts.c.id).order_by(alerts.c.id.desc()).limit(limit)
    query = _query().where(alerts.c.id.in_(latest), alerts.c.created_at >= at)
    return [_times(row) for row in conn.execute(query)]


def of_alerts(conn: Connection, ids: Collection[int]) -> list[Times]:
    """Give the times of alerts; left out are those whose article is forgotten."""
    return [_times(row) for row in conn.execute(_query().where(alerts.c.id.in_(ids)))]


def _query() -> Select[tuple[int, str, datetime | None, str, datetime, datetime, datetime | None]]:
    return (
        select(
            alerts.c.id,
            sources.c.name,
            articles.c.published,
            articles.c.published_precision,
            entries.c.found_at,
            alerts.c.created_at,
            _sent.label("sent"),
        )
        .join(articles, articles.c.id == alerts.c.article_id)
        .join(entries, entries.c.id == articles.c.entry_id)
        .join(sources, sources.c.id == entries.c.source_id)
        .where(alerts.c.rule != CANARY, ~_by_revision)
        .order_by(alerts.c.id)
    )


def _times(row: Row[tuple[int, str, datetime | None, str, datetime, datetime, datetime | None]]) -> Times:
    published = row.published if row.published_precision in _EXACT else None
    return Times(row.name, published, row.found_at, row.created_at, row.sent)
