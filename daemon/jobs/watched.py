"""How a source fares, in words: its rhythm, its problems, its tags; for every face alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.jobs.budget import history
from daemon.model import Source
from daemon.schedule import find_problems
from daemon.store.polls import Poll, PollOutcome
from daemon.store.sources import SourceState

_HOUR = timedelta(hours=1)
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Watched:
    """A source's state, and what it means. `rate` counts entries a day, None until they are known."""

    state: SourceState
    tags: tuple[str, ...]
    rate: float | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """What came of a source's polls in the hour that began `ago` hours before the end of the last one."""

    ago: int
    polls: int = 0
    failed: int = 0
    added: int = 0


def last_day(polls: Iterable[Poll], now: datetime) -> tuple[Hour, ...]:
    """Sum up a source's polls by the hour, the earliest of 24 first."""
    by_hour: dict[int, list[Poll]] = {}
    for poll in polls:
        by_hour.setdefault((now - poll.at) // _HOUR, []).append(poll)
    return tuple(_hour(ago, by_hour.get(ago, ())) for ago in reversed(range(_HOURS)))


def _hour(ago: int, made: Sequence[Poll]) -> Hour:
    failed = sum(poll.outcome is PollOutcome.FAILED for poll in made)
    return Hour(ago, len(made), failed, sum(poll.added for poll in made))


def watched(state: SourceState, source: Source | None, now: datetime) -> Watched:
    """Read a state; without its `source` of the configuration it has no problems that could be told."""
    learned = history(state)
    wrong = find_problems(source, learned, now) if source else ()
    rate = learned.rhythm.rate * 24 if learned.rhythm else None
    return Watched(state, source.tags if source else (), rate, tuple(problem.message for problem in wrong))
