"""Clusters: what each story is about, in weighed words, for as long as follow-ups may join it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, or_, select

from daemon.dedup import Cluster, lookup_terms
from daemon.store import conflict
from daemon.store.tables import story_clusters, story_terms

# Stories looked at for one article: those that share the most of its strongest terms.
_NEAR = 24

_best = (
    select(story_terms.c.story_id)
    .where(story_terms.c.term.in_(bindparam("terms", expanding=True)))
    .group_by(story_terms.c.story_id)
    .order_by(func.count().desc(), story_terms.c.story_id.desc())
    .limit(_NEAR)
)
_FIND = select(story_clusters.c.story_id, story_clusters.c.body).where(
    or_(
        story_clusters.c.story_id.in_(bindparam("stories", expanding=True)),
        story_clusters.c.story_id.in_(_best),
    )
)
_PUT = conflict.upsert(story_clusters, ("story_id",), ("body", "last_at"))
_PUT_TERM = conflict.insert(story_terms).on_conflict_do_nothing()
_DROP_TERM = delete(story_terms).where(
    story_terms.c.term == bindparam("old"), story_terms.c.story_id == bindparam("story")
)
_DROP = (
    delete(story_clusters)
    .where(story_clusters.c.story_id == bindparam("story"))
    .returning(story_clusters.c.body)
)


def find(conn: Connection, weights: Mapping[int, float], stories: Collection[int]) -> dict[int, Cluster]:
    """Give the states of these stories, and of those whose strongest terms an article shares."""
    asked = {"terms": lookup_terms(weights), "stories": tuple(stories)}
    return {row.story_id: Cluster.from_bytes(row.body) for row in conn.execute(_FIND, asked)}


def put(conn: Connection, story_id: int, cluster: Cluster, before: Cluster | None = None) -> None:
    """Keep a story's state, in the place of the one `before`, and let its strongest terms find it."""
    conn.execute(_PUT, {"story_id": story_id, "body": cluster.to_bytes(), "last_at": cluster.last})
    now, then = set(lookup_terms(cluster.terms)), set(lookup_terms(before.terms) if before else ())
    if gone := [{"old": term, "story": story_id} for term in then - now]:
        conn.execute(_DROP_TERM, gone)
    if come := [{"term": term, "story_id": story_id} for term in sorted(now - then)]:
        conn.execute(_PUT_TERM, come)


def drop(conn: Connection, story_id: int) -> None:
    """Delete a story's state, so that nothing joins it."""
    body = conn.scalar(_DROP, {"story": story_id})
    if body is not None:
        terms = lookup_terms(Cluster.from_bytes(body).terms)
        if gone := [{"old": term, "story": story_id} for term in terms]:
            conn.execute(_DROP_TERM, gone)


def forget(conn: Connection, before: datetime, limit: int) -> int:
    """Delete the states of up to `limit` stories that are silent since a time; give how many."""
    silent = select(story_clusters.c.story_id).where(story_clusters.c.last_at < before)
    old = conn.scalars(silent.order_by(story_clusters.c.last_at).limit(limit)).all()
    for story_id in old:
        drop(conn, story_id)
    return len(old)
