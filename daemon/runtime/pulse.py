"""What a running daemon notes of itself every few seconds, for `tocsin status` to read."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any, ClassVar, Self

from sqlalchemy import Connection

from daemon.config import Config
from daemon.runtime.guard import Guard
from daemon.runtime.roles import Post
from daemon.store import Store, facts

EVERY = timedelta(seconds=5)
MOURNING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Who runs since when, on which configuration, and why a newer one was refused ("" if none was).

    The last pulse of one that ended is not `running`; one that is `starting` does no work yet. `channels`
    are those that it sends to. `node` is the process's name among many on a shared database, "" for one
    that is alone; `leads` whether it is the scheduler of them all. `before`, while one is starting, is when
    any was last at work. `program` is the release that it runs, "" for one that did not say so yet.
    """

    KEY: ClassVar = "pulse"

    pid: int
    started: datetime
    config: str
    running: bool = True
    refused: str = ""
    channels: tuple[str, ...] = ()
    in_flight: Mapping[str, int] = field(default_factory=dict)
    node: str = ""
    role: str = "all"
    leads: bool = True
    starting: bool = False
    before: str = ""
    program: str = ""

    @property
    def key(self) -> str:
        """The key of the fact that it is kept as."""
        return f"{self.KEY} {self.node}" if self.node else self.KEY

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "started": self.started.isoformat()}

    @classmethod
    def of(cls, config: Config, post: Post, started: datetime) -> Self:
        """Take the pulse of this process, which runs on `config`."""
        channels = tuple(channel.name for channel in config.channels if channel.enabled)
        me = cls(os.getpid(), started, config.digest, channels=channels, program=version("tocsin"))
        return replace(me, node=post.node, role=post.role)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a pulse, one of another release too: what it lacks is taken as unknown, the rest left."""
        known = {item.name: value[item.name] for item in fields(cls) if item.name in value}
        return cls(**{**known, "started": datetime.fromisoformat(value["started"])})


def bury(conn: Connection, now: datetime) -> int:
    """Forget the pulses of processes that are gone for a day; give how many."""
    gone = [key for key, fact in facts.beginning(conn, f"{Pulse.KEY} ").items() if fact.at < now - MOURNING]
    for key in gone:
        facts.forget(conn, key)
    return len(gone)


def last_pulse(conn: Connection) -> datetime | None:
    """Tell when a daemon last worked on this database; None when none ever did."""
    worked = (_worked_at(fact.at, fact.value) for fact in facts.beginning(conn, Pulse.KEY).values())
    return max((moment for moment in worked if moment), default=None)


def _worked_at(noted: datetime, value: Mapping[str, Any]) -> datetime | None:
    if not value.get("starting"):
        return noted
    return datetime.fromisoformat(value["before"]) if value.get("before") else None


async def note(store: Store, pulse: Pulse, now: datetime) -> None:
    """Write a pulse down in the place of the one before."""
    await store.write_own(lambda conn: facts.put(conn, pulse.key, pulse.to_json(), now))


@asynccontextmanager
async def announced(store: Store, pulse: Pulse, now: Callable[[], datetime]) -> AsyncIterator[None]:
    """Let all see that a process is starting for as long as it is at it."""
    guard = Guard()
    last = await store.read(last_pulse)  # a container's process has the name of the one before it
    begun = replace(pulse, starting=True, leads=False, before=last.isoformat() if last else "")

    async def beat() -> None:
        while True:
            await guard.do("pulse", lambda: note(store, begun, now()))
            await asyncio.sleep(EVERY.total_seconds())

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.wait([beating])


@asynccontextmanager
async def signed_off(store: Store, pulse: Pulse, now: Callable[[], datetime]) -> AsyncIterator[None]:
    """Let all see at the end that a process ended, however it came to that, if it has not said so itself."""
    try:
        yield
    finally:
        await Guard().do("pulse", lambda: store.write_own(lambda conn: _sign_off(conn, pulse.key, now())))


def _sign_off(conn: Connection, key: str, now: datetime) -> None:
    noted = facts.get(conn, key)
    if noted and noted.value.get("running", True):
        facts.put(conn, key, {**noted.value, "running": False}, now)
