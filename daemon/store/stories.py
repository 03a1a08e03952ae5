"""Stories: the articles that tell one thing, and what has rung for them."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from daemon.model import Story
from daemon.store.tables import alerts, articles, stories

_JOIN = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(story_id=bindparam("story"), original_id=bindparam("original"))
)
_TOUCH = (
    update(stories)
    .where(stories.c.id == bindparam("story"), stories.c.updated_at < bindparam("now"))
    .values(updated_at=bindparam("now"))
)


def open_new(conn: Connection, title: str, now: datetime) -> int:
    """Begin a story; give its id."""
    values = {"title": title, "first_seen_at": now, "updated_at": now}
    story_id: int = conn.execute(insert(stories).returning(stories.c.id), values).scalar_one()
    return story_id


def join(
    conn: Connection, story_id: int, article_id: int, now: datetime, *, original: int | None = None
) -> None:
    """Put an article in a story, which is updated thereby; an earlier time than is noted changes nothing.

    `original` is the article that it is a copy of, None when it is a copy of none.
    """
    conn.execute(_JOIN, {"article": article_id, "story": story_id, "original": original or article_id})
    conn.execute(_TOUCH, {"story": story_id, "now": now})


def rung(conn: Connection, story_id: int) -> frozenset[str]:
    """Name the rules that have rung for a story."""
    return frozenset(conn.scalars(select(alerts.c.rule).where(alerts.c.story_id == story_id)))


def get(conn: Connection, story_id: int) -> Story | None:
    """Give a story, or None."""
    row = conn.execute(select(stories).where(stories.c.id == story_id)).first()
    return Story(row.id, row.title, row.first_seen_at, rung(conn, story_id)) if row else None
