"""One of many processes on a shared database: it leads, works on hosts, or delivers, as its role says.

The leader names who has work (`jobs.shares`) to the queue, and any process that works takes names from it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta

import psycopg
import structlog

from daemon.fetch import LONG_REST
from daemon.jobs import Context, claim_replays, rekey, replay, shares
from daemon.jobs.shares import Piece
from daemon.runtime.election import Election
from daemon.runtime.engine import DELIVERIES_AT_ONCE, Tick
from daemon.runtime.lanes import guarded
from daemon.runtime.queue import SILENCE, Handler, Queue
from daemon.runtime.roles import Role

REPLAYS_AT_ONCE = 20
TRIM_TICKS = 120
LOG_KEPT = timedelta(minutes=10)
AGAIN_SECONDS = 1.0
"""How long to wait before a server that was lost is tried again."""
KEPT = LONG_REST
"""Through how long a rest a host is kept, though it holds a place that others wait for. A longer one is in
the store, where whoever takes the host next finds it."""

log = structlog.get_logger()


class Crew:
    """This process's part in it, as an `Engine`. `leads` is how the last vote went."""

    def __init__(self, url: str, role: Role, current: Callable[[], Context]) -> None:
        """`current` gives the context as it is now."""
        self.leads = False
        self._ticks = 0
        self._role = role
        self._current = current
        self._queue = Queue(url)
        self._election = Election(url)
        self._flights: dict[asyncio.Task[object], str] = {}
        self._closed = asyncio.Event()
        self._ticked = time.monotonic()

    @property
    def ticks(self) -> Mapping[str, Tick]:
        return {"crew": self.tick}

    @property
    def beats(self) -> tuple[int, ...]:
        return (self._ticks,)

    @property
    def in_flight(self) -> Mapping[str, int]:
        return {"work": len(self._flights)}

    async def tick(self) -> None:
        """Stand for election, and, leading, name who has work. Who slept for long gives up what it was at."""
        self._look_at_the_clock()
        self._ticks += 1
        led = self.leads
        self.leads = self._role.leads and not self._closed.is_set() and await self._election.leads()
        if self.leads:
            if not led:
                await rekey(self._current())  # the newest, before anything is polled
                self._ticked = time.monotonic()
            due = await shares.due(self._current())
            await self._offer({"host": due.hosts, "channel": due.channels})
            if self._ticks % TRIM_TICKS == 0:
                await self._trim()
            await self._replay()

    async def work(self) -> None:
        """Take names from the queue until `drain`; a server that is lost is tried again and again."""
        kinds: dict[str, Handler] = {}
        if self._role.works:
            kinds["host"] = self._visit
        if self._role.delivers:
            kinds["channel"] = self._serve
        at_once = self._current().config.polling.concurrency + DELIVERIES_AT_ONCE
        while not self._closed.is_set():
            try:
                await self._queue.install()
                if kinds:
                    await self._queue.work(kinds, at_once)
                else:
                    await self._closed.wait()
            except psycopg.Error as error:
                log.warning("the queue cannot be reached, trying again", why=str(error).strip())
                self._give_up("host")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), AGAIN_SECONDS)

    async def outlast(self) -> None:
        """Wait until all that is in flight now has landed."""
        if flights := list(self._flights):
            await asyncio.wait(flights)

    async def drain(self, limit: float) -> int:
        """Take no more names, wait `limit` seconds at most, then cancel; tell how many were cancelled."""
        self._closed.set()
        self._queue.stop()
        if self._flights:
            await asyncio.wait(self._flights, timeout=limit)
        left = len(self._flights)
        self._give_up("host", "channel")
        await self._election.resign()
        await self._queue.close()
        return left

    async def _offer(self, names: Mapping[str, Collection[str]]) -> None:
        try:
            for kind, some in names.items():
                await self._queue.offer(kind, some)
        except psycopg.Error as error:
            log.warning("the queue takes nothing", why=str(error).strip())

    async def _trim(self) -> None:
        try:
            await self._queue.trim(LOG_KEPT)
        except psycopg.Error as error:
            log.warning("the queue's log is not trimmed", why=str(error).strip())

    async def _replay(self) -> None:
        """Tell after all what was muted, where somebody asked for it: seldom, and not worth the queue."""
        context = self._current()
        for (alert_id,) in await claim_replays(context, REPLAYS_AT_ONCE, ()):
            await guarded("replay", replay(context, alert_id), alert_id)

    async def _visit(self, host: str) -> None:
        context = self._current()
        await self._do("host", host, shares.of_host(context, host))
        await self._keep(context.fetcher.rest(host))

    async def _serve(self, channel: str) -> None:
        context = self._current()
        await self._do("channel", channel, shares.of_channel(context, channel))
        await guarded("channel", shares.leave_channel(context, channel), channel)

    async def _keep(self, rest: timedelta) -> None:
        """Keep a name through a rest so short that only this process knows of it."""
        if timedelta() < rest <= KEPT:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), rest.total_seconds())

    async def _do(self, kind: str, name: str, pieces: AsyncIterator[Piece]) -> None:
        """Do piece after piece while we may; the queue is told that the name is done however it went."""

        async def all_of_it() -> None:
            async for piece in pieces:
                await guarded(kind, piece(), name)
                if self._closed.is_set():
                    return

        flight = asyncio.create_task(guarded(kind, all_of_it(), name))
        self._flights[flight] = kind
        flight.add_done_callback(self._flights.pop)
        await asyncio.wait([flight])

    def _look_at_the_clock(self) -> None:
        """Notice that this process was stopped for so long that its work was given to another."""
        now = time.monotonic()
        slept, self._ticked = now - self._ticked, now
        if slept > SILENCE.total_seconds() / 2:
            log.warning("stood still, and leaves its work to others", seconds=round(slept))
            self._give_up("host", "channel")

    def _give_up(self, *kinds: str) -> None:
        """Cancel work, since another may be at it soon.

        A message on its way when the server is lost goes on: what came of it is still to be noted.
        """
        for flight, kind in list(self._flights.items()):
            if kind in kinds:
                flight.cancel()
