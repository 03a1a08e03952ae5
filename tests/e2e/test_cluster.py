"""Many processes on one PostgreSQL: whoever dies or sleeps, each alert rings once and no host is hurried."""

import fcntl
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from servers.cluster import Cluster, opened, until
from servers.http import Fault, Response
from servers.postgres import Postgres, running

from daemon.store.upkeep import upgrade

PUBLISHERS = 6


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of this test's own, since it is going to crash."""
    with running() as made:
        if made is None:
            pytest.skip("PostgreSQL's server is not installed: apt install postgresql")
        yield made


@pytest.fixture
async def cluster(tmp_path: Path, server: Postgres) -> AsyncIterator[Cluster]:
    database = server.create()
    upgrade(database, datetime.now(UTC))
    async with opened(tmp_path, database, PUBLISHERS) as made:
        yield made


async def test_deaths_sleep_and_a_crash_lose_nothing_and_repeat_nothing(
    cluster: Cluster, server: Postgres
) -> None:
    first = await cluster.start("scheduler")
    second = await cluster.start("scheduler")
    workers = [await cluster.start("worker") for _ in range(3)]
    deliverer = await cluster.start("deliverer")
    polled = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
    await until(cluster, "the backlog", lambda: cluster.ask(polled) == PUBLISHERS, 90)

    cluster.way.faults.extend([Fault.RESET_UNHEARD, None, Response(503)])
    cluster.publish("one")
    await until(cluster, "the first alerts", cluster.everything_told, 60)

    workers[0].kill()
    os.killpg(workers[1].pid, signal.SIGSTOP)
    first.kill()
    server.halt()
    cluster.publish("two")
    server.resume()
    await until(cluster, "alerts though one is dead and one asleep", cluster.everything_told, 60)

    os.killpg(workers[1].pid, signal.SIGCONT)
    cluster.publish("three")
    await until(cluster, "alerts with the sleeper awake", cluster.everything_told, 60)

    alerts = cluster.ask("SELECT count(*) FROM alerts")
    assert alerts == 3 * PUBLISHERS
    assert sum(cluster.told().values()) == alerts, cluster.told()
    assert [one.overlaps for one in cluster.press] == [0] * PUBLISHERS
    await cluster.stop([second, workers[1], workers[2], deliverer])


async def test_a_process_that_is_ended_while_it_starts_is_on_the_roll_as_stopped(cluster: Cluster) -> None:
    config = cluster.folder / "config.toml"
    config.write_text(
        config.read_text() + '[[rules]]\nname = "new"\nany = ["wharfinger"]\n'
    )  # a word to look up

    async def roll() -> list[tuple[str, str]]:
        shown = json.loads(await cluster.command("status", "--cluster", "-o", "json"))
        return [(each["state"], each["program"]) for each in shown]

    with (cluster.folder / "state" / "word-forms.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # so that it waits for its turn with the dictionaries
        worker = await cluster.start("worker")
        pulse = "SELECT count(*) FROM facts WHERE key LIKE 'pulse %'"
        await until(cluster, "a pulse", lambda: cluster.ask(pulse) == 1, 60)
        assert await roll() == [("starting", version("tocsin"))]
        await until(cluster, "a line", lambda: "looking up word forms" in cluster.logs(), 60)
        await cluster.stop([worker])
    assert await roll() == [("stopped", version("tocsin"))]
    assert "stopped before it was ready" in cluster.logs()
