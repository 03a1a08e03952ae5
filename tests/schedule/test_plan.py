"""When a source is polled next, and that the reason is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model import Source
from daemon.schedule import Answered, Budget, Failed, PollState, plan_next, wants_whole

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = Source("Tribune", "https://tribune.example/feed")
BUDGET = Budget()


def test_a_fixed_interval_is_kept_and_named():
    source = replace(SOURCE, every=timedelta(minutes=5))
    plan = plan_next(source, PollState(), Answered(NOW, listed=20), BUDGET, 0.5)
    assert plan.at == NOW + timedelta(minutes=5)
    assert plan.why == "every 5 min, as configured"


def test_failures_are_tried_again_ever_more_rarely_but_always():
    state, waits, now = PollState(), [], NOW
    for _ in range(40):
        plan = plan_next(SOURCE, state, Failed(now, "timeout", "no answer in time"), BUDGET, 0.5)
        waits.append(plan.at - now)
        state, now = plan.state, plan.at
    assert waits[0] == BUDGET.floor
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=1)
    assert state.failures == 40
    assert state.failing_since == NOW
    assert "40 failed polls" in plan.why


def test_an_answer_ends_the_back_off():
    failing = PollState(failures=9, failing_since=NOW, error_kind="dns", error="no such name")
    state = plan_next(SOURCE, failing, Answered(NOW, listed=3), BUDGET, 0.5).state
    assert (state.failures, state.failing_since, state.error) == (0, None, "")


def test_the_wish_of_a_server_is_kept():
    asked = Failed(NOW, "http_429", "we ask too often", retry_after=timedelta(hours=3))
    plan = plan_next(SOURCE, PollState(), asked, BUDGET, 0.5)
    assert plan.at == NOW + timedelta(hours=3)
    assert "as its server asked" in plan.why


def test_a_poll_that_was_not_made_is_no_failure():
    held = Failed(NOW, "held", "tribune.example was not asked", retry_after=timedelta(seconds=40))
    plan = plan_next(SOURCE, PollState(), held, BUDGET, 0.5)
    assert (plan.at, plan.state.failures) == (NOW + timedelta(seconds=40), 0)


def test_what_is_gone_is_asked_for_once_a_day():
    gone = Failed(NOW, "http_410", "the page is gone for good", permanent=True)
    assert plan_next(SOURCE, PollState(), gone, BUDGET, 0.5).at == NOW + timedelta(days=1)


@given(st.integers(1, 50), st.floats(0, 1, exclude_max=True))
def test_chance_spreads_retries_but_no_further_than_a_fifth(failures, chance):
    state = PollState(failures=failures - 1)
    usual = plan_next(SOURCE, state, Failed(NOW, "dns", "no name"), BUDGET, 0.5).at - NOW
    wait = plan_next(SOURCE, state, Failed(NOW, "dns", "no name"), BUDGET, chance).at - NOW
    assert 0.799 * usual <= wait <= 1.201 * usual


def test_once_a_day_the_document_is_fetched_whole():
    assert wants_whole(PollState(), NOW)
    state = plan_next(SOURCE, PollState(), Answered(NOW, listed=3), BUDGET, 0.5).state
    assert not wants_whole(state, NOW + timedelta(hours=1))
    assert wants_whole(state, NOW + timedelta(hours=24))


@pytest.mark.parametrize("state", [PollState(), PollState(NOW, NOW, 3, NOW, "dns", "no such «name»")])
def test_a_state_survives_its_journey_through_the_store(state):
    assert PollState.from_json(state.to_json()) == state


def test_a_state_from_another_version_is_read():
    assert PollState.from_json('{"failures": 2, "colour": "red"}') == PollState(failures=2)
