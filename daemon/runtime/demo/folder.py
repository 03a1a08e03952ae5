"""Where a demonstration keeps its state: a folder that no other one uses meanwhile."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.errors import ConflictError, TocsinError

# What a demonstration writes first, and what tells its folder from any other.
MEMORY = "newsroom.json"


@contextmanager
def own_folder(wanted: Path | None) -> Iterator[Path]:
    """Hold the folder that is wanted, or a temporary one.

    That is the same each time, so that a demonstration that was interrupted can be continued, and a new one
    while another demonstration runs there. Raises ConflictError where the folder that is wanted is in use or
    has a configuration of its own, TocsinError where it cannot be made or written.
    """
    folder, held = _take(wanted)
    try:
        yield folder
    finally:
        os.close(held)


def _take(wanted: Path | None) -> tuple[Path, int]:
    if wanted:
        return _hold(wanted)
    usual = Path(tempfile.gettempdir(), f"tocsin-demo-{os.getuid()}")
    try:
        return _hold(usual)
    except ConflictError:
        return _hold(Path(tempfile.mkdtemp(prefix=f"{usual.name}-")))


def _hold(path: Path) -> tuple[Path, int]:
    folder = path.resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        why = f"{folder} cannot be made, or not be written: {error.strerror}"
        raise TocsinError(f"{why}; name a folder with --dir") from None
    if (folder / "config.toml").exists() and not (folder / MEMORY).exists():
        os.close(held)
        raise ConflictError(f"{folder} has a config.toml of its own: name another folder with --dir")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise ConflictError(
            f"a demonstration is running in {folder}: stop it first, or name another folder with --dir"
        ) from None
    return folder, held
