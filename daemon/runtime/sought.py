"""What a configuration was read from: whether any of it has changed since, wherever it lies."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from daemon.config import Config
from daemon.errors import ConfigError

# File systems date changes by their own, coarser clock.
_COARSE_NS = 20_000_000

_Stamp = tuple[int, int, int]
Sought = Mapping[Path, _Stamp | None]
"""Files and folders, each with what changes when it does; None if it is not there, or changed meanwhile."""


def look_at(paths: Iterable[Path], began_ns: int) -> Sought:
    """Note how files and folders are that were read since a time, in nanoseconds of the system's clock.

    What has changed since then may have been read half: it counts as changed when it is asked about.
    """
    now_ns = time.time_ns()  # a change after it was made before the clock was put back
    found = {path: _stamp(path) for path in paths}
    return {
        path: None if stamp and began_ns - _COARSE_NS <= stamp[0] <= now_ns else stamp
        for path, stamp in found.items()
    }


def has_changed(sought: Sought) -> bool:
    """Tell whether a file or folder is not as it was; False of none."""
    return any(_stamp(path) != stamp for path, stamp in sought.items())


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ctime_ns, status.st_size, status.st_ino


class Reading:
    """Reads the configuration, and notes from what: a change of it is a reason to read it again."""

    def __init__(self, load: Callable[[], Config]) -> None:
        self._load = load
        self._sought: Sought = {}

    def __call__(self) -> Config:
        """Read it; ConfigError of what is wrong with it."""
        began = time.time_ns()
        try:
            config = self._load()
        except ConfigError as error:
            self._sought = look_at(error.sought, began)
            raise
        self._sought = look_at(config.sought, began)
        return config

    def is_outdated(self, files: Collection[Path] | None = None) -> bool:
        """Tell whether one of these files, or anything that was looked at, is not as it was read last."""
        known = self._sought
        return has_changed(known if files is None else {each: known[each] for each in files if each in known})
