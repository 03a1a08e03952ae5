"""Turns at what several processes of a machine keep together in one folder."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """Wait for one's turn at a file; where its folder cannot be written, nobody waits."""
    with ExitStack() as held:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            fcntl.flock(held.enter_context(file.with_suffix(".lock").open("w")), fcntl.LOCK_EX)
        yield
