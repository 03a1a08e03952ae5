"""Many processes on one PostgreSQL: whoever dies or sleeps, each alert rings once and no host is hurried."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from servers.http import HttpServer
from servers.postgres import Server
from servers.press import Publisher
from servers.webhook import Webhook
from sqlalchemy import create_engine, text

PUBLISHERS = 6
SOURCE = """
[[sources]]
name = "Publisher {number}"
url = "{base}/feed"
every = "1s"
allow_private = true
"""
CONFIG = """
[daemon]
database = "{database}"
state_directory = "state"
[web]
enabled = false
[[rules]]
name = "sightings"
any = ["sighting"]
[[channels]]
name = "desk"
url = "json://{desk}/hook"
follow_ups = "none"
"""


@dataclass
class Cluster:
    """The processes, and the world around them."""

    folder: Path
    database: str
    desk: Webhook
    press: list[Publisher]
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self, role: str) -> asyncio.subprocess.Process:
        with (self.folder / f"{role}{len(self.processes)}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "daemon", "run", "--role", role),
                cwd=self.folder,
                env={**os.environ, "TOCSIN_CONFIG": "config.toml"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def publish(self, what: str) -> None:
        for publisher in self.press:
            publisher.titles.append(f"sighting {what} of publisher {publisher.number}")

    def told(self) -> Counter[str]:
        return Counter(request.json()["title"] for request in self.desk.requests)

    def everything_told(self) -> bool:
        told = " ".join(self.told())
        return all(title in told for publisher in self.press for title in publisher.titles[1:])

    def ask(self, statement: str) -> int:
        engine = create_engine(self.database)
        try:
            with engine.connect() as conn:
                return conn.scalar(text(statement)) or 0
        finally:
            engine.dispose()

    def logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()}" for path in self.folder.glob("*.log"))


async def until(cluster: Cluster, what: str, true: Callable[[], bool], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110  other processes have no event to wait for
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}\n{cluster.logs()[-6000:]}") from None


@pytest.fixture
async def cluster(tmp_path: Path, postgres: Server, postgres_template: str) -> AsyncIterator[Cluster]:
    database = postgres.create(postgres_template)
    press = [await Publisher(number, [f"backlog {number}"]).open() for number in range(1, PUBLISHERS + 1)]
    desk = Webhook()
    async with HttpServer(desk) as server:
        sources = "".join(SOURCE.format(number=one.number, base=one.base) for one in press)
        (tmp_path / "config.toml").write_text(CONFIG.format(database=database, desk=server.address) + sources)
        opened = Cluster(tmp_path, database, desk, press)
        yield opened
        for process in opened.processes:
            for number in (signal.SIGCONT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            await process.wait()
    for publisher in press:
        await publisher.close()
    postgres.drop(database)


async def test_deaths_and_sleep_lose_nothing_and_repeat_nothing(cluster: Cluster) -> None:
    first = await cluster.start("scheduler")
    await cluster.start("scheduler")
    workers = [await cluster.start("worker") for _ in range(3)]
    await cluster.start("deliverer")
    polled = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
    await until(cluster, "the backlog", lambda: cluster.ask(polled) == PUBLISHERS, 90)

    cluster.publish("one")
    await until(cluster, "the first alerts", cluster.everything_told, 60)

    workers[0].kill()
    os.killpg(workers[1].pid, signal.SIGSTOP)
    first.kill()
    cluster.publish("two")
    await until(cluster, "alerts though one is dead and one asleep", cluster.everything_told, 60)

    os.killpg(workers[1].pid, signal.SIGCONT)
    cluster.publish("three")
    await until(cluster, "alerts with the sleeper awake", cluster.everything_told, 60)

    alerts = cluster.ask("SELECT count(*) FROM alerts")
    assert alerts == 3 * PUBLISHERS
    assert sum(cluster.told().values()) == alerts, cluster.told()
    assert [one.overlaps for one in cluster.press] == [0] * PUBLISHERS
    await _stop(cluster, [workers[1], workers[2], *cluster.processes[1:2], cluster.processes[-1]])


async def _stop(cluster: Cluster, processes: list[asyncio.subprocess.Process]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        assert [await process.wait() for process in processes] == [0] * len(processes), cluster.logs()[-4000:]
    assert "Traceback" not in cluster.logs()
