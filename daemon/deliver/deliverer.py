"""Carries messages to targets: one at a time for each, none waiting for another's."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from daemon.deliver.logbook import Logbook
from daemon.model import Message, Outcome, Secret, Style

_BURST = 5
"""Messages that a target takes in a row before they are spaced as its service wishes."""

_LONGEST_PAUSE = 3600.0
"""Seconds for which a target's Retry-After is believed; then it is asked again."""

_STUCK = 600.0
"""Seconds after which a target whose last message cannot be cut off is no longer merely busy."""

_NOT_UNDERSTOOD = "Apprise does not understand the address; see https://appriseit.com/services/"
_ON_ITS_WAY = "the message before this one is still on its way"

_T = TypeVar("_T")
Heard = Callable[[Outcome], None]


def _ignored(_outcome: Outcome) -> None:
    """Let what came of a send be told in one place only."""


@dataclass(slots=True)
class _Target:
    """What is known of one target while the daemon runs. Times are the event loop's.

    Each message moves `spaced_until` on by its service's spacing; it may lie a burst ahead of now.
    """

    style: Style
    spacing: float
    flight: asyncio.Lock = field(default_factory=asyncio.Lock)
    spaced_until: float = 0.0
    paused_until: float = 0.0
    departed: float = 0.0


class Deliverer:
    """Sends through Apprise from threads, at most `limit` at once; the `logbook` is for what arrives.

    Not a `ThreadPoolExecutor`: a send that cannot be cut off would hold a place in the pool, and the exit
    of the process. Here it keeps only its own target waiting.
    """

    def __init__(self, *, limit: int = 32, logbook: Logbook | None = None) -> None:
        self.logbook = logbook or Logbook()
        self._slots = asyncio.Semaphore(limit)
        self._targets: dict[Secret, _Target] = {}

    async def send(
        self, url: Secret, message: Message, within: timedelta, *, heard: Heard = _ignored
    ) -> Outcome:
        """Send one message to one target within the time, and say what came of it.

        `heard` is told first, in the thread that sends, where no other work of the process can delay it.

        A send that outlives the time is cut off; its outcome is unknown. A target whose last message has
        not come to an end, or that asked for a pause, is `busy`: nothing was sent. It is `stuck`, which
        counts as an attempt, when that message would not be cut off for ten minutes.
        """
        target = await self._target(url)
        if target is None:
            return Outcome(ok=False, kind="rejected", detail=_NOT_UNDERSTOOD, permanent=True)
        deadline = asyncio.get_running_loop().time() + within.total_seconds()
        held = await self._board(target, deadline)
        return held or await self._fly(target, url, message, deadline, heard)

    def rest(self, url: Secret) -> timedelta:
        """Tell how long a target that asked for a pause is to be left alone yet."""
        left = (
            self._targets[url].paused_until - asyncio.get_running_loop().time() if url in self._targets else 0
        )
        return timedelta(seconds=max(left, 0.0))

    def spacing(self, url: Secret) -> timedelta:
        """Tell for how long what was sent to a target counts against its next burst."""
        left = (
            self._targets[url].spaced_until - asyncio.get_running_loop().time() if url in self._targets else 0
        )
        return timedelta(seconds=max(left, 0.0))

    async def space(self, url: Secret, left: timedelta) -> None:
        """Count what others sent to a target as well, as their `spacing` told."""
        if target := await self._target(url):
            until = asyncio.get_running_loop().time() + left.total_seconds()
            target.spaced_until = max(target.spaced_until, until)

    async def style(self, url: Secret) -> Style:
        """Say what a target can show, for `alert.word` to write to."""
        target = await self._target(url)
        return target.style if target else Style()

    async def _target(self, url: Secret) -> _Target | None:
        if url not in self._targets:
            known = await _in_thread(lambda: _survey(url))
            if known is None:
                return None
            self._targets.setdefault(url, known)
        return self._targets[url]

    async def _board(self, target: _Target, deadline: float) -> Outcome | None:
        """Wait for the target's turn and a place; None when both are ours."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(deadline):
                await target.flight.acquire()
        except TimeoutError:
            return _stuck() if loop.time() - target.departed > _STUCK else _busy(_ON_ITS_WAY)
        wait = max(_wait_for_turn(target, loop.time()), target.paused_until - loop.time())
        if loop.time() + wait > deadline:
            target.flight.release()
            return _busy("the target takes no more for now", timedelta(seconds=wait))
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.sleep(wait)
                await self._slots.acquire()
        except BaseException as error:
            target.flight.release()
            if isinstance(error, TimeoutError):
                return _busy("too many messages are on their way")
            raise
        target.spaced_until = max(target.spaced_until, loop.time()) + target.spacing
        return None

    async def _fly(
        self, target: _Target, url: Secret, message: Message, deadline: float, heard: Heard
    ) -> Outcome:
        loop = asyncio.get_running_loop()
        target.departed = loop.time()
        left = timedelta(seconds=max(deadline - loop.time(), 0))
        flight = asyncio.ensure_future(_in_thread(lambda: _attempt(url, message, left, heard)))
        flight.add_done_callback(lambda _: target.flight.release())
        try:
            async with asyncio.timeout_at(deadline):
                outcome = await asyncio.shield(flight)
        except TimeoutError:
            return Outcome(ok=False, kind="timeout", detail="no end to it in time", unknown=True)
        finally:
            self._slots.release()
        if outcome.retry_after:
            target.paused_until = loop.time() + min(outcome.retry_after.total_seconds(), _LONGEST_PAUSE)
        return outcome


def check(url: Secret) -> str | None:
    """Say what is wrong with a channel's address, or None when Apprise understands it.

    Imports Apprise: 0.3 s, once.
    """
    from daemon.deliver.service import understand  # noqa: PLC0415 - see above

    service = understand(url)
    if service is None:
        return _NOT_UNDERSTOOD
    if len(service) > 1:
        return (
            f"the address names {len(service)} recipients, and if one of them fails all are told again; "
            "give each a channel of its own"
        )
    return None


def _survey(url: Secret) -> _Target | None:
    from daemon.deliver import service  # noqa: PLC0415 - Apprise costs 0.3 s and 40 MB

    known = service.understand(url)
    return _Target(service.style_of(known), service.spacing(known)) if known is not None else None


def _attempt(url: Secret, message: Message, within: timedelta, heard: Heard) -> Outcome:
    from daemon.deliver.service import attempt  # noqa: PLC0415 - as above

    outcome = attempt(url, message, within)
    heard(outcome)
    return outcome


def _wait_for_turn(target: _Target, now: float) -> float:
    """Give the seconds until the target takes a message: a burst may be ahead of its spacing, no more."""
    return max(0.0, target.spaced_until - (_BURST - 1) * target.spacing - now)


def _stuck() -> Outcome:
    return Outcome(ok=False, kind="stuck", detail=f"{_ON_ITS_WAY}; restart Tocsin to end it")


def _busy(detail: str, retry_after: timedelta | None = None) -> Outcome:
    return Outcome(ok=False, kind="busy", detail=detail, retry_after=retry_after)


async def _in_thread(work: Callable[[], _T]) -> _T:
    """Run something that blocks in a thread of its own, which the process's exit does not wait for."""
    done: Future[_T] = Future()
    done.set_running_or_notify_cancel()  # from here on nobody can call it off

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            done.set_exception(error)

    threading.Thread(target=run, name="deliver", daemon=True).start()
    return await asyncio.wrap_future(done)
