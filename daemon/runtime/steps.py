"""The steps of a start, told of while they last: some take seconds, the first time minutes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import structlog

from daemon.runtime.notify import Notifier

PATIENCE_SECONDS = 1.0
"""How long a step may take before it is worth a line."""

log = structlog.get_logger()


@contextmanager
def step(what: str, notifier: Notifier) -> Iterator[None]:
    """Show systemd what is being done; log it too when it lasts, and how long it took."""
    notifier.status(what)
    slow = Timer(
        PATIENCE_SECONDS, log.info, ("starting",), {"step": what}
    )  # a thread: the loop may stand still
    slow.daemon = True
    began = time.monotonic()
    slow.start()
    try:
        yield
    finally:
        slow.cancel()
    if (took := time.monotonic() - began) > PATIENCE_SECONDS:
        log.info("started", step=what, seconds=round(took, 1))
