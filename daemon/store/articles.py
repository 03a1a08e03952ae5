"""Articles: the text behind an entry, as it was last read."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from daemon.model import Article, Precision
from daemon.store import conflict
from daemon.store.prepared import Prepared
from daemon.store.stories import ITSELF, Part
from daemon.store.tables import articles, entries, sources


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with what it belongs to; `article.source` and `article.found` are filled in.

    `original_id` is the article that it is a copy of, None or its own id if of none. `role` and `placed`
    say what it is in its story, and why. `from_feed` counts the characters at the start of its text that
    only the feed gave, None when the feed has changed them since.
    `missing_at` is when its page was first found missing, None while it is there.
    """

    id: int
    entry_id: int
    story_id: int | None
    original_id: int | None
    fetched_at: datetime
    role: str
    placed: str
    from_feed: int | None
    missing_at: datetime | None
    article: Article


_FIELDS = tuple(item.name for item in fields(Article) if item.name in articles.c)
_STATE = tuple(item.name for item in fields(StoredArticle) if item.name != "article")

_END = 400  # characters

_PUT = Prepared(
    conflict.upsert(articles, ("entry_id",), (*_FIELDS, "fetched_at")).returning(articles.c.id),
    ("entry_id", *_FIELDS, "fetched_at", "story_id", "original_id", "role", "placed"),
)


def put(conn: Connection, entry_id: int, article: Article, now: datetime, part: Part = ITSELF) -> int:
    """Store the article behind an entry, in the place of an earlier reading of it; give its id.

    A new one takes its part in a story, if one is given; a later reading stays in the story it is in.
    """
    values: dict[str, Any] = {name: getattr(article, name) for name in _FIELDS}
    values |= {"story_id": part.story, "original_id": part.original, "role": part.role, "placed": part.why}
    article_id: int = _PUT(conn, entry_id=entry_id, fetched_at=now, **values).scalar_one()
    return article_id


def of_entry(conn: Connection, entry_id: int) -> StoredArticle | None:
    """Give the article behind an entry, or None while there is none."""
    row = conn.execute(_select().where(articles.c.entry_id == entry_id)).mappings().first()
    return _from_row(row) if row else None


def of_story(conn: Connection, story_id: int) -> list[StoredArticle]:
    """List the articles of a story, in the order in which they were found."""
    query = _select().where(articles.c.story_id == story_id).order_by(articles.c.entry_id)
    return [_from_row(row) for row in conn.execute(query).mappings()]


def of_stories(conn: Connection, story_ids: Collection[int]) -> dict[int, list[StoredArticle]]:
    """Give the articles of each of these stories, of their texts only the beginnings and the ends.

    That is what tells an agency's words, and a list of stories has many texts.
    """
    text = articles.c.text
    ends = func.substr(text, 1, _END) + "\n" + func.substr(text, func.length(text) - _END + 1)
    query = _select(ends.label("text")).where(articles.c.story_id.in_(story_ids))
    told: dict[int, list[StoredArticle]] = {}
    for row in conn.execute(query.order_by(articles.c.story_id, articles.c.entry_id)).mappings():
        told.setdefault(row["story_id"], []).append(_from_row(row))
    return told


def get(conn: Connection, ids: Collection[int]) -> list[StoredArticle]:
    """Give the articles with these ids, in the order of their ids."""
    query = _select().where(articles.c.id.in_(ids)).order_by(articles.c.id)
    return [_from_row(row) for row in conn.execute(query).mappings()]


def page(conn: Connection, *, first: int, last: int, since: datetime) -> list[StoredArticle]:
    """List the articles with ids from `first` to `last` whose entries were found since a time, by id."""
    query = _select().where(articles.c.id.between(first, last), entries.c.found_at >= since)
    return [_from_row(row) for row in conn.execute(query.order_by(articles.c.id)).mappings()]


def range_since(conn: Connection, since: datetime) -> tuple[int, int]:
    """Give the least and the greatest id of the articles whose entries were found since a time.

    (1, 0) when there are none.
    """
    ends = select(func.min(articles.c.id), func.max(articles.c.id)).join(
        entries, entries.c.id == articles.c.entry_id
    )
    first, last = conn.execute(ends.where(entries.c.found_at >= since)).one()
    return (first, last) if first is not None else (1, 0)


def _select(text: ColumnElement[str] = articles.c.text) -> Any:
    state = (text if name == "text" else articles.c[name] for name in (*_STATE, *_FIELDS))
    return (
        select(*state, entries.c.found_at, sources.c.name.label("source"))
        .join(entries, entries.c.id == articles.c.entry_id)
        .join(sources, sources.c.id == entries.c.source_id)
    )


def _from_row(row: RowMapping) -> StoredArticle:
    values: dict[str, Any] = {name: row[name] for name in _FIELDS}
    values |= {"authors": tuple(row["authors"]), "tags": tuple(row["tags"])}
    values |= {"published_precision": Precision(row["published_precision"])}
    article = Article(**values, source=row["source"], found=row["found_at"])
    return StoredArticle(article=article, **{name: row[name] for name in _STATE})
