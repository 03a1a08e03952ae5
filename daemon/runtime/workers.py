"""Child processes for what strangers can make slow: parsing and matching, killed at their limit."""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from daemon.errors import ParseError

T = TypeVar("T")

# A page parses in milliseconds; what takes this long is hostile or broken.
LIMIT = 3.0
_LIVES = 2  # worker processes that one piece of work may cost

# Forking a process that has threads can deadlock the child; a fork server has none. What it has imported
# its children need not: they start in milliseconds, and share the memory.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["daemon.jobs.work", "daemon.jobs.backtest", "daemon.jobs.examples"])


class Workers:
    """A pool of processes that share nothing with the daemon and may be killed at any time."""

    def __init__(
        self,
        count: int,
        initializer: Callable[..., None] | None = None,
        initargs: Iterable[Any] = (),
        *,
        limit: float = LIMIT,
    ) -> None:
        self._limit = limit
        self._open: set[Future[Any]] = set()
        self._pool = ProcessPool(
            max_workers=count,
            initializer=_start,
            initargs=(initializer, tuple(initargs)),
            context=_CONTEXT,
        )

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run `work` in a child. Raises ParseError when it was killed at its limit, or died of it twice.

        Once may be chance: a child may be killed for the memory that others take.
        """
        for _ in range(_LIVES):
            try:
                return await asyncio.wrap_future(self._schedule(work, args, kwargs))
            except FutureTimeoutError as error:
                raise ParseError("too_slow", f"it took longer than {self._limit:g} s") from error
            except ProcessExpired as error:
                death = error
        raise ParseError("crashed", "the process that worked on it died, and so did a second one") from death

    def _schedule(self, work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> "Future[T]":
        if not self._pool.active:
            raise ParseError("crashed", "its worker process was ended")
        future: Future[T] = self._pool.schedule(work, args=args, kwargs=kwargs, timeout=self._limit)
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        return future

    async def close(self, limit: float = 5.0) -> None:
        """Let what runs finish for `limit` seconds, then kill it."""
        await asyncio.to_thread(self._close, limit)

    def _close(self, limit: float) -> None:
        self._pool.close()  # type: ignore[no-untyped-call]  # pebble leaves it bare
        try:
            self._pool.join(timeout=limit)
        except FutureTimeoutError:
            self._pool.stop()  # type: ignore[no-untyped-call]  # as above
            self._pool.join()
        # A pool that is stopped forgets what its workers had not taken yet; whoever waits must hear of it.
        for future in list(self._open):
            if not future.done():
                future.set_exception(ParseError("crashed", "its worker process was ended"))


def _start(initializer: Callable[..., None] | None, initargs: tuple[Any, ...]) -> None:
    # Ctrl-C reaches the whole group; the daemon decides when its children end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initializer:
        initializer(*initargs)
