"""What a process does when it is told to end: at work, or while it is still starting."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog

log = structlog.get_logger()


@contextmanager
def heeding(handlers: Mapping[signal.Signals, Callable[[], object]]) -> Iterator[None]:
    """Handle signals so; within it others may handle them otherwise."""
    loop = asyncio.get_running_loop()
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


@contextmanager
def called_off() -> Iterator[None]:
    """Let SIGTERM and SIGINT call off what this task is at, wherever it is, as if it had come to its end."""
    task, told = asyncio.current_task(), []

    def call_off() -> None:
        told.append(True)
        if task:
            task.cancel()

    with heeding({signal.SIGTERM: call_off, signal.SIGINT: call_off}):
        try:
            yield
        except asyncio.CancelledError:
            if not (told and task):
                raise
            task.uncancel()
            log.info("stopped before it was ready")
