"""What stands around each timer: whatever is wrong with its work this time, the next time tries again."""

from collections.abc import Awaitable, Callable

import structlog

from daemon.errors import TocsinError

log = structlog.get_logger()


class Guard:
    """Does what timers ask. What stays wrong is logged once: a full disk would fill the log."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}

    async def do(self, timer: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do a timer's work, and log what is wrong with it, or that nothing is any more."""
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
