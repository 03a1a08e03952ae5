"""A lane claims due work from the store and runs it, a bounded number of pieces at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Generic, TypeVar

import structlog

from daemon.errors import TocsinError
from daemon.jobs import Context

T = TypeVar("T")

log = structlog.get_logger()


class Lane(Generic[T]):
    """One kind of work: `claim` takes at most so many due pieces beside those in flight, `run` does one.

    Each piece runs in the context that was there when it was claimed. `beat` counts the ticks that
    came through, for the watchdog.
    """

    def __init__(
        self,
        name: str,
        claim: Callable[[Context, int, Collection[T]], Awaitable[Sequence[T]]],
        run: Callable[[Context, T], Awaitable[None]],
        capacity: int,
    ) -> None:
        self.name = name
        self.beat = 0
        self._claim = claim
        self._run = run
        self._capacity = capacity
        self._flights: dict[asyncio.Task[None], T] = {}
        self._closed = False
        self._claiming = asyncio.Lock()

    @property
    def in_flight(self) -> int:
        return len(self._flights)

    async def tick(self, context: Context) -> int:
        """Claim what is due, as far as there is room, set it going, and tell how much that was."""
        pieces: Sequence[T] = ()
        async with self._claiming:
            free = self._capacity - len(self._flights)
            if free > 0 and not self._closed:
                pieces = await self._claim(context, free, self._flights.values())
            for piece in pieces:
                flight = asyncio.create_task(self._guard(context, piece))
                self._flights[flight] = piece
                flight.add_done_callback(self._flights.pop)
        self.beat += 1
        return len(pieces)

    async def settle(self) -> None:
        """Wait until nothing is in flight."""
        while self._flights:
            await asyncio.wait(self._flights)

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

    async def _guard(self, context: Context, piece: T) -> None:
        try:
            await self._run(context, piece)
        except TocsinError as error:
            log.warning("job failed", job=self.name, why=str(error))
        except Exception:
            # A bug in one piece of work must not stop the daemon; its lease runs out, it comes again.
            log.exception("job failed", job=self.name, work=f"{piece!r:.200}")
