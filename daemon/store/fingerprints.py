"""Fingerprints: by which copies of an article are found and compared, for as long as copies come."""

from array import array
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)

from daemon.dedup import VERIFIED, Fingerprint, Known
from daemon.store import conflict
from daemon.store.columns import UtcTime
from daemon.store.numbers import as_list, numbers
from daemon.store.prepared import Prepared
from daemon.store.tables import articles, fingerprint_keys, fingerprints, host_lines

# A line under so many articles of a host is the host's own.
_REPEATED = 2

_PUT = Prepared(insert(fingerprints), ("article_id", "body", "packed_keys", "seen_at"))
_DROP = (
    delete(fingerprints)
    .where(fingerprints.c.article_id == bindparam("article"))
    .returning(fingerprints.c.packed_keys)
)
_keys = numbers("keys")
_DROP_KEYS = delete(fingerprint_keys).where(
    fingerprint_keys.c.key.in_(select(_keys)), fingerprint_keys.c.article_id == bindparam("article")
)
# The condition tells the parser that ON CONFLICT is no join: https://sqlite.org/lang_upsert.html
_INSERT_KEYS = conflict.insert(fingerprint_keys).from_select(
    ["key", "article_id"], select(_keys, bindparam("article", type_=BigInteger)).where(true())
)
_PUT_KEYS = Prepared(_INSERT_KEYS.on_conflict_do_nothing())
_REKEY = (
    update(fingerprints)
    .where(
        fingerprints.c.article_id == bindparam("article"), fingerprints.c.packed_keys == bindparam("before")
    )
    .values(packed_keys=bindparam("after"))
)
_lines = numbers("lines")
_INSERT_LINES = conflict.insert(host_lines).from_select(
    ["host", "line", "articles", "last_seen_at"],
    select(bindparam("host", type_=Text), _lines, literal_column("1"), bindparam("now", type_=UtcTime)).where(
        true()
    ),
)
_COUNT_LINES = Prepared(
    _INSERT_LINES.on_conflict_do_update(
        index_elements=["host", "line"],
        set_={"articles": host_lines.c.articles + 1, "last_seen_at": _INSERT_LINES.excluded.last_seen_at},
    )
)

_shared = func.count().label("shared")
_best = (
    select(fingerprint_keys.c.article_id, _shared)
    .where(
        fingerprint_keys.c.key.in_(select(_keys)),
        fingerprint_keys.c.article_id != bindparam("besides"),
    )
    .group_by(fingerprint_keys.c.article_id)
    .order_by(_shared.desc(), fingerprint_keys.c.article_id)
    .limit(VERIFIED)
    .subquery("best")
)
_KNOWN = select(
    articles.c.id,
    articles.c.story_id,
    func.coalesce(articles.c.original_id, articles.c.id),
    fingerprints.c.body,
    fingerprints.c.seen_at,
    articles.c.url,
).join(fingerprints, fingerprints.c.article_id == articles.c.id)
_COPIES = _KNOWN.where(
    articles.c.original_id == bindparam("original"), articles.c.id != bindparam("original")
).order_by(articles.c.id)
_CANDIDATES = Prepared(
    _KNOWN.join(_best, _best.c.article_id == articles.c.id)
    .where(fingerprints.c.seen_at >= bindparam("since"), articles.c.story_id.is_not(None))
    .order_by(_best.c.shared.desc(), articles.c.id)
)


def put(conn: Connection, article_id: int, fingerprint: Fingerprint, now: datetime) -> None:
    """Keep an article's fingerprint; an earlier reading's must have been dropped."""
    # Sorted, they go into the table's tree page by page.
    keys = sorted(set(fingerprint.keys))
    _PUT(conn, article_id=article_id, body=fingerprint.to_bytes(), packed_keys=_packed(keys), seen_at=now)
    _PUT_KEYS(conn, keys=as_list(keys), article=article_id)


def drop(conn: Connection, article_id: int) -> None:
    """Delete an article's fingerprint, if it has one, and its keys."""
    packed = conn.scalar(_DROP, {"article": article_id})
    _drop_keys(conn, article_id, packed or b"")


def rekey(conn: Connection, article_id: int, before: bytes, keys: Collection[int]) -> None:
    """Give an article other keys, unless it has been read anew, and has others than `before`, packed."""
    ordered = sorted(set(keys))
    asked = {"article": article_id, "before": before, "after": _packed(ordered)}
    if conn.execute(_REKEY, asked).rowcount:
        _drop_keys(conn, article_id, before)
        _PUT_KEYS(conn, keys=as_list(ordered), article=article_id)


def _packed(keys: Sequence[int]) -> bytes:
    return array("q", keys).tobytes()


def _drop_keys(conn: Connection, article_id: int, packed: bytes) -> None:
    if keys := array("q", packed):
        conn.execute(_DROP_KEYS, {"keys": as_list(keys), "article": article_id})


def candidates(conn: Connection, keys: Collection[int], *, besides: int, since: datetime) -> list[Known]:
    """Give the articles seen since a time that share the most keys, best first: no more are verified."""
    rows = _CANDIDATES.rows(conn, keys=as_list(keys), besides=besides, since=since)
    return [Known(*row) for row in rows]


def copies(conn: Connection, original_id: int) -> list[Known]:
    """Give the copies of an article that are not forgotten, first one first."""
    return [Known(*row) for row in conn.execute(_COPIES, {"original": original_id})]


def count_lines(conn: Connection, host: str, lines: Sequence[int], now: datetime) -> None:
    """Count the lines of one more article of a host."""
    _COUNT_LINES(conn, host=host, lines=as_list(sorted(set(lines))), now=now)


def known_lines(conn: Connection, host: str) -> frozenset[int]:
    """Give the lines that a host repeats under its articles."""
    own = (host_lines.c.host == host) & (host_lines.c.articles >= _REPEATED)
    return frozenset(conn.scalars(select(host_lines.c.line).where(own)))


def forget(conn: Connection, before: datetime, limit: int) -> int:
    """Delete up to `limit` fingerprints last seen before a time, with their keys; give how many."""
    seen = select(fingerprints.c.article_id).where(fingerprints.c.seen_at < before)
    old = conn.scalars(seen.order_by(fingerprints.c.seen_at).limit(limit)).all()
    for article_id in old:
        drop(conn, article_id)
    return len(old)


def forget_lines(conn: Connection, before: datetime) -> int:
    """Delete the lines of hosts last seen before a time; give how many."""
    return conn.execute(delete(host_lines).where(host_lines.c.last_seen_at < before)).rowcount
