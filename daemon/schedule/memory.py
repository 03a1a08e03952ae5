"""What a poll teaches: state and outcome in, state out."""

from dataclasses import replace
from datetime import datetime
from math import ceil

from daemon.schedule.rhythm import Rhythm, expected, first_rhythm, learn
from daemon.schedule.state import Answered, Failed, PollState

_SURE = 0.75  # of a list, the newest: its dates tell its pace
_MOST_OVER = 10.0  # times what was listed that is believed to have gone by


def remember_failure(state: PollState, outcome: Failed) -> PollState:
    """Count a failure and keep its words."""
    return replace(
        state,
        failures=state.failures + 1,
        failing_since=state.failing_since or outcome.at,
        error_kind=outcome.kind,
        error=outcome.message,
    )


def remember_answer(state: PollState, outcome: Answered) -> PollState:
    """Take in an answer: what failed before is over, and the rhythm is known a little better."""
    moved = outcome.moved_to
    return replace(
        _remember_listing(state, outcome),
        answered=outcome.at,
        failures=0,
        failing_since=None,
        error_kind="",
        error="",
        moved_to=moved,
        moves=state.moves + 1 if moved and moved == state.moved_to else int(bool(moved)),
        certificate_ends=outcome.certificate_ends or state.certificate_ends,
    )


def _remember_listing(state: PollState, outcome: Answered) -> PollState:
    """Take in what was listed. A document without entries is a fault, not news of silence."""
    if outcome.listed == 0:
        return replace(state, whole=outcome.at, empty=state.empty + 1)
    before, now = state.answered, outcome.at
    if state.rhythm is None or before is None:
        rhythm, quiet, missed = first_rhythm(outcome.published, now), 0.0, 0
    else:
        rhythm = learn(state.rhythm, before, now, outcome.published)
        quiet = 0.0 if outcome.published else state.quiet + expected(state.rhythm, before, now)
        missed = _missed(state.rhythm, outcome, before)
    whole = outcome.listed is not None
    return replace(
        state,
        rhythm=rhythm,
        quiet=quiet,
        news=now if outcome.published or state.news is None else state.news,
        missed=missed or state.missed,
        gap=now if missed else state.gap,
        whole=now if whole else state.whole,
        window=outcome.listed or state.window,
        empty=0 if whole else state.empty,
    )


def _missed(rhythm: Rhythm, outcome: Answered, before: datetime) -> int:
    """Guess how many entries came and went unseen: none if the list meets what was known before.

    The time between the last poll and the oldest listed entry is filled at the pace of the list, or of
    the rhythm where the list tells no dates. The oldest quarter is passed over: it may be pinned, or dated
    before it was listed, and then tells nothing of how far back the list reaches.
    """
    if outcome.overlaps or not outcome.published:
        return 0
    times = sorted(outcome.published, reverse=True)
    sure = ceil(len(times) * _SURE)
    reach = max(times[sure - 1], before)
    if reach >= outcome.at:
        return max(1, round(expected(rhythm, before, outcome.at) - len(times)))
    times_over = min((reach - before) / (outcome.at - reach), _MOST_OVER)
    return max(1, round(times_over * sure) - (len(times) - sure))
