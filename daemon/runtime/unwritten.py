"""Tell the operator when nothing can be written: nothing is seen then, and no table can say so."""

from collections.abc import Awaitable, Callable

from daemon.errors import StoreError
from daemon.model import Message, Severity

_LASTING = 6  # failures in a row: half a minute, which a restart of PostgreSQL takes


class Unwritten:
    """Watches what is written every few seconds; `tell` sends a message and says whether it was taken."""

    def __init__(self, tell: Callable[[Message], Awaitable[bool]]) -> None:
        self._tell = tell
        self._failures = 0
        self._told = False

    async def watch(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write, and tell once that it has failed for long, and once that it works again.

        What `write` raises goes on.
        """
        try:
            await write()
        except StoreError as error:
            self._failures += 1
            if self._failures >= _LASTING and not self._told:
                self._told = await self._tell(_blind(error))
            raise
        self._failures = 0
        if self._told:
            self._told = not await self._tell(_MENDED)


def _blind(error: StoreError) -> Message:
    text = f"{error}\nNothing is polled, read or told meanwhile. When that is mended, all goes on by itself."
    return Message("unwritten", "Tocsin is blind: it can write nothing", text, severity=Severity.CRITICAL)


_MENDED = Message(
    "unwritten",
    "Tocsin sees again: what it finds is written",
    "What the sources still list is read now and rings, unless it is older than max_age.",
)
