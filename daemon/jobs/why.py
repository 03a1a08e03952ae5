"""An address's whole way through the ledger, for the command line and the desk alike."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from daemon.dedup import canonical_url
from daemon.store import alerts, articles, deliveries, entries, hits, ledger
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
        "story": article.story_id if article else None,
        "hits": [
            {
                "rule": stored.hit.rule,
                "severity": stored.severity.label,
                "matched": list(dict.fromkeys(span.text for span in stored.hit.spans)),
                "reasons": list(stored.hit.reasons),
            }
            for stored in found
        ],
        "alerts": [
            {
                "key": alert.key,
                "rule": alert.rule,
                "at": _when(alert.created_at),
                "deliveries": [
                    {"channel": sent.channel, "state": sent.state.value, "at": _when(sent.sent_at)}
                    for sent in deliveries.of_alert(conn, alert.id)
                ],
            }
            for alert in rung
        ],
    }


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""
