"""Killed at any moment and started again: every alert arrives, the books are true, nobody is left behind."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import trustme
from servers.http import HttpServer
from servers.mail import MailServer
from servers.slack import Slack
from servers.wordforms import share_forms

from daemon.runtime.demo.newsroom import Newsroom
from daemon.runtime.shipped import shipped

TOKEN = "k3wZ9sLr0vXq2bTnYd7mEfGh"
TOWNS = ("Skagholm", "Norrvik", "Vestermole", "Lindhamn", "Stenby", "Okernes")
OUTLETS = ("harbour-post", "northern-wire")
KILLS = 3

CONFIG = """\
[daemon]
state_directory = "state"
[[rules]]
name = "sightings"
any = ["sighting"]
[[channels]]
name = "slack"
url = "env:SLACK"
[[channels]]
name = "mail"
url = "env:MAIL"
"""

ARTICLE = """
[[articles]]
slug = "sighting-{town}"
title = "Sighting over {town}"
author = "Marta Lindqvist"
minutes_ago = {minutes}
published = 1
summary = "What was seen over {town}."
paragraphs = ["{text}"]
"""


def words(town: str) -> str:
    chance = random.Random(town)
    made = ["".join(chance.choices("aeioubdfgklmnprst", k=chance.randint(4, 9))) for _ in range(60)]
    return f"{town} saw it first: {' '.join(made)}."


def write_newsroom(folder: Path) -> None:
    for number, outlet in enumerate(OUTLETS):
        shutil.copytree(shipped("seeds") / "newsroom" / outlet, folder / outlet)
        with (folder / outlet / "outlet.toml").open("a", encoding="utf-8") as file:
            for minutes, town in enumerate(TOWNS[number :: len(OUTLETS)], start=1):
                file.write(ARTICLE.format(town=town, minutes=minutes, text=words(town)))


@dataclass
class World:
    """The daemon's surroundings, which live on when it dies."""

    folder: Path
    newsroom: Newsroom
    slack: Slack
    mail: MailServer
    environ: dict[str, str]
    groups: list[int] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "state" / "tocsin.db"

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "daemon", "--config", self.folder / "config.toml", *words),
            env=self.environ,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.groups.append(process.pid)
        return process

    def count(self, query: str) -> int:
        if not self.database.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as conn:
                return int(conn.execute(query).fetchone()[0])
        except sqlite3.OperationalError:  # not migrated yet
            return 0

    def mailed(self) -> Counter[str]:
        return Counter(str(mail["Subject"]) for mail in self.mail.mails)

    def settled(self) -> bool:
        told = sum(any(town in subject for subject in self.mailed()) for town in TOWNS)
        waiting = self.count("SELECT count(*) FROM deliveries WHERE state != 'sent'")
        unread = self.count("SELECT count(*) FROM entries WHERE fate = 'new'")
        return told == len(TOWNS) and not waiting and not unread


@pytest.fixture
async def world(tmp_path) -> AsyncIterator[World]:
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.slack.com", "127.0.0.1").configure_cert(tls)
    write_newsroom(tmp_path / "newsroom")
    slack = Slack()
    newsroom = Newsroom(tmp_path / "newsroom", datetime.now(UTC))
    async with HttpServer(slack, tls) as proxy, MailServer(tls) as mail:
        environ = {
            **os.environ,
            "SLACK": f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}",
            "MAIL": f"mailtos://127.0.0.1:{mail.port}/?mode=starttls&from=t@example.org&to=d@example.org",
            "HTTPS_PROXY": f"http://{proxy.address}",
            "REQUESTS_CA_BUNDLE": str(bundle),
            "SSL_CERT_FILE": str(bundle),
        }
        sources = "".join(
            f'[[sources]]\nname = "{source.name}"\nurl = "{source.url}"\nallow_private = true\nevery = "1s"\n'
            for source in newsroom.sources()
        )
        share_forms(tmp_path / "state")
        (tmp_path / "config.toml").write_text(CONFIG + sources)
        here = World(tmp_path, newsroom, slack, mail, environ)
        yield here
        for group in here.groups:
            _kill(group)
    newsroom.close()


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


async def until(what: str, true: Callable[[], bool], seconds: float = 90) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110  other processes have no event to wait for
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None


def _is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@asynccontextmanager
async def living(world: World) -> AsyncIterator[asyncio.subprocess.Process]:
    """A daemon that is stopped as systemd stops it, and ends well."""
    process = await world.start("run")
    own = f"SELECT count(*) FROM facts WHERE json_extract(value, '$.pid') = {process.pid}"
    await until("its pulse", lambda: world.count(own) > 0)
    yield process
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, log.decode()
    assert b"Traceback" not in log
    assert TOKEN.encode() not in log


async def test_killed_at_any_moment_it_loses_nothing(world):
    chance = random.Random(20261122)
    polled = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
    async with living(world):
        await until("the backlog", lambda: world.count(polled) == len(OUTLETS))
    world.newsroom.edition = 1
    for _ in range(KILLS):
        process = await world.start("run")
        before = len(world.mail.mails)
        wait = chance.uniform(0.0, 2.5)
        await until("some progress", lambda before=before: len(world.mail.mails) > before or world.settled())
        await asyncio.sleep(wait)
        process.kill()  # the process alone: its workers must notice
        await process.wait()
        await until("its workers are gone too", partial(_is_gone, process.pid), 20)

    async with living(world):
        await until("every alert", world.settled)
        second = await world.start("run")
        _, refusal = await asyncio.wait_for(second.communicate(), 60)
        assert second.returncode == 1
        assert b"another tocsin runs on" in refusal
        assert b"Traceback" not in refusal

    keys = Counter(str(mail["X-Tocsin-Alert"]) for mail in world.mail.mails)
    assert len(keys) == len(TOWNS), world.mailed()
    assert keys.total() <= len(TOWNS) + KILLS, "a repeat is rare: one in flight at each kill"
    for town in TOWNS:
        posts = [post for post in world.slack.posts if town in post.text]
        assert 1 <= len(posts) <= 1 + KILLS
    check = await world.start("db", "check")
    assert await check.wait() == 0
    entries = world.count("SELECT count(*) FROM entries")
    assert entries == world.count(
        "SELECT count(*) FROM entries WHERE fate IN ('backlog','no_rule','delivered')"
    )
    assert world.count("SELECT count(*) FROM entries WHERE fate = 'delivered'") == len(TOWNS)


async def test_killed_while_it_makes_its_database_it_makes_it_the_next_time(world):
    for wait in (0.3, 0.8):
        process = await world.start("run")
        await asyncio.sleep(wait)
        process.kill()
        await process.wait()
    async with living(world):
        pass
