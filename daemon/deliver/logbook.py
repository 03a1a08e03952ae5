"""What arrived, on disk the moment it is known: the store's turn comes later, and a kill may come first."""

import fcntl
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock

from daemon.model import Outcome


@dataclass(frozen=True, slots=True)
class Landing:
    """A message that its target took: the deliveries that it settles, each at which of its attempts."""

    channel: str
    attempts: Mapping[int, int]
    detail: str = ""
    receipt: str = ""

    @property
    def outcome(self) -> Outcome:
        """What came of it."""
        return Outcome(ok=True, detail=self.detail, receipt=self.receipt)


class Logbook:
    """Holds each landing in a file until the store has it; without a folder it holds nothing.

    Processes that share the folder have a file each, locked for as long as they live: one that can be locked
    was left by the dead. It outlives a process, not a loss of power: what is not in it then is sent again,
    and says so.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._held: set[str] = set()
        self._lock = Lock()
        self._file = -1
        self._left: dict[Path, int] = {}
        if folder:
            with suppress(OSError):  # a full disk, say: then a kill may repeat what arrived
                folder.mkdir(parents=True, exist_ok=True)
                self._file = _take_first(folder)
                self._take_over(folder)

    def enter(self, landing: Landing) -> None:
        """Write a landing down, from the thread that heard of it."""
        line = [landing.channel, [*landing.attempts.items()], landing.detail, landing.receipt]
        with self._lock, suppress(OSError):
            os.write(self._file, f"{json.dumps(line)}\n".encode())
            self._held.add(landing.channel)

    def strike(self, channel: str) -> None:
        """Forget a channel's landing, since the store has it: there is one message in flight to each."""
        with self._lock, suppress(OSError):
            self._held.discard(channel)
            if not self._held:
                os.ftruncate(self._file, 0)

    def read(self) -> list[Landing]:
        """Give the landings that processes which ended before this one began held at their end."""
        lines = [line for file in self._files for line in _read(file).splitlines()]
        return [landing for landing in map(_parsed, lines) if landing]

    def clear(self) -> None:
        """Forget all, since the store has it: another delivery may come to have a number that stood here."""
        with self._lock:
            self._held.clear()
            for file in self._files:
                with suppress(OSError):
                    os.ftruncate(file, 0)
        for path in self._left:  # or each start of many processes at once would leave more of them
            with suppress(OSError):
                path.unlink()
        self._let_go()

    def close(self) -> None:
        """Leave the file as it is."""
        self._let_go()
        with suppress(OSError):
            os.close(self._file)
        self._file = -1

    @property
    def _files(self) -> tuple[int, ...]:
        return self._file, *self._left.values()

    def _take_over(self, folder: Path) -> None:
        """Hold what the dead left; a file that cannot be opened hides no other."""
        for path in sorted(folder.glob("arrived*.jsonl")):
            with suppress(OSError):
                if (file := _take(path)) >= 0:
                    self._left[path] = file

    def _let_go(self) -> None:
        for file in self._left.values():
            os.close(file)
        self._left = {}


def _take_first(folder: Path) -> int:
    """Open the first of a folder's files that no process has, or a new one."""
    for number in count(1):
        file = _take(folder / (f"arrived-{number}.jsonl" if number > 1 else "arrived.jsonl"))
        if file >= 0:
            return file
    raise AssertionError("numbers do not end")


def _take(path: Path) -> int:
    """Open a file and lock it; -1 where another has it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return -1
    except OSError:
        os.close(file)
        raise
    if os.fstat(file).st_nlink == 0:  # its heir was done with it between the two
        os.close(file)
        return _take(path)
    return file


def _read(file: int) -> str:
    try:
        return os.pread(file, os.fstat(file).st_size, 0).decode("utf-8", "replace")
    except OSError:
        return ""


def _parsed(line: str) -> Landing | None:
    """Read a line back, None for one that was cut off in the middle or spoilt."""
    try:
        channel, attempts, detail, receipt = json.loads(line)
        tries = {int(delivery): int(attempt) for delivery, attempt in attempts}
    except (ValueError, TypeError):
        return None
    return Landing(str(channel), tries, str(detail), str(receipt))
