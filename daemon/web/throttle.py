"""Slows down whoever guesses passwords: failures are counted by address, by name, and by both."""

import asyncio
from collections import OrderedDict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
# One address may be a whole office's, and one name must not be shut out by a stranger soon.
PAIR, ADDRESS, NAME = 5, 20, 50
_KEPT = 10_000
# Each look at a password takes 64 MiB and a core for a moment.
_AT_ONCE = 2


class Throttle:
    """Counts the failures of the last minutes; so many of one kind, and nobody is asked any more.

    Whoever looks at a password takes one of the `turns`.
    """

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(_AT_ONCE)
        self._failures: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def wait(self, address: str, name: str, now: datetime) -> timedelta:
        """Say how long a visitor has to wait before the next attempt; nothing if it may come now."""
        waits = [timedelta()]
        for key, most in _keys(address, name).items():
            failed = self._failures.get(key, deque())
            while failed and failed[0] <= now - WINDOW:
                failed.popleft()
            if len(failed) >= most:
                waits.append(failed[-most] + WINDOW - now)
        return max(waits)

    def note(self, address: str, name: str, now: datetime) -> None:
        """Count an attempt: before the password is looked at, so that many at once are counted too."""
        for key, most in _keys(address, name).items():
            failed = self._failures.setdefault(key, deque(maxlen=most))
            failed.append(now)
            self._failures.move_to_end(key)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def forgive(self, address: str, name: str) -> None:
        """Take back what was counted for somebody who knew the password."""
        for key, most in _keys(address, name).items():
            if most == PAIR:
                self._failures.pop(key, None)
            elif failed := self._failures.get(key):
                failed.pop()


def _keys(address: str, name: str) -> dict[tuple[str, str], int]:
    return {(address, name): PAIR, (address, ""): ADDRESS, ("", name): NAME}
