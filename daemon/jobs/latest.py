"""What rang last, grouped by story, with the words that matched: for every face alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from daemon.alert import mark, quote
from daemon.model import DeliveryState, Piece
from daemon.store import alerts, articles, deliveries, hits, stories
from daemon.store.alerts import Alert
from daemon.store.articles import StoredArticle
from daemon.store.hits import StoredHit
from daemon.store.stories import Extent


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert as people read it: its headline and the sentence that matched, why, and who was told."""

    alert: Alert
    source: str
    headline: tuple[Piece, ...]
    quotation: tuple[Piece, ...]
    reasons: tuple[str, ...]
    told: tuple[tuple[str, DeliveryState], ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """A story that rang, and its alerts, latest first."""

    story: int
    extent: Extent
    alerts: tuple[Shown, ...]


def latest(conn: Connection, *, limit: int, before: int | None = None, rule: str = "") -> tuple[Rung, ...]:
    """List the stories of the latest alerts, those before the alert `before`, latest first."""
    page = alerts.page(conn, limit=limit, after=before, rule=rule)
    shown = show(conn, page)
    extents = stories.extents(conn, {alert.story_id for alert in page})
    grouped: dict[int, list[Shown]] = {}
    for each in shown:
        grouped.setdefault(each.alert.story_id, []).append(each)
    return tuple(Rung(story, extents.get(story, Extent()), tuple(rung)) for story, rung in grouped.items())


def show(conn: Connection, found: Sequence[Alert]) -> list[Shown]:
    """Bring together what is shown of each of these alerts."""
    rang = {alert.article_id for alert in found if alert.article_id is not None}
    texts = {stored.id: stored for stored in articles.get(conn, rang)}
    evidence = hits.of_articles(conn, rang)
    told = deliveries.of_alerts(conn, [alert.id for alert in found])
    return [
        _shown(
            alert,
            texts.get(alert.article_id or 0),
            evidence.get((alert.article_id or 0, alert.rule)),
            told.get(alert.id, ()),
        )
        for alert in found
    ]


def _shown(
    alert: Alert,
    stored: StoredArticle | None,
    hit: StoredHit | None,
    told: Sequence[tuple[str, DeliveryState]],
) -> Shown:
    spans = hit.hit.spans if hit else ()
    return Shown(
        alert,
        stored.article.source if stored else "",
        mark(alert.title, spans, "title"),
        quote(stored.article, spans) if stored else (),
        hit.hit.reasons if hit else (),
        tuple(told),
    )
