"""Fingerprints whose lookup keys an earlier release made: no copies of theirs are found with those."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from daemon.model import Article
from daemon.store import facts
from daemon.store.fingerprints import known_lines, rekey
from daemon.store.tables import articles, entries, fingerprints

_MARK = "rekeying"  # a migration sets it: below which article, and how many there were


@dataclass(frozen=True, slots=True)
class Outdated:
    """An article, as far as its fingerprint tells of it, with its keys as they are, packed."""

    id: int
    packed: bytes
    known_lines: frozenset[int]
    article: Article


def left(conn: Connection) -> int | None:
    """Give about how many there are, for a log; None once all were looked at."""
    mark = facts.get(conn, _MARK)
    return mark.value["left"] if mark else None


def outdated(conn: Connection, since: datetime, limit: int) -> list[Outdated]:
    """Give up to `limit` of those seen since a time, newest first."""
    mark = facts.get(conn, _MARK)
    if mark is None:
        return []
    query = (
        select(
            fingerprints.c.article_id,
            fingerprints.c.packed_keys,
            entries.c.host,
            articles.c.title,
            articles.c.text,
            articles.c.summary,
        )
        .join(articles, articles.c.id == fingerprints.c.article_id)
        .join(entries, entries.c.id == articles.c.entry_id)
        .where(fingerprints.c.article_id < mark.value["below"], fingerprints.c.seen_at >= since)
        .order_by(fingerprints.c.article_id.desc())
        .limit(limit)
    )
    rows = conn.execute(query).all()
    lines = {host: known_lines(conn, host) for host in {row.host for row in rows}}
    return [
        Outdated(
            row.article_id,
            row.packed_keys,
            lines[row.host],
            Article(title=row.title, text=row.text, summary=row.summary),
        )
        for row in rows
    ]


def renew(
    conn: Connection, renewed: Sequence[Outdated], keys: Sequence[Collection[int] | None], now: datetime
) -> None:
    """Give these their keys, in the order in which `outdated` gave them; one without keeps what it has.

    What another leader has done meanwhile counts once.
    """
    for one, its_keys in zip(renewed, keys, strict=True):
        if its_keys is not None:
            rekey(conn, one.id, one.packed, its_keys)
    mark = facts.get(conn, _MARK)
    if mark and renewed[0].id < mark.value["below"]:
        left = max(0, mark.value["left"] - len(renewed))
        facts.put(conn, _MARK, {"below": renewed[-1].id, "left": left}, now)


def finish(conn: Connection) -> None:
    """Note that none is left."""
    facts.forget(conn, _MARK)
