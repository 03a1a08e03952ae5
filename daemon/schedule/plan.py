"""When a source is polled next, and why then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.model import Source
from daemon.schedule.budget import Budget
from daemon.schedule.memory import remember_answer, remember_failure
from daemon.schedule.rhythm import Rhythm, believed, liveliness, pace, wait_for
from daemon.schedule.state import Answered, Failed, PollState

_HOUR = timedelta(hours=1)
_LONGEST_BACK_OFF = timedelta(days=1)
_WHOLE_EVERY = timedelta(days=1)
_AFTER_CACHE = timedelta(seconds=5)  # a cache asks its origin a moment after its copy has run out
_SPREAD = 0.02  # of a wait, so that sources drift apart; more is spent on the slowest, which are not worth it
_BACK_OFF_SPREAD = 0.2


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a source is due, why then (a sentence), and what to remember until then."""

    at: datetime
    why: str
    state: PollState


def plan_next(
    source: Source, state: PollState, outcome: Answered | Failed, budget: Budget, chance: float
) -> NextPoll:
    """Decide when a source is polled next. `chance` is random, from 0 up to 1; it spreads polls."""
    if isinstance(outcome, Answered):
        new = remember_answer(state, outcome)
        wait, why = _after_answer(source, new, outcome, budget, chance)
        if state.answered is None:  # sources that started together are set apart at once
            wait = wait * chance if source.every else max(wait * (1 - chance / 2), min(wait, budget.floor))
    elif outcome.kind == "held":
        new, wait, why = state, outcome.retry_after or budget.floor, outcome.message
    else:
        new = remember_failure(state, outcome)
        wait, why = _back_off(source, new, outcome, budget, chance)
    return NextPoll(outcome.at + wait, f"in {in_words(wait)}: {why}", new)


def wants_whole(state: PollState, now: datetime) -> bool:
    """Say whether the next poll should ask without validators: some servers repeat them after a change."""
    return state.whole is None or now - state.whole >= _WHOLE_EVERY


def _after_answer(
    source: Source, state: PollState, outcome: Answered, budget: Budget, chance: float
) -> tuple[timedelta, str]:
    if source.every:
        return source.every, f"every {in_words(source.every)}, as configured"
    rhythm = state.rhythm or Rhythm()
    if outcome.ttl and not rhythm.known and outcome.ttl > budget.floor:
        return min(outcome.ttl, budget.cap), "the source asks for it, and its rhythm is not known yet"
    wait, why = _worth_a_poll(source, state, rhythm, budget, outcome.at)
    wait = max(wait * (1 - _SPREAD * chance), _least(rhythm, budget, outcome.at))
    if outcome.cached_for and wait < outcome.cached_for + _AFTER_CACHE <= budget.cap:
        return outcome.cached_for + _AFTER_CACHE, "until then a cache repeats this answer"
    return wait, why


def _worth_a_poll(
    source: Source, state: PollState, rhythm: Rhythm, budget: Budget, now: datetime
) -> tuple[timedelta, str]:
    """Find the time when what may be new is worth a request."""
    # What may be luck in few entries may be a pace as well: the list must not roll over meanwhile.
    window = state.window / 2 * believed(rhythm) / rhythm.rate or float("inf")
    hours = wait_for(rhythm, now, budget.price / source.priority, window, budget.cap / _HOUR)
    wait, least = timedelta(hours=hours), _least(rhythm, budget, now)
    usual = _pace(rhythm.rate * 24)
    if wait <= least:
        return least, f"more often would be impolite, at {usual}"
    if wait >= budget.cap:
        return wait, f"the longest wait allowed, at {usual}"
    return wait, f"by then a look is worth its cost, at {usual} and its hours"


def _least(rhythm: Rhythm, budget: Budget, now: datetime) -> timedelta:
    """Say how soon it is polite to ask again, at the pace that the source has now."""
    return budget.shortest(pace(rhythm, now) * liveliness(rhythm))


def _pace(a_day: float) -> str:
    if a_day < 1:
        return f"about one entry in {in_words(timedelta(days=1 / a_day))}"
    return f"about {a_day:.0f} entries a day" if round(a_day) > 1 else "about one entry a day"


def _back_off(
    source: Source, state: PollState, outcome: Failed, budget: Budget, chance: float
) -> tuple[timedelta, str]:
    """Wait twice as long after every failure, up to a day; never give up."""
    if outcome.kind == "http_410":
        return _LONGEST_BACK_OFF, f"{outcome.message}; asked once a day all the same"
    first = source.every or budget.floor
    doubled = min(first * 2 ** min(state.failures - 1, 12), _LONGEST_BACK_OFF)
    wait = doubled * (1 - _BACK_OFF_SPREAD * chance)
    if outcome.retry_after and outcome.retry_after > wait:
        return outcome.retry_after, f"{outcome.message}; its server named this time"
    return wait, f"{outcome.message} (failure {state.failures} in a row)"


def in_words(span: timedelta) -> str:
    """Give a span as people say it: 45 s, 5 min, 2 h, 3 days."""
    seconds = span.total_seconds()
    for size, unit, most in ((1, "s", 90), (60, "min", 90 * 60), (3_600, "h", 36 * 3_600)):
        if seconds < most:
            return f"{seconds / size:.2g}".removesuffix(".0") + f" {unit}" if size > 1 else f"{seconds:.0f} s"
    return f"{seconds / 86_400:.2g} days"
