"""Tocsin's processes on one PostgreSQL, and the world around them."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from daemon.model import Rule
from servers.http import HttpServer
from servers.mail import MailServer
from servers.press import Publisher
from servers.webhook import Webhook
from servers.wordforms import forms_of, share_forms

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
MAIL = """
[[channels]]
name = "mail"
url = "mailto://127.0.0.1:{port}/?from=tocsin@example.org&to=desk@example.org&mode=insecure"
follow_ups = "none"
"""


@dataclass
class Cluster:
    """The processes, and the world around them."""

    folder: Path
    database: str
    desk: Webhook
    way: HttpServer
    press: list[Publisher]
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self, role: str, within: Sequence[str] = ()) -> asyncio.subprocess.Process:
        """Start a process, by way of the command `within`."""
        with (self.folder / f"{role}{len(self.processes)}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(*within, sys.executable, "-m", "daemon", "run", "--role", role),
                cwd=self.folder,
                env={**os.environ, "TOCSIN_CONFIG": "config.toml"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    async def command(self, *words: str) -> str:
        """Do what an operator does; give what it says."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "daemon", *words),
            cwd=self.folder,
            env={**os.environ, "TOCSIN_CONFIG": "config.toml"},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, words
        return said.decode()

    async def move(self, database: str) -> None:
        """Copy the store to another database as an operator does, and name that in the configuration."""
        await self.command("db", "copy", "--to", database)
        config = self.folder / "config.toml"
        config.write_text(config.read_text().replace(self.database, database))
        self.database = database

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

    async def stop(self, processes: Sequence[asyncio.subprocess.Process]) -> None:
        """End processes as their keeper does; each ends well, and none has said anything unforeseen."""
        for process in processes:
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            ended = [await process.wait() for process in processes]
        assert ended == [0] * len(processes), self.logs()[-4000:]
        assert "Traceback" not in self.logs(), self.logs()[self.logs().index("Traceback") :][:4000]

    def logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()}" for path in self.folder.glob("*.log"))


async def until(cluster: Cluster, what: str, true: Callable[[], bool], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110  other processes have no event to wait for
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}\n{cluster.logs()[-6000:]}") from None


@asynccontextmanager
async def opened(
    folder: Path, database: str, publishers: int, network: str = "", mail: MailServer | None = None
) -> AsyncIterator[Cluster]:
    """Open a world with a press of so many publishers; whatever runs in it is killed at the end."""
    press = [
        await Publisher(number, [f"backlog {number}"]).open(network) for number in range(1, publishers + 1)
    ]
    desk = Webhook()
    async with HttpServer(desk) as server:
        sources = "".join(SOURCE.format(number=one.number, base=one.base) for one in press)
        forms_of(
            Rule("sightings", any=("sighting",))
        )  # before anything is timed: dictionaries take long to read
        share_forms(folder / "state")
        config = CONFIG.format(database=database, desk=server.address) + sources
        (folder / "config.toml").write_text(config + (MAIL.format(port=mail.port) if mail else ""))
        cluster = Cluster(folder, database, desk, server, press)
        try:
            yield cluster
        finally:
            for process in cluster.processes:
                for number in (signal.SIGCONT, signal.SIGKILL):
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, number)
                await process.wait()
    for publisher in press:
        await publisher.close()
