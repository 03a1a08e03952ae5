"""What many processes on one PostgreSQL survive, while their receivers have faults: `bench/outages.py`.

Workers and schedulers killed and stopped for a minute, PostgreSQL crashed and restarted, a worker cut off and
healed; a webhook and a mail server that fail every fifth time. What the mail server refuses for good is given
up, and sent again at the end as an operator does. It takes six minutes. A server of its own is
started for it, with fsync on. It asks for tocsin[postgres], and for root, to cut a worker off.

Goals: no alert lost; under 2 % repeated, and none whose receiver's answer was not lost; no two callers at one
host; every host called on again within 35 s of a death; no connection leaked.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.cluster import Cluster, opened, until
from servers.http import Fault, Response
from servers.mail import MailFault, MailServer
from servers.postgres import Postgres

from bench.cluster import POLLED, server
from daemon.store.upkeep import upgrade

PUBLISHERS = 6
NEWS = 3  # each publisher's, at each turn of events
MINUTE = 60
NETWORK = "10.199.77"
SPACE = "tocsin-bench"
LOST_REPLIES = (Fault.RESET_HEARD, Fault.DRIP, MailFault.DROP_HEARD)
HOOK = [Response(429, headers={"Retry-After": "1"}), Response(500), Response(503), Fault.RESET_UNHEARD] * 5
HOOK += [Fault.RESET_HEARD, Fault.DRIP]
MAIL = [MailFault.TRY_LATER, MailFault.DATA_TRY_LATER, MailFault.DROP_UNHEARD] * 6
MAIL += [MailFault.NO_SUCH_USER] * 3 + [MailFault.DROP_HEARD]
WAITING = "SELECT count(*) FROM deliveries WHERE next_attempt_at IS NOT NULL OR lease_until IS NOT NULL"
DEAD = "SELECT count(*) FROM deliveries WHERE state = 'dead'"


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


class Faults(deque[Any]):
    """What befalls every fifth of a server's requests; `heard` counts those that took, and lost the reply."""

    def __init__(self, kinds: list[Any]) -> None:
        self._dice, self._kinds, self.heard = random.Random(7), kinds, 0
        super().__init__([None])

    def popleft(self) -> Any:
        now = super().popleft()
        self.append(self._dice.choice(self._kinds) if self._dice.random() < 0.2 else None)
        self.heard += any(now is each for each in LOST_REPLIES)
        return now


@dataclass
class Ordeal:
    """The processes, what befalls them, and what was published meanwhile."""

    cluster: Cluster
    postgres: Postgres
    mail: MailServer
    titles: list[str] = field(default_factory=list)

    def publish(self, what: str) -> None:
        for publisher in self.cluster.press:
            news = [f"sighting {what} {n} of publisher {publisher.number}" for n in range(NEWS)]
            publisher.titles += news
            self.titles += news

    def arrived(self) -> list[list[int]]:
        """Count each title's messages, at each receiver."""
        heard = [request.json()["title"] for request in self.cluster.desk.requests]
        mails = [mail["subject"] for mail in self.mail.mails]
        return [
            [sum(each.endswith(title) for each in got) for title in self.titles] for got in (heard, mails)
        ]

    async def told(self, what: str) -> None:
        """Publish, and wait until every receiver has heard of all but what was given up."""
        self.publish(what)
        began = time.monotonic()
        await until(self.cluster, what, lambda: self.unheard() <= self.cluster.ask(DEAD), 300)
        print(f"  {what}: all told within {time.monotonic() - began:.0f} s", flush=True)

    def unheard(self) -> int:
        return sum(counts.count(0) for counts in self.arrived())

    async def retried(self) -> int:
        """Send again what was given up until all is told, as an operator does; give how much was given up."""
        given_up = 0
        while dead := self.cluster.ask(DEAD):
            given_up += dead
            await self.cluster.command("deliveries", "retry", "--dead")
            await until(self.cluster, "the outbox", lambda: not self.cluster.ask(WAITING), 300)
        return given_up

    async def repaired(self, what: str) -> None:
        """Publish, and print how long it takes until each host has been called on again."""
        self.publish(what)
        began, press = time.monotonic(), self.cluster.press
        await until(self.cluster, what, lambda: all(one.last_visit > began for one in press), 120)
        print(f"{what}: every host called on again within {time.monotonic() - began:.0f} s", flush=True)

    async def asleep(self, process: asyncio.subprocess.Process, what: str) -> None:
        os.killpg(process.pid, signal.SIGSTOP)
        woken = time.monotonic() + MINUTE
        await self.repaired(f"{what} stopped for a minute")
        await asyncio.sleep(max(0, woken - time.monotonic()))
        os.killpg(process.pid, signal.SIGCONT)
        await self.told(f"{what} awake again")

    def connections(self) -> int:
        return self.cluster.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tocsin%'")

    def report(self, before: int, given_up: int) -> None:
        alerts = self.cluster.ask("SELECT count(*) FROM alerts")
        refused = f"{given_up} mails given up when they were refused, and sent again by hand"
        print(f"{len(self.titles)} articles that ring, {alerts} alerts, {refused}")
        for name, counts, faults in zip(
            ("webhook", "mail"), self.arrived(), (self.cluster.way.faults, self.mail.faults), strict=True
        ):
            repeats = sum(counts) - sum(map(bool, counts))
            print(
                f"{name}: {sum(counts)} messages, {counts.count(0)} lost, {repeats} repeated "
                f"({repeats / len(counts):.1%}), {getattr(faults, 'heard', 0)} replies lost"
            )
        print(f"overlaps at a host: {sum(one.overlaps for one in self.cluster.press)}")
        print(f"connections: {before} before, {self.connections()} after")


async def suffer(ordeal: Ordeal) -> None:
    cluster = ordeal.cluster
    leaders = [await cluster.start("scheduler") for _ in range(3)]
    workers = [await cluster.start("worker") for _ in range(2)]
    exiled = await cluster.start("worker", ("ip", "netns", "exec", SPACE))
    deliverers = [await cluster.start("deliverer") for _ in range(2)]
    await until(cluster, "the backlog", lambda: cluster.ask(POLLED) == len(cluster.press), 90)
    await ordeal.told("in peace")
    before = ordeal.connections()

    workers[0].kill()
    await ordeal.repaired("a worker killed")
    workers[0] = await cluster.start("worker")
    await ordeal.asleep(workers[1], "a worker")
    await ordeal.asleep(leaders[0], "the leader")
    leaders[0].kill()
    leaders[1].kill()
    await ordeal.repaired("two of three schedulers killed")
    leaders[:2] = [await cluster.start("scheduler") for _ in range(2)]
    ordeal.publish("at a deliverers death")
    deliverers[0].kill()
    await ordeal.told("a deliverer killed")

    ordeal.postgres.halt()
    await asyncio.sleep(3)
    ordeal.postgres.resume()
    await ordeal.repaired("PostgreSQL crashed and restarted after 3 s")
    ordeal.postgres.halt("fast")
    ordeal.postgres.resume()
    await ordeal.repaired("PostgreSQL restarted")
    deliverers[0] = await cluster.start("deliverer")
    await ordeal.told("database restarted")

    cut("down")
    await ordeal.repaired("a worker cut off")
    await asyncio.sleep(20)
    cut("up")
    exiles = visits(cluster)
    await until(cluster, "the exile works again", lambda: visits(cluster) > exiles, 60)
    await ordeal.told("worker healed")
    ordeal.report(before, await ordeal.retried())
    await cluster.stop([*leaders, *workers, exiled, *deliverers])


def visits(cluster: Cluster) -> int:
    """Count the visits of the worker that was cut off."""
    return sum(one.callers[f"{NETWORK}.100"] for one in cluster.press)


async def main() -> None:
    if os.geteuid() != 0:
        sys.exit("cutting a worker off takes root, for a network namespace")
    with namespace(), server(NETWORK) as postgres, tempfile.TemporaryDirectory() as name:
        address = postgres.create().replace("127.0.0.1", f"{NETWORK}.1")
        upgrade(address, datetime.now(UTC))
        async with MailServer() as mail, opened(Path(name), address, PUBLISHERS, NETWORK, mail) as cluster:
            cluster.way.faults, mail.faults = Faults(HOOK), Faults(MAIL)
            await suffer(Ordeal(cluster, postgres, mail))


if __name__ == "__main__":
    asyncio.run(main())
