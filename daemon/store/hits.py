"""Hits: which rules an article matches, with the evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from daemon.model import Hit, Severity, Span
from daemon.store import conflict
from daemon.store.days import day
from daemon.store.tables import articles, entries, hits, sources


@dataclass(frozen=True, slots=True)
class StoredHit:
    """A hit, with how much its rule mattered then, and when it was found."""

    hit: Hit
    severity: Severity
    found_at: datetime


_PUT = conflict.upsert(hits, ("rule", "article_id"), ("evidence", "severity"))


def put(conn: Connection, article_id: int, found: Iterable[tuple[Hit, Severity]], now: datetime) -> None:
    """Store an article's hits; a rule that it matched before keeps its time and takes the new evidence."""
    rows = [
        {
            "rule": hit.rule,
            "article_id": article_id,
            "severity": int(severity),
            "evidence": _evidence(hit),
            "found_at": now,
        }
        for hit, severity in found
    ]
    if rows:
        conn.execute(_PUT, rows)


def of_article(conn: Connection, article_id: int) -> list[StoredHit]:
    """List what an article matched, by rule."""
    rows = conn.execute(select(hits).where(hits.c.article_id == article_id).order_by(hits.c.rule))
    return [_stored(row) for row in rows]


def of_articles(conn: Connection, article_ids: Collection[int]) -> dict[tuple[int, str], StoredHit]:
    """Give what these articles matched, by article and rule."""
    rows = conn.execute(select(hits).where(hits.c.article_id.in_(article_ids)).order_by(hits.c.rule))
    return {(row.article_id, row.rule): _stored(row) for row in rows}


def articles_of_rule(conn: Connection, rule: str, since: datetime) -> frozenset[int]:
    """Give the ids of the articles that a rule matched when they were read, of those found since a time."""
    query = (
        select(hits.c.article_id)
        .join(articles, articles.c.id == hits.c.article_id)
        .join(entries, entries.c.id == articles.c.entry_id)
        .where(hits.c.rule == rule, entries.c.found_at >= since)
    )
    return frozenset(conn.scalars(query))


def days(conn: Connection, rules: Collection[str], since: datetime) -> dict[str, dict[date, int]]:
    """Count the hits of these rules since a time, day by day."""
    when = day(hits.c.found_at)
    rows = conn.execute(
        select(hits.c.rule, when.label("day"), func.count().label("hits"))
        .where(hits.c.rule.in_(rules), hits.c.found_at >= since)
        .group_by(hits.c.rule, when)
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for row in rows:
        found[row.rule][date.fromisoformat(row.day)] = row.hits
    return found


def noisiest(
    conn: Connection, rule: str, since: datetime, *, latest: int, limit: int
) -> list[tuple[str, int]]:
    """Name the sources of most of a rule's `latest` hits since a time, each with how many."""
    some = (
        select(hits.c.article_id)
        .where(hits.c.rule == rule, hits.c.found_at >= since)
        .order_by(hits.c.found_at.desc())
        .limit(latest)
        .subquery()
    )
    count = func.count()
    rows = conn.execute(
        select(sources.c.name, count)
        .select_from(some)
        .join(articles, articles.c.id == some.c.article_id)
        .join(entries, entries.c.id == articles.c.entry_id)
        .join(sources, sources.c.id == entries.c.source_id)
        .group_by(sources.c.name)
        .order_by(count.desc(), sources.c.name)
        .limit(limit)
    )
    return [(name, times) for name, times in rows]


def _stored(row: Row[Any]) -> StoredHit:
    return StoredHit(_hit(row.rule, row.evidence), Severity(row.severity), row.found_at)


def _evidence(hit: Hit) -> dict[str, Any]:
    return {
        "spans": [asdict(span) for span in hit.spans],
        "reasons": list(hit.reasons),
        "entities": list(hit.entities),
    }


def _hit(rule: str, evidence: Mapping[str, Any]) -> Hit:
    spans = tuple(Span(**span) for span in evidence["spans"])
    # What a release before this one wrote names no entities.
    return Hit(rule, spans, tuple(evidence["reasons"]), tuple(evidence.get("entities", ())))
