"""Stories: the articles that tell one thing, and what has rung for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from daemon.match import fold
from daemon.model import Story
from daemon.store.prepared import Prepared
from daemon.store.tables import alerts, articles, entries, sources, stories

_OPEN = Prepared(insert(stories).returning(stories.c.id), ("title", "first_seen_at", "updated_at"))
_JOIN = Prepared(
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(
        story_id=bindparam("story"),
        original_id=bindparam("original"),
        role=bindparam("as_what"),
        placed=bindparam("why"),
    )
)
_TOUCH = Prepared(
    update(stories)
    .where(stories.c.id == bindparam("story"), stories.c.updated_at < bindparam("now"))
    .values(updated_at=bindparam("now"))
)

_TITLES = (
    select(stories.c.id, stories.c.title, articles.c.title)
    .join(articles, articles.c.story_id == stories.c.id, isouter=True)
    .order_by(stories.c.updated_at.desc(), stories.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Part:
    """What an article is in its story, and why; `original` is the article that it is a copy of, if any."""

    original: int | None = None
    role: str = ""
    why: str = ""
    story: int | None = None


ITSELF = Part()


def open_new(conn: Connection, title: str, now: datetime) -> int:
    """Begin a story; give its id."""
    story_id: int = _OPEN(conn, title=title, first_seen_at=now, updated_at=now).scalar_one()
    return story_id


def join(conn: Connection, story_id: int, article_id: int, now: datetime, part: Part = ITSELF) -> None:
    """Put an article in a story, which has moved thereby."""
    original = part.original or article_id
    _JOIN(conn, article=article_id, story=story_id, original=original, as_what=part.role, why=part.why)
    touch(conn, story_id, now)


def touch(conn: Connection, story_id: int, now: datetime) -> None:
    """Note that a story has moved."""
    _TOUCH(conn, story=story_id, now=now)


def retitle(conn: Connection, story_id: int, article_id: int, title: str) -> None:
    """Have a story go by an article's new headline, if that is its first one."""
    first = select(func.min(articles.c.id)).where(articles.c.story_id == story_id).scalar_subquery()
    named = (stories.c.id == story_id) & (first == article_id)
    conn.execute(update(stories).where(named).values(title=title))


def size(conn: Connection, story_id: int) -> int:
    """Count a story's articles."""
    told = select(func.count()).select_from(articles).where(articles.c.story_id == story_id)
    return conn.execute(told).scalar_one()


def has_copies(conn: Connection, article_id: int) -> bool:
    """Tell whether other articles are copies of this one."""
    copies = select(articles.c.id).where(articles.c.original_id == article_id, articles.c.id != article_id)
    return conn.scalar(copies.limit(1)) is not None


def part(conn: Connection, article_id: int) -> None:
    """Let an article be a copy no more; what it rang itself is its own from now on."""
    conn.execute(update(articles).where(articles.c.id == article_id).values(original_id=article_id))
    conn.execute(update(alerts).where(alerts.c.article_id == article_id).values(original_id=article_id))


def dissolve(conn: Connection, story_id: int, into: int) -> None:
    """End a story that no article tells any more; what has rung for it is the other story's."""
    conn.execute(update(alerts).where(alerts.c.story_id == story_id).values(story_id=into))
    conn.execute(delete(stories).where(stories.c.id == story_id))


def rung(conn: Connection, story_id: int) -> frozenset[str]:
    """Name the rules that have rung for a story."""
    return frozenset(conn.scalars(select(alerts.c.rule).where(alerts.c.story_id == story_id)))


def get(conn: Connection, story_id: int) -> Story | None:
    """Give a story, or None."""
    row = conn.execute(select(stories).where(stories.c.id == story_id)).first()
    return Story(row.id, row.title, row.first_seen_at, rung(conn, story_id), row.updated_at) if row else None


def search(conn: Connection, words: str = "", *, limit: int = 50) -> list[Story]:
    """List the stories in which one article's title has all these words, latest moved first."""
    return look(conn, words, limit=limit)[0]


def look(
    conn: Connection,
    words: str = "",
    *,
    limit: int,
    after: int | None = None,
    titles: int | None = None,
) -> tuple[list[Story], int | None]:
    """Search the stories that moved before the story `after`, in so many titles at most.

    Titles and words are folded as the rules fold them, which no engine does in every script; so titles
    are read from the latest on, until enough are found. Gives the stories and, where there may be more,
    the story after which to go on.
    """
    wanted = [fold(word) for word in words.split()]
    found: dict[int, None] = {}
    last = following = None
    with conn.execute(_titles(conn, after), execution_options={"yield_per": 500}) as rows:
        for count, (story, title, headline) in enumerate(rows):
            # A story is looked at whole, or its last titles never would be.
            if story != last and (len(found) == limit or (titles is not None and count >= titles)):
                following = last
                break
            last = story
            if _has(title, wanted) or (headline and headline != title and _has(headline, wanted)):
                found[story] = None
    return _all_of(conn, list(found)), following


def _all_of(conn: Connection, story_ids: Sequence[int]) -> list[Story]:
    """Give stories in the order of their ids here."""
    rules: dict[int, set[str]] = {story: set() for story in story_ids}
    rang = select(alerts.c.story_id, alerts.c.rule).where(alerts.c.story_id.in_(story_ids))
    for story, rule in conn.execute(rang):
        rules[story].add(rule)
    rows = conn.execute(select(stories).where(stories.c.id.in_(story_ids)))
    known = {
        row.id: Story(row.id, row.title, row.first_seen_at, frozenset(rules[row.id]), row.updated_at)
        for row in rows
    }
    return [known[story] for story in story_ids]


def _titles(conn: Connection, after: int | None) -> Any:
    if after is None:
        return _TITLES
    moved = conn.scalar(select(stories.c.updated_at).where(stories.c.id == after))
    return _TITLES.where(tuple_(stories.c.updated_at, stories.c.id) < (moved, after))


def _has(title: str, wanted: list[str]) -> bool:
    folded = fold("\n".join(title.split()))  # words stay apart: a fold takes blanks away
    for word in wanted:  # noqa: SIM110  ten thousand titles are asked: this takes half the time
        if word not in folded:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a story goes: its articles, how many of them are copies, and its sources, first one first."""

    articles: int = 0
    copies: int = 0
    sources: tuple[str, ...] = ()


def extents(conn: Connection, story_ids: Collection[int]) -> dict[int, Extent]:
    """Measure stories, without reading what their articles say."""
    rows = conn.execute(
        select(articles.c.story_id, articles.c.id, articles.c.original_id, sources.c.name)
        .join(entries, entries.c.id == articles.c.entry_id)
        .join(sources, sources.c.id == entries.c.source_id)
        .where(articles.c.story_id.in_(story_ids))
        .order_by(articles.c.story_id, articles.c.entry_id)
    )
    found: dict[int, Extent] = {}
    for story_id, told in groupby(rows, key=lambda row: row.story_id):
        parts = list(told)
        copies = sum(part.original_id not in {None, part.id} for part in parts)
        found[story_id] = Extent(len(parts), copies, tuple(dict.fromkeys(part.name for part in parts)))
    return found
