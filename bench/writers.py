"""What the one writing lock costs: 1, 2 and 4 processes that do nothing but write, on one PostgreSQL.

    bench/writers.py [--seconds 4] [--kinds ...]

Each writes, with sixteen pieces in flight, and no fetching, parsing or matching between:

    polls, locked    claims at a host and a poll that found nothing new, all of it under the lock
    polls            the same as it is done, beside the lock
    articles         an article put into its story, always under the lock
    both             25 polls for each article, as a million sources would have them

A server of its own is started for it, with fsync on; the embedded store stands beside it for comparison.
What a disk adds is a matter of the disk: TMPDIR says where all of it is put, /dev/shm shows the rest.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count, cycle
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.cluster import LEASE, NOW, server
from daemon.dedup import background, fingerprint, line_keys
from daemon.jobs.place import Newcomer, place
from daemon.jobs.work import Reading
from daemon.model import Article, Entry, Fate, Source, Verdict
from daemon.store import Store, entries, fingerprints, polls, readings, sources
from daemon.store.upkeep import upgrade

SOURCES = 1024
IN_FLIGHT = 16
POLLS_AN_ARTICLE = 25
KINDS = ("polls, locked", "polls", "articles", "both")
AGAIN = polls.NextPoll(NOW - timedelta(seconds=1), "at once", etag='"abc"', schedule={"rate": 1.5})


def configured() -> list[Source]:
    return [Source(f"source {n}", f"https://host{n}.example/feed") for n in range(SOURCES)]


def claim_source(conn: Connection, host: str) -> int:
    (state,) = sources.claim_due(conn, NOW, limit=20, lease=LEASE, host=host)
    return state.id


def claim_entries(conn: Connection, host: str) -> None:
    readings.claim(conn, NOW, limit=20, lease=LEASE, host=host)


def record(conn: Connection, source: int) -> None:
    polls.record(conn, source, polls.Poll(NOW, polls.PollOutcome.UNCHANGED, status=304, ms=80), AGAIN)


starting: Barrier
Write = Callable[[Callable[[Connection], object]], Awaitable[object]]


async def visit(write: Write, host: str) -> None:
    """Write what a visit to a host writes: what is due is claimed, and a poll finds nothing new."""
    source = await write(partial(claim_source, host=host))
    await write(partial(record, source=source))
    await write(partial(claim_entries, host=host))


def reading(dice: random.Random, url: str) -> Reading:
    words = [f"{dice.choice('bdfgklmnprst')}{dice.randrange(20_000)}ward" for _ in range(300)]
    article = Article(url=url, title=" ".join(words[:8]), text=". ".join(words), found=NOW)
    return Reading(article, 0, fingerprint(article), line_keys(article.text), ())


def settle(conn: Connection, source: int, read: Reading) -> None:
    url = read.article.url
    listed = entries.Listed(Entry(url=url), (url,), Verdict(Fate.NEW, ""))
    (added,) = entries.add(conn, source, [listed], NOW)
    place(conn, Newcomer(added.id, read, background()), None, NOW)
    fingerprints.count_lines(conn, "host.example", read.lines, NOW)
    entries.settle(conn, added.id, Verdict(Fate.NO_RULE, "no rule matches it"), NOW)


async def write_for(store: Store, kind: str, number: int, processes: int, seconds: float) -> tuple[int, int]:
    """Write for a time; give how many visits and articles. Each process has hosts of its own."""
    dice = random.Random(number)
    ready = (
        [reading(dice, f"https://host.example/{number}/{n}") for n in range(400)] if kind[0] in "ab" else []
    )
    visits, placed = count(), count()
    write = store.write if kind.endswith("locked") else store.write_own
    starting.wait()
    end = time.perf_counter() + seconds

    async def job(lane: int) -> None:
        hosts = cycle(range(number * IN_FLIGHT + lane, SOURCES, processes * IN_FLIGHT))
        while time.perf_counter() < end:
            due = kind == "articles"
            if not due:
                await visit(write, f"host{next(hosts)}.example")
                due = next(visits) % POLLS_AN_ARTICLE == 0 and kind == "both"
            if due:
                await store.write(partial(settle, source=1, read=ready[next(placed) % len(ready)]))

    await asyncio.gather(*(job(lane) for lane in range(IN_FLIGHT)))
    return next(visits), next(placed)


def meet(barrier: Barrier) -> None:
    global starting  # noqa: PLW0603  a process's own
    starting = barrier


def process(address: str, kind: str, number: int, processes: int, seconds: float) -> tuple[int, int]:
    with Store.open(address) as store:
        return asyncio.run(write_for(store, kind, number, processes, seconds))


def measure(address: str, kind: str, processes: int, seconds: float) -> None:
    context = get_context("fork")
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, meet, (barrier,)) as pool:
        asked = [pool.submit(process, address, kind, n, processes, seconds) for n in range(processes)]
        done = [each.result() for each in asked]
    visits, placed = (sum(each) / seconds for each in zip(*done, strict=True))
    where = "embedded" if address.startswith("sqlite") else f"{processes} on PostgreSQL"
    print(f"{kind:<14} {where:<16} {visits:8.0f} visits/s {placed:8.0f} articles/s", flush=True)


def prepared(address: str) -> str:
    """Make a store with sources that are due; give its address."""
    upgrade(address, NOW)
    with Store.open(address) as store:
        store.write_now(lambda conn: sources.sync(conn, configured(), NOW - timedelta(hours=1)))
    return address


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    options = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} cores, for the writers and the server")
    with server() as postgres:
        template = prepared(postgres.create())
        for kind in options.kinds:
            with tempfile.TemporaryDirectory() as folder:
                measure(prepared(f"sqlite:///{folder}/tocsin.db"), kind, 1, options.seconds)
            for processes in (1, 2, 4):
                address = postgres.create(template)
                measure(address, kind, processes, options.seconds)
                postgres.drop(address)


if __name__ == "__main__":
    main()
