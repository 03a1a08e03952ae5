"""The state is small, survives its journey through the store, and reads what other versions wrote."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model import Source
from daemon.schedule import Answered, Budget, PollState, plan_next

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "state",
    [
        PollState(),
        PollState(
            NOW, NOW, 3, NOW, "dns", "no such «name»", moved_to="https://a.example/", certificate_ends=NOW
        ),
    ],
)
def test_a_state_survives(state):
    assert PollState.from_json(state.to_json()) == state


@settings(max_examples=30)
@given(st.lists(st.floats(0, 60), min_size=1, max_size=30))
def test_a_learned_state_survives_but_for_rounding(gaps):
    state, now = PollState(), NOW
    for gap in gaps:
        now += timedelta(hours=gap / 10)
        outcome = Answered(now, 20, (now - timedelta(minutes=gap),))
        state = plan_next(Source("s", ""), state, outcome, Budget(), 0).state
    text = state.to_json()
    again = PollState.from_json(text)
    assert again.to_json() == text
    assert again.rhythm is not None
    assert again.rhythm.rate == pytest.approx(state.rhythm.rate, rel=1e-3)
    assert len(text) < 700


def test_what_another_version_wrote_is_read():
    assert PollState.from_json('{"failures": 2, "colour": "red"}') == PollState(failures=2)


def test_nothing_is_a_new_source():
    assert PollState.from_json("") == PollState()
