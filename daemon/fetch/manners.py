"""Manners: one request at a time per host, a pause between them, and silence when a host asks for it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from daemon.errors import FetchError

_MOST_HOSTS = 4_096  # remembered before those at rest are forgotten


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    held_until: float = 0.0
    waiting: int = 0


class Manners:
    """Whose turn it is at which host. Times are of the monotonic clock, in seconds.

    `pace` is the least time between the starts of two requests at a host. Who would wait longer than
    `patience` is sent away with the time to come back, rather than keep a place in the queue.
    """

    def __init__(self, pace: timedelta, patience: timedelta) -> None:
        self._pace = pace.total_seconds()
        self._patience = patience.total_seconds()
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(
        self, host: str, pace: timedelta = timedelta(0), *, on_visit: bool = False
    ) -> AsyncIterator[None]:
        """Wait until the host may be asked, and keep others from asking it meanwhile.

        Who is `on_visit`, redirected to the host or on the way to a page by its robots.txt, need not wait for
        its pause: that is one visit in two steps.
        """
        place = self._place(host)
        if on_visit:
            place.free_at = 0.0
        self._check(host, place)
        place.waiting += 1
        try:
            await self._wait(host, place)
            place.free_at = time.monotonic() + max(self._pace, pace.total_seconds())
            try:
                yield
            finally:
                place.lock.release()
        finally:
            place.waiting -= 1

    def hold(self, host: str, wait: timedelta) -> None:
        """Leave a host alone for a while, as it asked."""
        place = self._place(host)
        place.held_until = max(place.held_until, time.monotonic() + wait.total_seconds())

    def rest(self, host: str) -> timedelta:
        """Tell how long a host, whatever its port, is to be left alone yet."""
        names = [name for name in self._hosts if name == host or name.startswith(f"{host}:")]
        return max(map(self.rest_at, names), default=timedelta())

    def rest_at(self, place: str) -> timedelta:
        """Tell the same of a host at one of its ports."""
        known = self._hosts.get(place) or _Host()
        return timedelta(seconds=max(0.0, max(known.free_at, known.held_until) - time.monotonic()))

    async def _wait(self, host: str, place: _Host) -> None:
        """Take the host's lock when its pause is over; on any failure the lock is free again."""
        try:
            async with asyncio.timeout(self._patience):
                await place.lock.acquire()
        except TimeoutError:
            raise _held(host, self._patience, "others of its pages are being fetched") from None
        try:
            self._check(host, place)
            if (pause := place.free_at - time.monotonic()) > 0:
                await asyncio.sleep(pause)
        except BaseException:
            place.lock.release()
            raise

    def _check(self, host: str, place: _Host) -> None:
        now = time.monotonic()
        if place.held_until > now:
            raise _held(host, place.held_until - now, "it asked to be left alone")
        if place.free_at - now > self._patience:
            raise _held(host, place.free_at - now, "it wants longer pauses between requests")

    def _place(self, host: str) -> _Host:
        if host not in self._hosts and len(self._hosts) >= _MOST_HOSTS:
            now = time.monotonic()
            self._hosts = {
                name: place
                for name, place in self._hosts.items()
                if place.waiting or max(place.free_at, place.held_until) > now
            }
        return self._hosts.setdefault(host, _Host())


def _held(host: str, wait: float, why: str) -> FetchError:
    wait = max(wait, 1.0)
    message = f"{host} was not asked: {why}; next try in {wait:.0f} s"
    return FetchError("held", message, retry_after=timedelta(seconds=wait))
