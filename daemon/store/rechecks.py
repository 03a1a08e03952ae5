"""Articles whose pages are read again: which are due, and what had changed in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from daemon import dedup
from daemon.dedup import Change
from daemon.store import articles as readings
from daemon.store.articles import StoredArticle
from daemon.store.prepared import Prepared
from daemon.store.rests import Rest, resting
from daemon.store.tables import alerts, articles, entries, revisions


@dataclass(frozen=True, slots=True)
class Revision:
    """A change in an article: its gravest kind in a word, a sentence, and a unified diff."""

    id: int
    article_id: int
    at: datetime
    kind: str
    reason: str
    diff: str


def claim_due(  # noqa: PLR0913 what is claimed, and by which hosts
    conn: Connection,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    busy_hosts: Collection[str] = (),
    host: str | None = None,
) -> list[StoredArticle]:
    """Take articles whose pages are due to be read again, until the lease ends.

    Those that rang come first, since somebody was told what they say; then what fell due last. With `host`,
    those of that one, for whom nobody else is at work there: what is under a lease was left by the dead.
    """
    free = or_(articles.c.lease_until.is_(None), articles.c.lease_until <= now)
    free &= entries.c.host.not_in(busy_hosts)
    theirs = free if host is None else entries.c.host == host
    rang = select(alerts.c.id).where(alerts.c.article_id == articles.c.id).exists()
    due = (
        select(articles.c.id)
        .join(entries, entries.c.id == articles.c.entry_id)
        .where(articles.c.recheck_at <= now, theirs, ~resting(Rest.HOST, entries.c.host, now))
        .order_by(rang.desc(), articles.c.recheck_at.desc(), articles.c.id)
        .limit(limit)
    )
    held = update(articles).where(articles.c.id.in_(due)).values(lease_until=now + lease)
    return readings.get(conn, conn.scalars(held.returning(articles.c.id)).all())


def due_hosts(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Name the hosts that have a page due to be read again and do not rest."""
    of = articles.join(entries, entries.c.id == articles.c.entry_id)
    open_ = ~resting(Rest.HOST, entries.c.host, now)
    due = select(entries.c.host).select_from(of).where(articles.c.recheck_at <= now, open_).distinct()
    return list(conn.scalars(due.limit(limit)))


_PLAN = Prepared(
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(from_feed=bindparam("feeds"), recheck_at=bindparam("due"))
)


def plan(conn: Connection, article_id: int, from_feed: int, at: datetime | None) -> None:
    """Note when an article's page is read again, if at all, and how much of its text the feed gave."""
    _PLAN(conn, article=article_id, feeds=from_feed, due=at)


def any_due(conn: Connection, host: str, now: datetime) -> bool:
    """Tell whether a host has a page due to be read again."""
    of = articles.join(entries, entries.c.id == articles.c.entry_id)
    due = select(articles.c.id).select_from(of).where(articles.c.recheck_at <= now, entries.c.host == host)
    return conn.scalar(due.limit(1)) is not None


def record(
    conn: Connection,
    article_id: int,
    now: datetime,
    *,
    again_at: datetime | None,
    missing_at: datetime | None = None,
) -> None:
    """Note that a page was read again, when it will be next, if at all, and since when it is missing."""
    done = {"checked_at": now, "recheck_at": again_at, "missing_at": missing_at, "lease_until": None}
    conn.execute(update(articles).where(articles.c.id == article_id).values(**done))


def count_since(conn: Connection, since: datetime) -> int:
    """Count the pages that were read again since a time, and those being read."""
    made = or_(articles.c.checked_at >= since, articles.c.lease_until >= since)
    return conn.execute(select(func.count()).select_from(articles).where(made)).scalar_one()


def hasten(conn: Connection, entry_id: int, now: datetime) -> None:
    """Let the article behind an entry be read again at once, since its feed lists it changed."""
    due = {"recheck_at": now, "from_feed": None}
    conn.execute(update(articles).where(articles.c.entry_id == entry_id).values(**due))


def give_up(conn: Connection, before: datetime) -> int:
    """Let those be that were due before a time and never had their turn; give how many."""
    late = update(articles).where(articles.c.recheck_at < before).values(recheck_at=None)
    return conn.execute(late).rowcount


def add_revision(
    conn: Connection, article_id: int, change: Change, revision: dedup.Revision, now: datetime
) -> int:
    """Keep what changed in an article, most of all `change`; give the revision's id."""
    values = {"article_id": article_id, "at": now, "kind": change.value}
    values |= {"reason": revision.reason, "diff": revision.diff}
    revision_id: int = conn.execute(insert(revisions).returning(revisions.c.id), values).scalar_one()
    return revision_id


def revisions_of(conn: Connection, article_ids: Collection[int]) -> list[Revision]:
    """List what changed in these articles, first change first."""
    query = select(revisions).where(revisions.c.article_id.in_(article_ids)).order_by(revisions.c.id)
    return [Revision(**row) for row in conn.execute(query).mappings()]
