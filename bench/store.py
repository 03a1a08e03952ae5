"""What the store costs: CPU per poll, per article, and per look at what is due, as it grows.

    python bench/store.py [--sources 1000 10000 100000] [--polls 2000] [--articles 2000]

CPU is this process's, all threads; wall time has the disk in it, one fsync a commit.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from daemon.model import Article, Entry, Fate, Hit, Message, Outcome, Severity, Source, Verdict
from daemon.store import (
    Store,
    alerts,
    articles,
    claims,
    deliveries,
    entries,
    hits,
    polls,
    readings,
    sources,
    stories,
    upkeep,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
LATER = polls.NextPoll(NOW + timedelta(hours=1), "hourly", etag='"abc"', schedule={"rate": 1.5})
IN_FLIGHT = 50
TEXT = "A paragraph of an article, some ninety characters long, as they are in reports of this kind.\n\n" * 30


async def measure(name: str, count: int, work: Coroutine[Any, Any, Any]) -> None:
    """Run work on `count` items and print what one of them cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"  {name:<44} {cpu / count * 1e3:8.3f} ms CPU {count / wall:10.0f} /s")


async def spread(store: Store, pieces: list[Callable[[Connection], Any]]) -> None:
    """Write pieces of work as so many jobs in flight do."""
    todo = iter(pieces)

    async def job() -> None:
        for piece in todo:
            await store.write(piece)

    await asyncio.gather(*(job() for _ in range(IN_FLIGHT)))


def unchanged(conn: Connection, source_id: int) -> None:
    """Record an answer of 304."""
    polls.record(conn, source_id, polls.Poll(NOW, polls.PollOutcome.UNCHANGED, status=304, ms=80), LATER)


def listing(conn: Connection, source_id: int, new: bool) -> None:
    """Record an answer of 200 with 30 entries, all of them known or all of them new."""
    verdict = Verdict(Fate.NEW, "to be read") if new else Verdict(Fate.BACKLOG, "first poll")
    names = [f"{source_id}/{number}" for number in range(30)]
    listed = [
        entries.Listed(
            Entry(id=name, url=f"https://a.example/{name}", title=f"Title {name}", summary=TEXT[:300]),
            (f"url:https://a.example/{name}", f"id:{name}"),
            verdict,
        )
        for name in names
    ]
    entries.add(conn, source_id, listed, NOW)
    polls.record(conn, source_id, polls.Poll(NOW, polls.PollOutcome.LISTED, status=200), LATER)


def article(conn: Connection) -> None:
    """Take one unread entry and write what reading it yields: a story, a hit, an alert, two deliveries."""
    (unread,) = readings.claim(conn, NOW, limit=1, lease=LEASE)
    read = Article(url=unread.entry.url, title=unread.entry.title, text=TEXT, authors=("A. Author",))
    article_id = articles.put(conn, unread.id, read, NOW)
    stories.join(conn, stories.open_new(conn, read.title, NOW), article_id, NOW)
    hits.put(conn, article_id, [(Hit("drones", reasons=("a phrase in the title",)), Severity.HIGH)], NOW)
    alert = alerts.add(conn, "drones", article_id, Severity.HIGH, NOW)
    assert alert is not None
    for channel in ("desk", "email"):
        deliveries.add(conn, alert.id, channel, Message(alert.key, read.title, TEXT[:500]), NOW)
    entries.settle(conn, unread.id, Verdict(Fate.QUEUED, "waiting for desk, email"), NOW)


def deliver(conn: Connection) -> None:
    """Claim and record one delivery for each of two channels."""
    for channel in ("desk", "email"):
        ids = (
            [each.id for each in claims.fresh(conn, channel, NOW, 200)]
            if claims.is_due(conn, channel, NOW)
            else []
        )
        for delivery in claims.take(conn, ids[:1], NOW, LEASE):
            deliveries.record(conn, delivery.id, Outcome(ok=True), NOW)


def claim(conn: Connection, at: datetime) -> None:
    """Look for due sources; before NOW there are none."""
    sources.claim_due(conn, at, limit=100, lease=LEASE, busy_hosts=[f"busy{n}.example" for n in range(50)])


async def run(store: Store, count: int, options: argparse.Namespace) -> None:
    """Print the costs with `count` sources in the store."""
    print(f"{count} sources")
    configured = [Source(f"source {n:06}", f"https://host{n // 2}.example/{n % 2}") for n in range(count)]
    await measure("sync, all new", count, store.write(lambda conn: sources.sync(conn, configured, NOW)))
    await measure("sync, none changed", count, store.write(lambda conn: sources.sync(conn, configured, NOW)))
    early = NOW - timedelta(days=1)
    await measure("look for due sources, none", 200, spread(store, [partial(claim, at=early)] * 200))
    await measure("claim 100 of all due", 1, store.write(partial(claim, at=NOW)))
    ids = [number % count + 1 for number in range(options.polls)]
    await measure(
        "record a 304", options.polls, spread(store, [partial(unchanged, source_id=i) for i in ids])
    )
    some = ids[: options.articles // 30]
    fresh = [partial(listing, source_id=i, new=True) for i in some]
    known = [partial(listing, source_id=i, new=False) for i in some]
    await measure("record a 200 with 30 new entries", len(some), spread(store, fresh))
    await measure("record a 200 with 30 known entries", len(some), spread(store, known))
    total = len(some) * 30
    read = [article] * total
    await measure("an article that rings on two channels", total, spread(store, read))
    await measure("claim and record two deliveries", total, spread(store, [deliver] * total))


async def main() -> None:
    """Run on stores of several sizes, each in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sources", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--polls", type=int, default=2000)
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--folder", type=Path, help="where to put the databases (a disk to be measured)")
    options = parser.parse_args()
    for count in options.sources:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            url = f"sqlite:///{folder}/tocsin.db"
            upkeep.upgrade(url, NOW)
            with Store.open(url) as store:
                await run(store, count, options)
            before = time.process_time()
            problems = upkeep.check(url)
            print(f"  check: {'; '.join(problems) or 'well'}, {time.process_time() - before:.2f} s CPU")


if __name__ == "__main__":
    asyncio.run(main())
