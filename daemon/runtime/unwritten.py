"""Tell the operator when nothing can be written: nothing is seen then, and no table can say so."""

from collections.abc import Awaitable, Callable

from daemon.errors import StoreError
from daemon.model import Message, Severity

_LASTING = 6  # times in a row: half a minute, which a restart of PostgreSQL takes
_SELDOM = 720  # an hour


class Unwritten:
    """Watches what is written every few seconds; `tell` sends a message and says whether it was taken."""

    def __init__(self, tell: Callable[[Message], Awaitable[bool]]) -> None:
        self._tell = tell
        self._told = False
        self._row = 0
        self._due = _LASTING

    async def watch(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write, and tell once that it has failed for long, and once that it has worked again for as long.

        What `write` raises goes on.
        """
        try:
            await write()
        except StoreError as error:
            await self._weigh(failed=True, news=_blind(error))
            raise
        await self._weigh(failed=False, news=_MENDED)

    async def _weigh(self, *, failed: bool, news: Message) -> None:
        """Tell what has lasted and the operator does not know; try who did not take it ever less often."""
        if failed == self._told:
            self._row, self._due = 0, _LASTING
            return
        self._row += 1
        if self._row >= self._due:
            self._due += min(self._due, _SELDOM)  # it may have arrived all the same
            if await self._tell(news):
                self._told, self._row, self._due = failed, 0, _LASTING


def _blind(error: StoreError) -> Message:
    text = f"{error}\nNothing is polled, read or told meanwhile. When that is mended, all goes on by itself."
    return Message("unwritten", "Tocsin is blind: it can write nothing", text, severity=Severity.CRITICAL)


_MENDED = Message(
    "unwritten",
    "Tocsin sees again: what it finds is written",
    "What the sources still list is read now and rings, unless it is older than max_age.",
)
