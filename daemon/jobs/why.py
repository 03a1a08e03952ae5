"""An address's whole way through the ledger, for the command line and the desk alike."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from daemon.dedup import canonical_url
from daemon.store import alerts, articles, deliveries, entries, hits, ledger, rechecks, stories
from daemon.store.articles import StoredArticle
from daemon.store.entries import StoredEntry


def ways(conn: Connection, url: str) -> list[dict[str, Any]]:
    """Tell of each entry that an address means what became of it, in values that JSON can carry."""
    return [_way(conn, entry) for entry in entries.find(conn, [f"url:{canonical_url(url).hard}"])]


def _way(conn: Connection, entry: StoredEntry) -> dict[str, Any]:
    article = articles.of_entry(conn, entry.id)
    found = hits.of_article(conn, article.id) if article else []
    rung = alerts.of_article(conn, article.id) if article else []
    return {
        "url": entry.entry.url,
        "title": article.article.title if article else entry.entry.title,
        "fate": entry.fate.value,
        "reason": entry.reason,
        "published": _when(entry.entry.published),
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
    return {"key": alert.key, "rule": alert.rule, "at": _when(alert.created_at), "deliveries": sent}


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
