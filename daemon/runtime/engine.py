"""What sets the jobs going: one engine for a process alone on its database, one for many processes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from daemon import jobs
from daemon.jobs import Context
from daemon.runtime.guard import Guard
from daemon.runtime.lanes import Lane

Tick = Callable[[], Awaitable[object]]
DELIVERIES_AT_ONCE = 32
RECHECKS_AT_ONCE = 4


class Engine(Protocol):
    """Sets jobs going at each of its ticks, which the service's timers call twice a second."""

    @property
    def leads(self) -> bool:
        """Whether what is done once, not once in every process, is this one's to do."""
        ...

    @property
    def ticks(self) -> Mapping[str, Tick]:
        """What to call, by name."""
        ...

    @property
    def beats(self) -> tuple[int, ...]:
        """Counts that grow with each tick that came through, for the watchdog."""
        ...

    @property
    def in_flight(self) -> Mapping[str, int]:
        """How many pieces of each kind of work are under way."""
        ...

    async def work(self) -> None:
        """Do what needs no tick, until `drain`."""
        ...

    async def outlast(self) -> None:
        """Wait until all that is in flight now has landed."""
        ...

    async def drain(self, limit: float) -> int:
        """Begin nothing more, wait `limit` seconds at most, then cancel; tell how many were cancelled."""
        ...


class Embedded:
    """Claims and does all work itself, a lane for each kind of it."""

    leads = True

    def __init__(self, current: Callable[[], Context]) -> None:
        """`current` gives the context as it is now."""
        self._current = current
        polling = current().config.polling.concurrency
        self._hurry: asyncio.Task[None] | None = None
        self._guard = Guard()
        self._deliver: Lane[Any] = Lane("deliver", jobs.claim_deliveries, jobs.deliver, DELIVERIES_AT_ONCE)
        self.lanes: tuple[Lane[Any], ...] = (
            Lane("poll", jobs.claim_sources, jobs.poll, polling),
            Lane("read", jobs.claim_entries, jobs.read, polling, landed=self._hasten),
            Lane("recheck", jobs.claim_rechecks, jobs.recheck, RECHECKS_AT_ONCE),
            Lane("replay", jobs.claim_replays, jobs.replay, 1),
            self._deliver,
        )

    @property
    def ticks(self) -> Mapping[str, Tick]:
        return {lane.name: self._ticking(lane) for lane in self.lanes}

    @property
    def beats(self) -> tuple[int, ...]:
        return tuple(lane.beat for lane in self.lanes)

    @property
    def in_flight(self) -> Mapping[str, int]:
        return {lane.name: lane.in_flight for lane in self.lanes}

    async def work(self) -> None:
        pass

    async def run_once(self) -> None:
        """Poll what is due, read and deliver what comes of it, and return when nothing is left to do.

        A source that falls due again meanwhile waits for the next time, or this one might never end.
        """
        context = self._current()
        began = context.now()
        contexts = {"poll": replace(context, now=lambda: began)}
        while sum([await _settled_tick(lane, contexts.get(lane.name, context)) for lane in self.lanes]):
            pass

    async def outlast(self) -> None:
        if self._hurry:
            await self._hurry
        await asyncio.gather(*(lane.outlast() for lane in self.lanes))

    async def drain(self, limit: float) -> int:
        cut_short = sum(await asyncio.gather(*(lane.drain(limit) for lane in self.lanes)))
        if self._hurry:
            await self._hurry
        return cut_short

    def _hasten(self) -> None:
        """Let what a reading rang be delivered at once, not at the next tick."""
        if self._hurry is None or self._hurry.done():
            self._hurry = asyncio.create_task(self._deliver_now())

    async def _deliver_now(self) -> None:
        await self._guard.do("delivery at once", lambda: self._deliver.tick(self._current()))

    def _ticking(self, lane: Lane[Any]) -> Tick:
        return lambda: lane.tick(self._current())


async def _settled_tick(lane: Lane[Any], context: Context) -> int:
    claimed = await lane.tick(context)
    await lane.settle()
    return claimed
