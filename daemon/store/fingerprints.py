"""Fingerprints: by which copies of an article are found and compared, for as long as copies come."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from daemon.dedup import Fingerprint, Known
from daemon.store import sqlite
from daemon.store.tables import articles, fingerprint_keys, fingerprints, host_lines

# A line under so many articles of a host is the host's own.
_REPEATED = 2

_PUT = sqlite.upsert(fingerprints, ("article_id",), ("body", "seen_at"))
_PUT_KEY = sqlite.insert(fingerprint_keys).on_conflict_do_nothing()
_COUNT_LINE = sqlite.insert(host_lines)
_COUNT_LINE = _COUNT_LINE.on_conflict_do_update(
    index_elements=["host", "line"],
    set_={"articles": host_lines.c.articles + 1, "last_seen_at": _COUNT_LINE.excluded.last_seen_at},
)


def put(conn: Connection, article_id: int, fingerprint: Fingerprint, now: datetime) -> None:
    """Keep an article's fingerprint, in the place of an earlier reading's."""
    conn.execute(delete(fingerprint_keys).where(fingerprint_keys.c.article_id == article_id))
    conn.execute(_PUT, {"article_id": article_id, "body": fingerprint.to_bytes(), "seen_at": now})
    # Sorted, they go into the table's tree page by page.
    if keys := [{"key": key, "article_id": article_id} for key in sorted(set(fingerprint.keys))]:
        conn.execute(_PUT_KEY, keys)


def candidates(
    conn: Connection, keys: Collection[int], *, besides: int, since: datetime, limit: int
) -> list[Known]:
    """Give the articles seen since a time that share the most keys, best first."""
    shared = func.count().label("shared")
    best = (
        select(fingerprint_keys.c.article_id, shared)
        .where(fingerprint_keys.c.key.in_(keys), fingerprint_keys.c.article_id != besides)
        .group_by(fingerprint_keys.c.article_id)
        .order_by(shared.desc(), fingerprint_keys.c.article_id)
        .limit(limit)
        .subquery()
    )
    rows = conn.execute(
        select(
            articles.c.id,
            articles.c.story_id,
            articles.c.original_id,
            articles.c.url,
            fingerprints.c.body,
            fingerprints.c.seen_at,
        )
        .join(best, best.c.article_id == articles.c.id)
        .join(fingerprints, fingerprints.c.article_id == articles.c.id)
        .where(fingerprints.c.seen_at >= since, articles.c.story_id.is_not(None))
        .order_by(best.c.shared.desc(), articles.c.id)
    )
    return [
        Known(row.id, row.story_id, row.original_id, Fingerprint.from_bytes(row.body), row.seen_at, row.url)
        for row in rows
    ]


def count_lines(conn: Connection, host: str, lines: Sequence[int], now: datetime) -> None:
    """Count the lines of one more article of a host."""
    rows = [{"host": host, "line": line, "articles": 1, "last_seen_at": now} for line in sorted(set(lines))]
    if rows:
        conn.execute(_COUNT_LINE, rows)


def known_lines(conn: Connection, host: str) -> frozenset[int]:
    """Give the lines that a host repeats under its articles."""
    own = (host_lines.c.host == host) & (host_lines.c.articles >= _REPEATED)
    return frozenset(conn.scalars(select(host_lines.c.line).where(own)))


def forget(conn: Connection, before: datetime) -> int:
    """Delete the fingerprints and lines last seen before a time; give how many fingerprints."""
    old = select(fingerprints.c.article_id).where(fingerprints.c.seen_at < before)
    conn.execute(delete(fingerprint_keys).where(fingerprint_keys.c.article_id.in_(old)))
    conn.execute(delete(host_lines).where(host_lines.c.last_seen_at < before))
    return conn.execute(delete(fingerprints).where(fingerprints.c.seen_at < before)).rowcount
