"""What many processes on one PostgreSQL do, and what they survive.

    bench/cluster.py growth       a scheduler's tick and a claim, from 1,000 to 100,000 sources
    bench/cluster.py queue        pgqueuer alone: jobs that do nothing
    bench/cluster.py throughput   polls and articles a second, embedded and with 1, 2, 4 workers
    bench/cluster.py outages      deaths, sleep, a database that restarts, a worker cut off; takes minutes

A server of its own is started for it, with fsync on. It asks for tocsin[postgres], and for root where a
worker is cut off.
"""

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.cluster import Cluster, opened, until
from servers.http import Fault, Response
from servers.postgres import Postgres, programs
from sqlalchemy import Connection, text

from daemon.jobs.shares import HOSTS, PIECES
from daemon.runtime.queue import Queue
from daemon.store import Store, claims, entries, leases, rechecks, sources
from daemon.store.upkeep import upgrade

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
JOBS = 5000
NETWORK = "10.199.77"
SPACE = "tocsin-bench"
POLLED = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
WAITING = "SELECT count(*) FROM entries WHERE next_read_at IS NOT NULL"
POLLS = "SELECT count(*) FROM polls"


@contextmanager
def server(network: str = "") -> Iterator[Postgres]:
    found = programs()
    if found is None:
        sys.exit("PostgreSQL's server is not installed: apt install postgresql")
    with tempfile.TemporaryDirectory(prefix="tocsin-postgres-") as folder:
        made = Postgres(found, Path(folder), durable=True, network=network)
        made.resume()
        try:
            yield made
        finally:
            made.halt("fast")


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
    for room in (sources, entries, rechecks):
        room.due_hosts(conn, NOW, HOSTS)
    claims.due_channels(conn, NOW)


def claim(conn: Connection, host: str) -> None:
    """Do what a worker does that was given a host, before it calls there."""
    leases.expire_of_host(conn, host, NOW)
    sources.claim_due(conn, NOW, limit=PIECES, lease=LEASE, host=host)
    entries.claim_unread(conn, NOW, limit=PIECES, lease=LEASE, host=host)
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
    print(f"{publishers} hosts that answer in 50 ms; {os.cpu_count()} cores, all of it on this machine")
    print("workers    polls/s   articles/s   commits/s waited for the writing lock")
    with server() as postgres:
        for workers in (0, 1, 2, 4):
            with tempfile.TemporaryDirectory() as name:
                address = postgres.create() if workers else f"sqlite:///{name}/tocsin.db"
                upgrade(address, datetime.now(UTC))
                async with opened(Path(name), address, publishers) as cluster:
                    roles = ["scheduler", "deliverer", *["worker"] * workers] if workers else ["all"]
                    for role in roles:
                        await cluster.start(role)
                    await measure(cluster, workers, publishers, seconds)


async def measure(cluster: Cluster, workers: int, publishers: int, seconds: float) -> None:
    await until(cluster, "first polls", lambda: cluster.ask(POLLED) == publishers, 120)
    began, before = cluster.ask(POLLS), time.perf_counter()
    await asyncio.sleep(seconds)
    polls = (cluster.ask(POLLS) - began) / (time.perf_counter() - before)
    held = [cluster.ask(WAITS) if workers else 0 for _ in range(20)]
    for number in range(5):
        cluster.publish(f"number {number}")
    count = 5 * publishers
    listed = f"SELECT count(*) >= {count} FROM articles"
    before = time.perf_counter()
    await until(cluster, "all articles", lambda: bool(cluster.ask(listed)), 180)
    articles = count / (time.perf_counter() - before)
    waited = f"{statistics.mean(held):.2f} processes wait on average" if workers else ""
    print(f"{workers or 'embedded':<8} {polls:9.1f}   {articles:10.1f}   {waited}", flush=True)


WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory'"


@contextmanager
def namespace() -> Iterator[None]:
    """Make a network namespace joined to ours by a pair of interfaces, ours with the press's addresses."""
    inside = ("ip", "-n", SPACE)
    commands = [
        ("ip", "netns", "add", SPACE),
        ("ip", "link", "add", "tocsin0", "type", "veth", "peer", "name", "tocsin1", "netns", SPACE),
        *[("ip", "addr", "add", f"{NETWORK}.{number}/24", "dev", "tocsin0") for number in range(1, 10)],
        ("ip", "link", "set", "tocsin0", "up"),
        (*inside, "addr", "add", f"{NETWORK}.100/24", "dev", "tocsin1"),
        (*inside, "link", "set", "tocsin1", "up"),
        (*inside, "link", "set", "lo", "up"),
    ]
    try:
        for command in commands:
            subprocess.run(command, check=True)
        yield
    finally:
        subprocess.run(("ip", "netns", "del", SPACE), check=False)


def cut(state: str) -> None:
    subprocess.run(("ip", "-n", SPACE, "link", "set", "tocsin1", state), check=True)


async def outages(publishers: int) -> None:
    if os.geteuid() != 0:
        sys.exit("cutting a worker off takes root, for a network namespace")
    with namespace(), server(NETWORK) as postgres, tempfile.TemporaryDirectory() as name:
        address = postgres.create().replace("127.0.0.1", f"{NETWORK}.1")
        upgrade(address, datetime.now(UTC))
        async with opened(Path(name), address, publishers, NETWORK) as cluster:
            await suffer(cluster, postgres)


async def suffer(cluster: Cluster, postgres: Postgres) -> None:
    leaders = [await cluster.start("scheduler") for _ in range(2)]
    workers = [await cluster.start("worker") for _ in range(2)]
    exiled = await cluster.start("worker", ("ip", "netns", "exec", SPACE))
    deliverer = await cluster.start("deliverer")
    await until(cluster, "the backlog", lambda: cluster.ask(POLLED) == len(cluster.press), 90)
    before = connections(cluster)

    async def told(what: str) -> None:
        cluster.way.faults.extend([Fault.RESET_UNHEARD, None, None, Response(503), None])
        cluster.publish(what)
        began = time.monotonic()
        await until(cluster, what, cluster.everything_told, 180)
        print(f"{what}: all told within {time.monotonic() - began:.0f} s", flush=True)

    await told("in peace")
    workers[0].kill()
    await repaired(cluster, "a worker killed")
    workers[0] = await cluster.start("worker")

    os.killpg(leaders[0].pid, signal.SIGSTOP)
    await repaired(cluster, "the leader stopped")
    await told("leader stopped")
    os.killpg(leaders[0].pid, signal.SIGCONT)

    postgres.halt()
    await asyncio.sleep(3)
    postgres.resume()
    await repaired(cluster, "PostgreSQL crashed and restarted after 3 s")
    await told("database restarted")

    cut("down")
    await repaired(cluster, "a worker cut off")
    await told("worker cut off")
    await asyncio.sleep(20)
    cut("up")
    exiles = sum(one.callers[f"{NETWORK}.100"] for one in cluster.press)
    await told("worker healed")

    def back() -> bool:
        return sum(one.callers[f"{NETWORK}.100"] for one in cluster.press) > exiles

    await until(cluster, "the exile works again", back, 60)
    alerts = cluster.ask("SELECT count(*) FROM alerts")
    messages = sum(cluster.told().values())
    expected = sum(len(one.titles) - 1 for one in cluster.press)
    print(f"{expected} articles that ring, {alerts} alerts, {messages} messages")
    print(f"lost {expected - len(cluster.told())}, repeated {messages - len(cluster.told())}")
    print(f"overlaps at a host: {sum(one.overlaps for one in cluster.press)}")
    print(f"connections: {before} before, {connections(cluster)} after")
    await cluster.stop([*leaders, *workers, exiled, deliverer])


def connections(cluster: Cluster) -> int:
    return cluster.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tocsin%'")


async def repaired(cluster: Cluster, what: str) -> None:
    """Print how long it takes until each host has been called on again."""
    began = time.monotonic()
    await until(cluster, what, lambda: all(one.last_visit > began for one in cluster.press), 120)
    print(f"{what}: every host called on again within {time.monotonic() - began:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["growth", "queue", "throughput", "outages"])
    parser.add_argument("--sources", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--publishers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    if options.what == "growth":
        growth(options.sources)
    elif options.what == "queue":
        asyncio.run(queue())
    elif options.what == "throughput":
        asyncio.run(throughput(options.publishers, options.seconds))
    else:
        asyncio.run(outages(min(options.publishers, 6)))


if __name__ == "__main__":
    main()
