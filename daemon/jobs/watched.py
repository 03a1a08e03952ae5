"""How a source fares, in words: its rhythm, its problems, its tags; for every face alike."""

from dataclasses import dataclass
from datetime import datetime

from daemon.jobs.budget import history
from daemon.model import Source
from daemon.schedule import find_problems
from daemon.store.sources import SourceState


@dataclass(frozen=True, slots=True)
class Watched:
    """A source's state, and what it means. `rate` counts entries a day, None until they are known."""

    state: SourceState
    tags: tuple[str, ...]
    rate: float | None
    problems: tuple[str, ...]


def watched(state: SourceState, source: Source | None, now: datetime) -> Watched:
    """Read a state; without its `source` of the configuration it has no problems that could be told."""
    learned = history(state)
    wrong = find_problems(source, learned, now) if source else ()
    rate = learned.rhythm.rate * 24 if learned.rhythm else None
    return Watched(state, source.tags if source else (), rate, tuple(problem.message for problem in wrong))
