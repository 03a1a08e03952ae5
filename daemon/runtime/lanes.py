"""A lane claims due work from the store and runs it, a bounded number of pieces at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Generic, TypeAlias, TypeVar

import structlog

from daemon.errors import TocsinError
from daemon.jobs import Context

T = TypeVar("T")
Series: TypeAlias = tuple[T, ...]

log = structlog.get_logger()


class Lane(Generic[T]):
    """One kind of work: `claim` takes at most so many due pieces beside those in flight, `run` does one.

    A claim gives series of pieces, each to be done one after the other; what goes wrong with one piece
    stops none behind it, or the same one would stop them every time. Each piece runs in the context
    that was there when it was claimed. While more may be due than there was room for, whatever lands
    makes room for the next, without waiting for a tick. `landed` is called after each piece, `beat` counts
    the ticks that came through, for the watchdog.
    """

    def __init__(
        self,
        name: str,
        claim: Callable[[Context, int, Collection[Series[T]]], Awaitable[Sequence[Series[T]]]],
        run: Callable[[Context, T], Awaitable[None]],
        capacity: int,
        landed: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.beat = 0
        self._claim = claim
        self._run = run
        self._capacity = capacity
        self._landed = landed
        self._flights: dict[asyncio.Task[None], Series[T]] = {}
        self._closed = False
        self._claiming = asyncio.Lock()
        self._pressed: Context | None = None  # what the last claim ran in, if it may have left work
        self._refilling: asyncio.Task[None] | None = None

    @property
    def in_flight(self) -> int:
        return len(self._flights)

    async def tick(self, context: Context) -> int:
        """Claim what is due, as far as there is room, set it going, and tell how much that was."""
        async with self._claiming:
            claimed = await self._fill(context)
        self.beat += 1
        return claimed

    async def _fill(self, context: Context) -> int:
        free = self._capacity - len(self._flights)
        if free <= 0 or self._closed:
            return 0
        claimed = await self._claim(context, free, self._flights.values())
        self._pressed = context if sum(map(len, claimed)) >= free else None
        for series in claimed:
            flight = asyncio.create_task(self._fly(context, series))
            self._flights[flight] = series
            flight.add_done_callback(self._land)
        return len(claimed)

    def _land(self, flight: asyncio.Task[None]) -> None:
        del self._flights[flight]
        if self._pressed and not (self._refilling or self._closed):
            self._refilling = asyncio.create_task(self._refill())

    async def _refill(self) -> None:
        try:
            async with self._claiming:
                if self._pressed:
                    with suppress(TocsinError):  # the next tick meets it too, and tells
                        await self._fill(self._pressed)
        finally:
            self._refilling = None

    async def settle(self) -> None:
        """Wait until nothing is in flight."""
        while pending := {*self._flights, *filter(None, [self._refilling])}:
            await asyncio.wait(pending)

    async def outlast(self) -> None:
        """Wait until all that is in flight or being claimed now has landed.

        What follows it is claimed in the context of the next tick.
        """
        async with self._claiming:
            self._pressed = None
            now = list(self._flights)
        if now:
            await asyncio.wait(now)

    async def drain(self, limit: float) -> int:
        """Claim no more, wait `limit` seconds at most, then cancel; tell how many were cancelled.

        What is cancelled is not lost: its lease runs out and it is claimed again.
        """
        self._closed = True
        async with self._claiming:
            pass  # what a tick is claiming at this moment is in flight afterwards
        if self._flights:
            await asyncio.wait(self._flights, timeout=limit)
        left = list(self._flights)
        for flight in left:
            flight.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)

    async def _fly(self, context: Context, series: Series[T]) -> None:
        await self._guard(context, series[0])
        for piece in series[1:]:
            if not self._closed:
                await self._guard(context, piece)

    async def _guard(self, context: Context, piece: T) -> None:
        if not await guarded(self.name, self._run(context, piece), piece):
            self._pressed = None  # what fails may come again at once; the tick keeps it from spinning
        self._landed()


async def guarded(job: str, work: Awaitable[None], piece: object) -> bool:
    """Do a piece of work; what goes wrong with it is logged, and stops nothing else. True if all is well."""
    try:
        await work
    except TocsinError as error:
        log.warning("job failed", job=job, why=str(error))
    except Exception:
        # A bug in one piece of work must not stop the daemon; its lease runs out, it comes again.
        log.exception("job failed", job=job, work=f"{piece!r:.200}")
    else:
        return True
    return False
