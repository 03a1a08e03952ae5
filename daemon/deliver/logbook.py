"""What arrived, on disk the moment it is known: the store's turn comes later, and a kill may come first."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
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
    """Holds each landing in a file until the store has it; without a path it holds nothing.

    It outlives a process, not a loss of power: what is not in it then is sent again, and says so.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._held: set[str] = set()
        self._lock = Lock()
        self._file = -1
        if path:
            with suppress(OSError):  # a full disk, say: then a kill may repeat what arrived
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

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
        """Give the landings that the process before this one held when it ended."""
        try:
            lines = self._path.read_text("utf-8", "replace").splitlines() if self._path else []
        except OSError:
            return []
        return [landing for landing in map(_parsed, lines) if landing]

    def clear(self) -> None:
        """Forget all, since the store has it: another delivery may come to have a number that stood here."""
        with self._lock, suppress(OSError):
            self._held.clear()
            os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Leave the file as it is."""
        with suppress(OSError):
            os.close(self._file)
        self._file = -1


def _parsed(line: str) -> Landing | None:
    """Read a line back, None for one that was cut off in the middle or spoilt."""
    try:
        channel, attempts, detail, receipt = json.loads(line)
        tries = {int(delivery): int(attempt) for delivery, attempt in attempts}
    except (ValueError, TypeError):
        return None
    return Landing(str(channel), tries, str(detail), str(receipt))
