"""An address's and an alert's whole way through the ledger, for the command line and the desk alike."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from daemon.dedup import canonical_url
from daemon.jobs.words import published
from daemon.model import Precision
from daemon.store import alerts, articles, attempts, deliveries, entries, hits, ledger, rechecks, stories
from daemon.store.articles import StoredArticle
from daemon.store.entries import StoredEntry

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def ways(conn: Connection, url: str) -> list[dict[str, Any]]:
    """Tell of each entry that an address means what became of it, in values that JSON can carry.

    The address may come as people pass it on, without its scheme or between angle brackets.
    """
    url = url.strip().removeprefix("<").removesuffix(">")
    url = url if _SCHEME.match(url) else f"https://{url}"
    return [_way(conn, entry) for entry in entries.find(conn, [f"url:{canonical_url(url).hard}"])]


def alert_way(conn: Connection, key: str) -> dict[str, Any]:
    """Tell an alert's way from publication to each attempt to deliver it, in values that JSON can carry.

    Raises NotFoundError when there is no alert with this key.
    """
    alert = alerts.find(conn, key)
    steps = [*_before(conn, alert), *_after(conn, alert)]
    return {
        "key": alert.key,
        "rule": alert.rule,
        "severity": alert.severity.label,
        "title": alert.title,
        "url": alert.url,
        "story": alert.story_id,
        "muted": alert.muted,
        "steps": [{"at": _when(at), "what": what} for at, what in sorted(steps, key=lambda step: step[0])],
    }


def _before(conn: Connection, alert: alerts.Alert) -> Iterator[tuple[datetime, str]]:
    """Tell how an alert came about."""
    for stored in articles.get(conn, {alert.article_id or 0}):
        if stored.article.published:
            yield stored.article.published, f"published{_exactness(stored.article.published_precision)}"
        for name, at in entries.sighted_by(conn, stored.entry_id).items():
            yield at, f"listed by {name}"
        for found in hits.of_article(conn, stored.id):
            if found.hit.rule == alert.rule:
                said = ", ".join(dict.fromkeys(span.text for span in found.hit.spans))
                yield found.found_at, f"read, and matched {said}" if said else "read, and matched"


def _exactness(precision: Precision) -> str:
    """Say how exact a publisher's time is, where it is not."""
    exact = precision in {Precision.MINUTE, Precision.SECOND}
    return "" if exact else f" (only the {precision.value} is known)"


def _after(conn: Connection, alert: alerts.Alert) -> Iterator[tuple[datetime, str]]:
    """Tell what became of an alert."""
    yield alert.created_at, alert.muted or "rang"
    if alert.replay_at:
        yield alert.replay_at, "asked to be told after all"
    if alert.released_at:
        yield alert.released_at, "told after all"
    for each in deliveries.of_alert(conn, alert.id):
        target = f"{each.channel}, follow-up" if each.revision else each.channel
        yield each.created_at, f"{target}: queued"
        for tried in attempts.of_delivery(conn, each.id):
            yield tried.ended_at or tried.began_at, f"{target}: {_attempt(tried)}"


def _attempt(tried: attempts.Attempt) -> str:
    if tried.ended_at is None:
        return "an attempt began; what came of it is not known"
    what = f"{tried.outcome_kind} ({tried.outcome_detail})" if tried.outcome_detail else tried.outcome_kind
    again = f"; again at {tried.next_attempt_at:%H:%M:%S} UTC" if tried.next_attempt_at else ""
    return f"{what}{again}"


def _way(conn: Connection, entry: StoredEntry) -> dict[str, Any]:
    article = articles.of_entry(conn, entry.id)
    found = hits.of_article(conn, article.id) if article else []
    rung = alerts.of_article(conn, article.id) if article else []
    return {
        "url": entry.entry.url,
        "title": article.article.title if article else entry.entry.title,
        "fate": entry.fate.value,
        "reason": entry.reason,
        "published": published(entry.entry.published, entry.entry.published_precision),
        "listed_by": {name: _when(at) for name, at in entries.sighted_by(conn, entry.id).items()},
        "steps": [
            {"at": _when(step.at), "fate": step.fate.value, "reason": step.reason}
            for step in ledger.history(conn, entry.id)
        ],
        "missing_since": _when(article.missing_at) if article else "",
        "story": _story(conn, article) if article and article.story_id else None,
        "revisions": [
            {"at": _when(one.at), "kind": one.kind, "reason": one.reason}
            for one in (rechecks.revisions_of(conn, [article.id]) if article else ())
        ],
        "hits": [_hit(stored) for stored in found],
        "alerts": [_alert(conn, alert) for alert in rung],
    }


def _hit(stored: hits.StoredHit) -> dict[str, Any]:
    return {
        "rule": stored.hit.rule,
        "severity": stored.severity.label,
        "matched": list(dict.fromkeys(span.text for span in stored.hit.spans)),
        "reasons": list(stored.hit.reasons),
    }


def _alert(conn: Connection, alert: alerts.Alert) -> dict[str, Any]:
    sent = [
        {
            "channel": each.channel,
            "state": each.state.value,
            "at": _when(each.sent_at),
            "follow_up": bool(each.revision),
            "held": each.reason,
        }
        for each in deliveries.of_alert(conn, alert.id)
    ]
    return {
        "key": alert.key,
        "rule": alert.rule,
        "at": _when(alert.created_at),
        "muted": alert.muted,
        "told_after_all": _when(alert.released_at),
        "deliveries": sent,
    }


def _story(conn: Connection, article: StoredArticle) -> dict[str, Any]:
    """Name an article's story, what it is there, and what proves it."""
    story = stories.get(conn, article.story_id or 0)
    return {
        "id": article.story_id,
        "title": story.title if story else "",
        "role": article.role,
        "why": article.placed,
    }


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""
