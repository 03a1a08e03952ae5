"""Clusters: what each story is about, in weighed words, for as long as follow-ups may join it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, case, delete, func, select, true, update

from daemon.dedup import Cluster, lookup_terms
from daemon.store import conflict
from daemon.store.columns import UtcTime
from daemon.store.numbers import as_list, numbers
from daemon.store.prepared import Prepared
from daemon.store.tables import story_clusters, story_terms

# Stories looked at for one article: those that share the most of its strongest terms.
_NEAR = 24

_terms = numbers("terms")
_best = (
    select(story_terms.c.story_id)
    .where(story_terms.c.term.in_(select(_terms)))
    .group_by(story_terms.c.story_id)
    .order_by(func.count().desc(), story_terms.c.story_id.desc())
    .limit(_NEAR)
)
_states = select(story_clusters.c.story_id, story_clusters.c.body, story_clusters.c.last_at)
_FIND = Prepared(_states.where(story_clusters.c.story_id.in_(_best)))
_GET = Prepared(_states.where(story_clusters.c.story_id == bindparam("story")))
_PUT = Prepared(
    conflict.upsert(story_clusters, ("story_id",), ("body", "last_at")), ("story_id", "body", "last_at")
)
_INSERT_TERMS = conflict.insert(story_terms).from_select(
    ["term", "story_id"], select(_terms, bindparam("story", type_=BigInteger)).where(true())
)
_PUT_TERMS = Prepared(_INSERT_TERMS.on_conflict_do_nothing())
_DROP_TERMS = Prepared(
    delete(story_terms).where(
        story_terms.c.term.in_(select(_terms)), story_terms.c.story_id == bindparam("story")
    )
)
_now = bindparam("now", type_=UtcTime)
_PROLONG = Prepared(
    update(story_clusters)
    .where(story_clusters.c.story_id == bindparam("story"))
    .values(last_at=case((story_clusters.c.last_at < _now, _now), else_=story_clusters.c.last_at))
)
_DROP = (
    delete(story_clusters)
    .where(story_clusters.c.story_id == bindparam("story"))
    .returning(story_clusters.c.body)
)


def find(conn: Connection, weights: Mapping[int, float]) -> dict[int, Cluster]:
    """Give the states of the stories whose strongest terms an article shares, its own strongest first."""
    rows = _FIND.rows(conn, terms=as_list(lookup_terms(weights)))
    return {story: Cluster.from_bytes(body, last) for story, body, last in rows}


def get(conn: Connection, story_id: int) -> dict[int, Cluster]:
    """Give the state of one story, if it still has any."""
    return {story: Cluster.from_bytes(body, last) for story, body, last in _GET.rows(conn, story=story_id)}


def put(conn: Connection, story_id: int, cluster: Cluster, before: Cluster | None = None) -> None:
    """Keep a story's state, in the place of the one `before`, and let its strongest terms find it."""
    _PUT(conn, story_id=story_id, body=cluster.to_bytes(), last_at=cluster.last)
    now, then = set(lookup_terms(cluster.ids)), set(lookup_terms(before.ids) if before else ())
    if gone := then - now:
        _DROP_TERMS(conn, terms=as_list(gone), story=story_id)
    if come := now - then:
        _PUT_TERMS(conn, terms=as_list(sorted(come)), story=story_id)


def prolong(conn: Connection, story_id: int, now: datetime) -> bool:
    """Note that a story was told again, in the same words; False if it has no state any more."""
    return _PROLONG(conn, story=story_id, now=now).rowcount > 0


def drop(conn: Connection, story_id: int) -> None:
    """Delete a story's state, so that nothing joins it."""
    body = conn.scalar(_DROP, {"story": story_id})
    if body is not None:
        terms = lookup_terms(Cluster.from_bytes(body).ids)
        _DROP_TERMS(conn, terms=as_list(terms), story=story_id)


def forget(conn: Connection, before: datetime, limit: int) -> int:
    """Delete the states of up to `limit` stories that are silent since a time; give how many."""
    silent = select(story_clusters.c.story_id).where(story_clusters.c.last_at < before)
    old = conn.scalars(silent.order_by(story_clusters.c.last_at).limit(limit)).all()
    for story_id in old:
        drop(conn, story_id)
    return len(old)
