"""The state is small, survives its journey through the store, and reads what other versions wrote."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model import Source
from daemon.schedule import Answered, Budget, PollState, plan_next

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def through_json(state):
    return json.loads(json.dumps(state.to_plain()))


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
    assert PollState.from_plain(through_json(state)) == state


@settings(max_examples=30)
@given(st.lists(st.floats(0, 60), min_size=1, max_size=30))
def test_a_learned_state_survives_but_for_rounding(gaps):
    state, now = PollState(), NOW
    for gap in gaps:
        now += timedelta(hours=gap / 10)
        outcome = Answered(now, 20, (now - timedelta(minutes=gap),))
        state = plan_next(Source("s", ""), state, outcome, Budget(), 0).state
    plain = through_json(state)
    again = PollState.from_plain(plain)
    assert again.to_plain() == plain
    assert again.rhythm is not None
    assert again.rhythm.rate == pytest.approx(state.rhythm.rate, rel=1e-3)
    assert len(json.dumps(plain, separators=(",", ":"))) < 700


def test_what_another_version_wrote_is_read():
    assert PollState.from_plain({"failures": 2, "colour": "red"}) == PollState(failures=2)


def test_nothing_is_a_new_source():
    assert PollState.from_plain({}) == PollState()
