"""What stands around each timer: whatever is wrong with its work this time, the next time tries again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from daemon.errors import TocsinError

log = structlog.get_logger()


class Guard:
    """Does what timers ask. What stays wrong is logged once: a full disk would fill the log."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def do(self, timer: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do a timer's work, and log what is wrong with it, or that nothing is any more."""
        self._at_work += 1
        self._idle.clear()
        try:
            await self._try(timer, work)
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._idle.set()

    async def rest(self, limit: float) -> None:
        """Wait until no timer's work is under way, `limit` seconds at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), limit)

    async def _try(self, timer: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except TocsinError as error:
            if self._wrong.get(timer) != str(error):
                log.warning("timer failed", timer=timer, why=str(error))
            self._wrong[timer] = str(error)
        except Exception:
            log.exception("timer failed", timer=timer)
        else:
            if self._wrong.pop(timer, ""):
                log.info("timer works again", timer=timer)
