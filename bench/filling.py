"""Fills a store for bench/web.py: articles, sources with a day of polls, alerts and their deliveries."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from daemon.model import DeliveryState, Source
from daemon.store import Store, sources
from daemon.store.polls import PollOutcome
from daemon.store.tables import (
    alerts,
    articles,
    deliveries,
    entries,
    entry_keys,
    hits,
    ledger,
    polls,
    stories,
)
from daemon.store.tables import sources as watched

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = "The harbour office said that the work would go on until the evening. " * 20
CHUNK = 5_000
RULES = 1_000
BUSY = 1_000  # sources
OUTCOMES = (PollOutcome.UNCHANGED.value, PollOutcome.FAILED.value)


def outlets(polled: int) -> tuple[Source, ...]:
    return tuple(
        Source(f"Outlet {n:06}", f"https://h{n}.example/feed", tags=(f"country {n % 150}", f"beat {n % 7}"))
        for n in range(polled)
    )


def fill(store: Store, many: int, polled: int) -> None:
    store.write_now(lambda conn: sources.sync(conn, outlets(polled), NOW))
    store.write_now(
        lambda conn: conn.execute(update(watched).values(first_polled_at=NOW - timedelta(days=30)))
    )
    for first in range(1, polled + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, polled + 1))
        store.write_now(lambda conn, numbers=numbers: poll(conn, numbers))
    for first in range(1, many + 1, CHUNK):
        ids = range(first, min(first + CHUNK, many + 1))
        store.write_now(lambda conn, ids=ids: add(conn, ids, polled))


def poll(conn: Connection, numbers: range) -> None:
    """A day's polls: a busy source is polled every five minutes, any other every four hours."""
    made = [
        {"source_id": n, "at": NOW - timedelta(minutes=each), "outcome": OUTCOMES[each % 7 == n % 7]}
        for n in numbers
        for each in range(0, 24 * 60, 5 if n <= BUSY else 240)
    ]
    conn.execute(insert(polls), [{**each, "added": 1} for each in made])


def name(article: int) -> str:
    """Name the rule that an article rings: one of them rings half of all."""
    return f"rule {1 if article % 200 == 1 else article // 100 % RULES}"


def add(conn: Connection, ids: range, polled: int) -> None:
    """Three articles in four are a story of their own; the fourth is a copy of the one before it."""
    home = {n: n - 1 if n % 4 == 0 else n for n in ids}
    at = {n: NOW - timedelta(seconds=20 * (1_000_000 - n)) for n in ids}

    def put(table: Any, *rows: dict[str, Any]) -> None:
        if rows:
            conn.execute(insert(table), list(rows))

    title = "Drone incursion number {} over the harbour of the islands"
    put(
        stories,
        *(
            {"id": n, "title": title.format(n), "first_seen_at": at[n], "updated_at": at[n]}
            for n in ids
            if n % 4
        ),
    )
    fate = {"fate": "no_rule", "reason": "read; no rule asked for it"}
    put(
        entries,
        *(
            {
                "id": n,
                "source_id": 1 + n % (polled if n % 2 else BUSY),
                "url": f"https://h1.example/a/{n}",
                "found_at": at[n],
                "published": at[n] - timedelta(minutes=n % 9),
                "published_precision": "second",
                **fate,
            }
            for n in ids
        ),
    )
    put(entry_keys, *({"key": f"url:https://h1.example/a/{n}", "entry_id": n} for n in ids))
    put(ledger, *({"entry_id": n, "at": at[n], **fate} for n in ids))
    put(
        articles,
        *(
            {
                "id": n,
                "entry_id": n,
                "story_id": home[n] if home[n] in at else n,
                "original_id": home[n],
                "url": f"https://h1.example/a/{n}",
                "title": title.format(n),
                "text": TEXT,
                "published_precision": "second",
                "fetched_at": at[n],
                "role": "first" if n % 4 else "copy",
            }
            for n in ids
        ),
    )
    rang = [n for n in ids if n % 100 == 1]
    span = {"field": "title", "start": 0, "end": 5, "text": "Drone"}
    evidence = {"spans": [span], "reasons": ["«Drone» in the title"]}
    put(
        hits,
        *(
            {"rule": name(n), "article_id": n, "severity": 30, "evidence": evidence, "found_at": at[n]}
            for n in rang
        ),
    )
    put(
        alerts,
        *(
            {
                "key": f"k{n}",
                "rule": name(n),
                "story_id": n,
                "article_id": n,
                "original_id": n,
                "severity": 30,
                "created_at": at[n],
            }
            for n in rang
        ),
    )
    payload = {
        "key": "k",
        "title": "Drone",
        "text": TEXT,
        "html": TEXT,
        "form": "mail",
        "thread": "",
        "severity": 30,
        "headers": {},
    }
    states = (DeliveryState.SENT, DeliveryState.DEAD)
    put(
        deliveries,
        *(
            {
                "alert_id": 1 + n // 100,
                "channel": "desk",
                "state": states[n % 300 == 1],
                "created_at": at[n],
                "payload": payload,
            }
            for n in rang
        ),
    )
