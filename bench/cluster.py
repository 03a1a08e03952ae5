"""What many processes on one PostgreSQL do, and what it costs.

    bench/cluster.py growth       a scheduler's tick and a claim, from 1,000 to 100,000 sources
    bench/cluster.py queue        pgqueuer alone: jobs that do nothing
    bench/cluster.py throughput   polls and articles a second, embedded and with 1, 2, 4 workers

A server of its own is started for it, with fsync on. It asks for tocsin[postgres]. What they survive:
bench/outages.py; what their writers cost each other: bench/writers.py.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.cluster import Cluster, opened, until
from servers.postgres import Postgres, running
from sqlalchemy import Connection, text

from daemon.jobs.shares import HOSTS, PIECES
from daemon.runtime.queue import Queue
from daemon.store import Store, claims, readings, rechecks, sources
from daemon.store.upkeep import upgrade

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
JOBS = 5000
POLLED = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
POLLS = "SELECT count(*) FROM polls"
READ = "SELECT count(*) FROM articles"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory'"
TICKS = os.sysconf("SC_CLK_TCK")
ARTICLES = 3


@contextmanager
def server(network: str = "") -> Iterator[Postgres]:
    with running(network) as made:
        if made is None:
            sys.exit("PostgreSQL's server is not installed: apt install postgresql")
        yield made


FILL = """
INSERT INTO sources (name, url, host, kind, created_at, etag, last_modified, next_poll_at, next_poll_why,
    error_kind, error, failures, paused, schedule)
SELECT 'source ' || n, 'https://host' || n / 2 || '.example/feed', 'host' || n / 2 || '.example', 'feed',
    :now, '', '', :now + ((n % 3600) - 2) * interval '1 second', '', '', '', 0, false, '{}'
FROM generate_series(1, :count) AS n;
INSERT INTO entries (source_id, url, host, feed_id, title, summary, content, authors, language, categories,
    image, published_precision, forwarded_from, found_at, fate, reason, next_read_at, read_attempts)
SELECT s.id, s.url || '/' || n, s.host, '', 'title', '', '', '[]', '', '[]', '', '', '', :now, 'told', '',
    CASE WHEN (s.id + n) % 1000 = 0 THEN :now END, 0
FROM sources s, generate_series(1, 10) AS n;
"""


def tick(conn: Connection) -> None:
    """Ask what a tick of the leader asks."""
    for room in (sources, readings, rechecks):
        room.due_hosts(conn, NOW, HOSTS)
    claims.due_channels(conn, NOW)


def claim(conn: Connection, host: str) -> None:
    """Do what a worker does that was given a host, before it calls there."""
    sources.claim_due(conn, NOW, limit=PIECES, lease=LEASE, host=host)
    readings.claim(conn, NOW, limit=PIECES, lease=LEASE, host=host)
    rechecks.claim_due(conn, NOW, limit=PIECES, lease=LEASE, host=host)


def claim_one(store: Store, hosts: Sequence[str], number: int) -> None:
    store.write_now(lambda conn: claim(conn, hosts[number % len(hosts)]))


def median_ms(work: Callable[[int], object], count: int = 40) -> float:
    taken = []
    for number in range(count):
        before = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - before)
    return statistics.median(taken) * 1e3


def growth(counts: list[int]) -> None:
    print("sources   a tick's questions   a host's claims   (median, wall, ms)")
    with server() as postgres:
        for count in counts:
            address = postgres.create()
            upgrade(address, NOW)
            with Store.open(address) as store:
                for statement in FILL.strip().split(";")[:-1]:
                    asked = {"now": NOW, "count": count} if ":count" in statement else {"now": NOW}
                    store.write_now(lambda conn, s=statement, a=asked: conn.execute(text(s), a))
                store.write_now(lambda conn: conn.execute(text("ANALYZE")))
                ticks = median_ms(lambda _: store.read_now(tick))
                hosts = store.read_now(lambda conn: sources.due_hosts(conn, NOW, HOSTS))
                claimed = median_ms(partial(claim_one, store, hosts))
            print(f"{count:7}   {ticks:19.2f}   {claimed:15.2f}")
            postgres.drop(address)


async def queue() -> None:
    with server() as postgres:
        address = postgres.create()
        async with Queue(address) as offering:
            await offering.install()
            names = [str(number) for number in range(JOBS)]
            before = time.perf_counter()
            for start in range(0, JOBS, HOSTS):
                await offering.offer("host", names[start : start + HOSTS])
            print(f"offered: {JOBS / (time.perf_counter() - before):.0f} names/s")
            left, done = JOBS, asyncio.Event()

            async def nothing(_: str) -> None:
                nonlocal left
                left -= 1
                if not left:
                    done.set()

            async with Queue(address) as working:
                before = time.perf_counter()
                task = asyncio.create_task(working.work({"host": nothing}, 64))
                await done.wait()
                print(f"done by one worker: {JOBS / (time.perf_counter() - before):.0f} names/s")
                working.stop()
                await task


async def throughput(publishers: int, seconds: float) -> None:
    print(f"{publishers} hosts that answer in 50 ms; {len(os.sched_getaffinity(0))} cores, for all of it")
    print("workers   polls/s  CPU ms a poll   articles/s  CPU ms an article   waiting for the writing lock")
    with server() as postgres:
        for workers in (0, 1, 2, 4):
            with tempfile.TemporaryDirectory() as name:
                address = postgres.create() if workers else f"sqlite:///{name}/tocsin.db"
                upgrade(address, datetime.now(UTC))
                async with opened(Path(name), address, publishers) as cluster:
                    roles = ["scheduler", "deliverer", *["worker"] * workers] if workers else ["all"]
                    for role in roles:
                        await cluster.start(role)
                    await until(cluster, "first polls", lambda: cluster.ask(POLLED) == publishers, 120)
                    meter = Meter(cluster, postgres, f"{workers or 'embedded'}")
                    await measure(cluster, meter, seconds)


@dataclass
class Meter:
    """What the processes spend. Of PostgreSQL, what its clients here ask of it."""

    cluster: Cluster
    postgres: Postgres
    name: str

    def spent(self) -> tuple[float, float]:
        """Give the seconds of CPU that Tocsin and PostgreSQL have used."""
        ours, theirs = {process.pid for process in self.cluster.processes}, self.postgres.pid
        used = [0, 0]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                pid, rest = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
                parent, session, ticks = int(rest[1]), int(rest[3]), sum(map(int, rest[11:15]))
                if session in ours or theirs in (pid, parent):
                    used[session not in ours] += ticks
        return used[0] / TICKS, used[1] / TICKS

    async def over(self, work: Awaitable[int]) -> str:
        """Do work that tells how much it did; say how fast that was, and what one cost."""
        began, before = time.perf_counter(), self.spent()
        done = max(await work, 1)
        took = time.perf_counter() - began
        ours, theirs = ((now - then) / done * 1e3 for now, then in zip(self.spent(), before, strict=True))
        return f"{done / took:8.1f}  {ours:6.1f} + {theirs:4.1f}"


async def measure(cluster: Cluster, meter: Meter, seconds: float) -> None:
    held: list[int] = []

    async def poll() -> int:
        began, end = cluster.ask(POLLS), time.perf_counter() + seconds
        while time.perf_counter() < end:
            await asyncio.sleep(0.5)
            held.append(cluster.ask(WAITS) if meter.name != "embedded" else 0)
        return cluster.ask(POLLS) - began

    async def read() -> int:
        began, wanted = cluster.ask(READ), ARTICLES * len(cluster.press)
        for number, publisher in enumerate(cluster.press):
            publisher.titles += [headline(100 * number + n) for n in range(ARTICLES)]
        await until(cluster, "all articles", lambda: cluster.ask(READ) >= began + wanted, 180)
        return wanted

    polls, articles = await meter.over(poll()), await meter.over(read())
    print(f"{meter.name:<8} {polls}   {articles}   {statistics.mean(held):.2f} on average", flush=True)


def headline(seed: int) -> str:
    """Make a headline of words that no other has; one in twenty is what the rule asks for."""
    dice = random.Random(seed)
    return " ".join(["notice" if seed % 20 else "sighting", *(f"w{dice.randrange(10**6)}" for _ in range(8))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["growth", "queue", "throughput"])
    parser.add_argument("--sources", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--publishers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    if options.what == "growth":
        growth(options.sources)
    elif options.what == "queue":
        asyncio.run(queue())
    else:
        asyncio.run(throughput(options.publishers, options.seconds))


if __name__ == "__main__":
    main()
