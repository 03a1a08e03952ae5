"""The canary's place in the store: a source that nobody polls, and nothing that stays when it is back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from daemon.alert import Arrival, Flight
from daemon.model import CANARY, DeliveryState, Entry, Fate, Held, Verdict
from daemon.store import clusters, entries, fingerprints
from daemon.store.entries import Listed
from daemon.store.tables import alerts, articles, deliveries, hits, sources, stories
from daemon.store.tables import entries as entries_table

_source = select(sources.c.id).where(sources.c.name == CANARY)
_entries = select(entries_table.c.id).where(entries_table.c.source_id.in_(_source))


def launch(conn: Connection, found: Sequence[Entry], now: datetime) -> int:
    """Let a canary fly: an entry that is due to be read, as a poll leaves one. Gives the entry's id."""
    withdraw(conn)
    verdict = Verdict(Fate.NEW, "a canary: it shows that the pipe works")
    listed = [Listed(entry, (entry.url,), verdict) for entry in found]
    return entries.add(conn, _source_id(conn, now), listed, now)[0].id


def withdraw(conn: Connection) -> None:
    """Take every canary out of the store, with all that came of it; a story that others are in stays."""
    found = conn.execute(select(articles.c.id, articles.c.story_id).where(articles.c.entry_id.in_(_entries)))
    for article_id, story_id in found.all():
        fingerprints.drop(conn, article_id)
        conn.execute(delete(articles).where(articles.c.id == article_id))
        others = select(articles.c.id).where(articles.c.story_id == story_id).limit(1)
        if story_id is not None and conn.scalar(others) is None:
            clusters.drop(conn, story_id)
            conn.execute(delete(stories).where(stories.c.id == story_id))
    conn.execute(delete(alerts).where(alerts.c.rule == CANARY))
    conn.execute(delete(entries_table).where(entries_table.c.source_id.in_(_source)))


def look(conn: Connection, entry_id: int) -> Flight:
    """Tell how far a canary has come."""
    article = conn.scalar(select(articles.c.id).where(articles.c.entry_id == entry_id))
    if article is None:
        return Flight()
    matched = conn.scalar(select(hits.c.id).where(hits.c.article_id == article, hits.c.rule == CANARY))
    alert = conn.scalar(select(alerts.c.id).where(alerts.c.article_id == article, alerts.c.rule == CANARY))
    rows = conn.execute(
        select(
            deliveries.c.channel, deliveries.c.state, deliveries.c.held, deliveries.c.outcome_detail
        ).where(deliveries.c.alert_id == alert)
    )
    arrivals = {
        row.channel: Arrival(DeliveryState(row.state), row.held != Held.NOT, row.outcome_detail)
        for row in rows
    }
    return Flight(read=True, matched=matched is not None, rung=alert is not None, arrivals=arrivals)


def _source_id(conn: Connection, now: datetime) -> int:
    """Give the canary's source, which is retired from its first day and so in nobody's list."""
    known: int | None = conn.scalar(_source)
    if known is not None:
        return known
    values = {"name": CANARY, "url": "canary:", "created_at": now, "retired_at": now, "next_poll_at": None}
    made: int = conn.execute(insert(sources).values(**values).returning(sources.c.id)).scalar_one()
    return made
