"""Child processes for what strangers can make slow: parsing and matching, killed at their limit."""

import asyncio
import multiprocessing
import os
import resource
import signal
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from queue import LifoQueue
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from daemon.errors import ParseError, TocsinError

T = TypeVar("T")
_Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
_Answer = tuple[bool, Any]  # whether it went well, and the result or the error

# A page parses in milliseconds; what takes this long is hostile or broken.
LIMIT = 3.0
# It takes a few megabytes, and what is known to take most stays below 50: this much is for what is not known.
MEMORY = 256_000_000
_LIVES = 2  # worker processes that one piece of work may cost

# Forking a process that has threads can deadlock the child; a fork server has none. What it has imported
# its children need not: they start in milliseconds, and share the memory.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["daemon.runtime.workers", "daemon.jobs.backtest", "daemon.jobs.trial"])
_STARTING = Lock()


class Workers:
    """Processes that share nothing with the daemon and may be killed at any time, each fed by a thread."""

    def __init__(
        self,
        count: int,
        initializer: Callable[..., object] | None = None,
        initargs: Iterable[Any] = (),
        *,
        limit: float = LIMIT,
        memory: int | None = None,
    ) -> None:
        self._limit = limit
        self._closed = self._ended = False
        self._open: set[Future[Any]] = set()
        self._threads = ThreadPoolExecutor(count, "worker")
        self._children = [_Child(initializer, tuple(initargs), memory) for _ in range(count)]
        self._idle: LifoQueue[_Child] = LifoQueue()  # who worked last works next: few need be started
        for child in self._children:
            self._idle.put(child)

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run `work` in a child; ParseError when that took too long or too much memory, or killed it twice.

        `memory` counts the bytes beyond those that the child had when it was prepared.

        One death may be chance, of the memory that others take. Both lives share the limit.
        """
        if self._closed:
            raise _ended()
        future: Future[T] = self._threads.submit(self._run, (work, args, kwargs))
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        return await asyncio.wrap_future(future)

    def prepare(self, initializer: Callable[..., object], initargs: Iterable[Any]) -> None:
        """Have the children prepared anew, each before its next work; nothing may be at work meanwhile."""
        for child in self._children:
            child.prepare(initializer, tuple(initargs))

    def _run(self, call: _Call) -> Any:
        child = self._idle.get()
        try:
            well, value = self._ask(child, call)
        finally:
            self._idle.put(child)
        if not well:
            raise value
        return value

    def _ask(self, child: "_Child", call: _Call) -> _Answer:
        """Have a child do it, and another where that one dies."""
        left, death = self._limit, None
        for _ in range(_LIVES):
            if self._ended:
                raise _ended()
            began = None
            try:
                child.start()
                began = monotonic()
                answer = child.ask(call, max(left, 0))
            except (EOFError, OSError) as error:  # of the pipe: what the work raises is an answer
                child.end()
                left -= monotonic() - began if began else 0
                death = error
                continue
            if answer:
                return answer
            child.end()
            break
        if death is None:
            raise ParseError("too_slow", f"it took longer than {self._limit:g} s")
        raise ParseError("crashed", "the process that worked on it died, and so did a second one") from death

    async def close(self, limit: float = 5.0) -> None:
        """Let what runs finish for `limit` seconds, then kill it."""
        self._closed = True
        await asyncio.to_thread(self._close, limit)

    def _close(self, limit: float) -> None:
        wait(list(self._open), limit)
        self._ended = True
        for child in self._children:
            child.kill()
        self._threads.shutdown()
        for child in self._children:
            child.end()


class _Child:
    """A process that may be dead, and the pipe to it; it is started when it is needed."""

    def __init__(
        self, initializer: Callable[..., object] | None, initargs: tuple[Any, ...], memory: int | None
    ) -> None:
        self._prepare = (initializer, initargs, memory)
        self._owed: _Call | None = None
        self._process: ForkServerProcess | None = None
        self._pipe: Connection

    def prepare(self, initializer: Callable[..., object], initargs: tuple[Any, ...]) -> None:
        """Prepare it otherwise, when it is needed."""
        self._prepare = (initializer, initargs, self._prepare[2])
        self._owed = (initializer, initargs, {})

    def start(self) -> None:
        """See that it lives and is prepared; EOFError when it dies of its preparation."""
        if self._process and self._process.is_alive():
            if self._owed:
                self._prepare_again(self._owed)
            return
        self.end()
        self._pipe, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_serve, args=(theirs, *self._prepare), daemon=True)
        with _STARTING:
            process.start()
        theirs.close()
        self._process, self._owed = process, None
        self._pipe.recv()

    def _prepare_again(self, owed: _Call) -> None:
        self._pipe.send(owed)
        well, value = self._pipe.recv()
        if not well:
            self.end()
            raise value
        self._owed = None

    def ask(self, call: _Call, limit: float) -> _Answer | None:
        """Have work done; None when that takes over `limit` seconds. EOFError or OSError when it died."""
        self._pipe.send(call)
        return self._pipe.recv() if self._pipe.poll(limit) else None

    def kill(self) -> None:
        """Kill it; whoever waits for its answer hears of it."""
        if process := self._process:
            process.kill()

    def end(self) -> None:
        """Kill it, if it lives, and let nothing of it remain."""
        if process := self._process:
            self._process = None
            process.kill()
            process.join()
            process.close()
            self._pipe.close()


def _ended() -> ParseError:
    return ParseError("crashed", "its worker process was ended")


def _serve(
    pipe: Connection,
    initializer: Callable[..., object] | None,
    initargs: tuple[Any, ...],
    memory: int | None,
) -> None:
    """Work for the daemon, in a process of its own, until the pipe ends."""
    # Ctrl-C reaches the whole group; the daemon decides when its children end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initializer:
        initializer(*initargs)
    if memory:
        _confine(memory)
    with suppress(EOFError, BrokenPipeError):
        pipe.send(None)
        while _reply(pipe, pipe.recv()):
            pass


def _confine(memory: int) -> None:
    """Let this process take so many bytes more than it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    most = pages * os.sysconf("SC_PAGE_SIZE") + memory
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _reply(pipe: Connection, call: _Call) -> bool:
    """Do a piece of work and answer; False when the process had better end, its memory torn to shreds."""
    work, args, kwargs = call
    try:  # a text that was not looked at is read as it is handed over, and may fail there as well
        answer = ForkingPickler.dumps((True, work(*args, **kwargs)))
    except MemoryError:
        pipe.send((False, ParseError("too_large", "it took more memory than anything sound does")))
        return False
    except Exception as error:  # noqa: BLE001  it is raised again where the work was handed in
        if not isinstance(error, TocsinError):
            error.add_note(traceback.format_exc())
        answer = ForkingPickler.dumps((False, error))
    pipe.send_bytes(answer)
    return True
