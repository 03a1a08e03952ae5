"""Wakes the open event streams when something has rung: one look a second for all of them together."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from daemon.errors import TocsinError

EVERY_SECONDS = 1.0


class Bell:
    """Who waits here is woken when an alert has come, and at the end. `look` gives its number.

    `latest` is the one that was seen last, None before anybody looked.
    """

    def __init__(self, look: Callable[[], Awaitable[int]]) -> None:
        self._look = look
        self.latest: int | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._lookout: asyncio.Task[None] | None = None
        self.closed = False

    async def wait(self, seconds: float) -> None:
        """Come back when something has rung, or after so many seconds."""
        if self.closed:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        if self._lookout is None or self._lookout.done():
            self._lookout = asyncio.create_task(self._watch())
        try:
            await asyncio.wait({waiter}, timeout=seconds)
        finally:
            self._waiting.discard(waiter)

    def close(self) -> None:
        """Let every stream end."""
        self.closed = True
        self._wake()

    async def _watch(self) -> None:
        """Look for as long as anybody waits."""
        while self._waiting and not self.closed:
            # The pages say what is wrong with the store; a stream waits until it is right again.
            with suppress(TocsinError):
                latest = await self._look()
                if latest != self.latest:
                    self.latest = latest
                    self._wake()
            await asyncio.sleep(EVERY_SECONDS)

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
