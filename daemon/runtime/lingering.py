"""A worker process that stays for a while after its work: to begin one takes longer than most work does."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from daemon.runtime.workers import Workers

T = TypeVar("T")

IDLE = timedelta(minutes=3)


class Lingering:
    """One worker process, begun when it is needed, that ends when nobody has asked for `IDLE`.

    A piece of work may take `limit` seconds, and `memory` bytes more than the process has when it begins.
    """

    def __init__(self, limit: float, memory: int | None = None) -> None:
        self._begin = partial(Workers, 1, limit=limit, memory=memory)
        self._process: Workers | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._asking = 0
        self._tasks: set[asyncio.Future[Any]] = set()

    @property
    def is_there(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run `work` in the process; ParseError as `Workers` raises it."""
        process = self._stay()
        self._asking += 1
        try:
            return await process(work, *args, **kwargs)
        finally:
            self._asking -= 1
            if self._process and not self._asking:  # the last to go sets the time, and nobody else
                loop = asyncio.get_running_loop()
                self._ending = loop.call_later(IDLE.total_seconds(), self._leave)

    def prepare(self, initializer: Callable[..., object], *initargs: Any) -> None:
        """Have the process prepared so before its next work, and any that takes its place."""
        self._stay().prepare(initializer, initargs)

    def hurry(self, work: Callable[..., object], *args: Any) -> None:
        """Begin with work that nobody waits for."""
        self._stay()
        self._keep(asyncio.ensure_future(self(work, *args)))

    async def close(self) -> None:
        """End the process now, whatever it is at."""
        if self._ending:
            self._ending.cancel()
        if process := self._process:
            self._process = None
            await process.close(0)

    def _stay(self) -> Workers:
        if self._ending:
            self._ending.cancel()
        if self._process is None:
            self._process = self._begin()
        return self._process

    def _leave(self) -> None:
        if process := self._process:
            self._process = None  # at once: who asks from now on begins another
            self._keep(asyncio.ensure_future(process.close(0)))

    def _keep(self, task: asyncio.Future[Any]) -> None:
        """Keep a task that nobody waits for until it is done, and let it fail unheard: who asks hears."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
