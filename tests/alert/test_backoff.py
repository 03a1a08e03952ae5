from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.alert import Backoff, next_attempt
from daemon.model import DeliveryState, Outcome

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HICCUP = Outcome(ok=False, kind="http_500", detail="Internal Server Error")


def test_what_was_sent_is_done():
    after = next_attempt(0, Outcome(ok=True), NOW, 0.5)
    assert (after.state, after.attempts, after.at, after.reason) == (DeliveryState.SENT, 1, None, "sent")


def test_a_permanent_error_is_not_tried_again():
    after = next_attempt(0, Outcome(ok=False, kind="http_404", permanent=True), NOW, 0.5)
    assert (after.state, after.at) == (DeliveryState.DEAD, None)
    assert "would not help" in after.reason


def test_the_last_attempt_is_the_last():
    after = next_attempt(39, HICCUP, NOW, 0.5)
    assert (after.state, after.attempts, after.at) == (DeliveryState.DEAD, 40, None)
    assert "given up after 40 attempts" in after.reason


@pytest.mark.parametrize("attempts", [0, 39, 40, 400])
def test_what_never_left_does_not_count(attempts):
    busy = Outcome(ok=False, kind="busy", retry_after=timedelta(seconds=9))
    after = next_attempt(attempts, busy, NOW, 0.0)
    assert (after.state, after.attempts) == (DeliveryState.FAILED, attempts)
    assert after.at == NOW + timedelta(seconds=9)


def test_a_doubt_is_named():
    after = next_attempt(0, Outcome(ok=False, kind="timeout", unknown=True), NOW, 0.5)
    assert after.state is DeliveryState.FAILED
    assert after.reason == "timeout; may have arrived; tried again in 2 s"


@pytest.mark.parametrize(
    ("wish", "at_least", "at_most"),
    [(0, 1, 5), (7, 7, 11), (86_400 * 3650, 6 * 3600, 6 * 3600 + 4)],
)
def test_the_targets_wish_is_heeded_within_reason(wish, at_least, at_most):
    outcome = Outcome(ok=False, kind="http_429", retry_after=timedelta(seconds=wish))
    for chance in (0.0, 0.999):
        after = next_attempt(3, outcome, NOW, chance)
        assert after.at
        assert timedelta(seconds=at_least) <= after.at - NOW <= timedelta(seconds=at_most)


@given(attempts=st.integers(0, 38), chance=st.floats(0, 1, exclude_max=True))
def test_the_wait_lies_between_a_second_and_a_bound_that_doubles_up_to_the_cap(attempts, chance):
    plan = Backoff()
    after = next_attempt(attempts, HICCUP, NOW, chance, plan)
    assert after.at
    assert timedelta(seconds=1) <= after.at - NOW <= max(plan.bound(attempts + 1), timedelta(seconds=1))
    assert plan.bound(attempts + 1) == min(plan.cap, 2 * plan.bound(attempts) if attempts else plan.base)
