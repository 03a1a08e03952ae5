"""Document frequencies: how common words are in what was read, as far as it has been counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from daemon.dedup import Frequencies
from daemon.model import Article
from daemon.store import conflict
from daemon.store.tables import articles, frequencies

_ONLY = 1
_PUT = conflict.upsert(frequencies, ("id",), ("body", "last_article_id", "at"))


@dataclass(frozen=True, slots=True)
class Counted:
    """The frequencies of the archive, and the last article that they count."""

    frequencies: Frequencies
    last: int


def get(conn: Connection) -> Counted:
    """Give what was counted so far."""
    row = conn.execute(select(frequencies.c.body, frequencies.c.last_article_id)).first()
    return (
        Counted(Frequencies.from_bytes(row.body), row.last_article_id)
        if row
        else Counted(Frequencies(0, {}), 0)
    )


def put(conn: Connection, counted: Counted, now: datetime) -> None:
    """Keep what has been counted, in the place of what was."""
    body = counted.frequencies.to_bytes()
    conn.execute(_PUT, {"id": _ONLY, "body": body, "last_article_id": counted.last, "at": now})


def uncounted(conn: Connection, last: int, limit: int) -> list[tuple[int, Article]]:
    """Give the latest articles after `last`, title and text only, oldest first, with their ids."""
    query = select(articles.c.id, articles.c.title, articles.c.text).where(articles.c.id > last)
    rows = conn.execute(query.order_by(articles.c.id.desc()).limit(limit)).all()
    return [(row.id, Article(title=row.title, text=row.text)) for row in reversed(rows)]
