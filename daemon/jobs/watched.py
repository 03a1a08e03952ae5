"""How a source fares, in words: its rhythm, its problems, its tags; for every face alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.jobs.budget import history
from daemon.model import Source
from daemon.schedule import find_problems
from daemon.store.polls import Hour
from daemon.store.sources import SourceState

_HOURS = 24


@dataclass(frozen=True, slots=True)
class Watched:
    """A source's state, and what it means. `rate` counts entries a day, None until they are known."""

    state: SourceState
    tags: tuple[str, ...]
    rate: float | None
    problems: tuple[str, ...]


def day_began(now: datetime) -> datetime:
    """Give the beginning of the first of the last 24 hours of the clock, this one the last."""
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=_HOURS - 1)


def last_day(polls: Mapping[datetime, Hour], now: datetime) -> tuple[Hour, ...]:
    """Put a source's polls into the last 24 hours, the earliest first."""
    began = day_began(now)
    return tuple(polls.get(began + timedelta(hours=each), Hour()) for each in range(_HOURS))


def middle_and_worst(delays: Iterable[timedelta]) -> tuple[timedelta, timedelta] | None:
    """Give the delay that half of them stay under, and the one that 19 in 20 do; None for none."""
    ordered = sorted(delays)
    if not ordered:
        return None
    return ordered[(len(ordered) - 1) // 2], ordered[(len(ordered) * 19 + 19) // 20 - 1]


def watched(state: SourceState, source: Source | None, now: datetime) -> Watched:
    """Read a state; without its `source` of the configuration it has no problems that could be told."""
    learned = history(state)
    wrong = find_problems(source, learned, now) if source else ()
    rate = learned.rhythm.rate * 24 if learned.rhythm else None
    return Watched(state, source.tags if source else (), rate, tuple(problem.message for problem in wrong))
