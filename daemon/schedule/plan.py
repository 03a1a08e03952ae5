"""When a source is polled next, and why then."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.model import Source
from daemon.schedule.state import Answered, Failed, PollState

_LONGEST_BACKOFF = timedelta(days=1)
_WHOLE_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """What polling may cost: requests an hour over all sources, and the bounds of one's interval."""

    per_hour: float = 1000.0
    floor: timedelta = timedelta(minutes=5)
    cap: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a source is due, why then (a sentence), and what to remember until then."""

    at: datetime
    why: str
    state: PollState


def plan_next(
    source: Source, state: PollState, outcome: Answered | Failed, budget: Budget, chance: float
) -> NextPoll:
    """Decide when a source is polled next. `chance` is random, from 0 up to 1; it spreads retries."""
    if isinstance(outcome, Failed):
        return _after_failure(source, state, outcome, budget, chance)
    return _after_answer(source, state, outcome, budget)


def wants_whole(state: PollState, now: datetime) -> bool:
    """Say whether the next poll should ask without validators: some servers repeat them after a change."""
    return state.whole is None or now - state.whole >= _WHOLE_EVERY


def _after_answer(source: Source, state: PollState, outcome: Answered, budget: Budget) -> NextPoll:
    now = outcome.at
    whole = now if outcome.listed is not None else state.whole
    state = PollState(answered=now, whole=whole)
    if source.every:
        return NextPoll(now + source.every, f"every {in_words(source.every)}, as configured", state)
    wait, why = timedelta(minutes=15), "every 15 min until its rhythm is known"
    if outcome.cached_for and outcome.cached_for > wait:
        wait = min(outcome.cached_for + timedelta(seconds=5), budget.cap)
        why = f"in {in_words(wait)}: until then a cache repeats this answer"
    return NextPoll(now + wait, why, state)


def _after_failure(
    source: Source, state: PollState, outcome: Failed, budget: Budget, chance: float
) -> NextPoll:
    now = outcome.at
    if outcome.kind == "held":
        wait = outcome.retry_after or budget.floor
        return NextPoll(now + wait, f"in {in_words(wait)}: {outcome.message}", state)
    state = replace(
        state,
        failures=state.failures + 1,
        failing_since=state.failing_since or now,
        error_kind=outcome.kind,
        error=outcome.message,
    )
    if outcome.kind == "http_410":
        return NextPoll(now + _LONGEST_BACKOFF, f"once a day: {outcome.message}", state)
    first = source.every or budget.floor
    wait = min(first * 2 ** min(state.failures - 1, 12), _LONGEST_BACKOFF) * (0.8 + 0.4 * chance)
    why = f"in {in_words(wait)}, after {state.failures} failed polls in a row: {outcome.message}"
    if outcome.retry_after and outcome.retry_after > wait:
        wait = outcome.retry_after
        why = f"in {in_words(wait)}, as its server asked: {outcome.message}"
    return NextPoll(now + wait, why, state)


def in_words(span: timedelta) -> str:
    """Give a span as people say it: 45 s, 5 min, 2 h, 3 days."""
    seconds = span.total_seconds()
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 1.95 * size or (unit != "days" and seconds >= size):
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"
