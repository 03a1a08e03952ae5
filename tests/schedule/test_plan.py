"""When a source is polled next, and that the reason is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model import Source
from daemon.schedule import Answered, Budget, Failed, PollState, plan_next, wants_whole
from daemon.schedule.rhythm import Rhythm

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = Source("Tribune", "https://tribune.example/feed")
BUDGET = Budget()
DOWN = Failed(NOW, "timeout", "tribune.example: no answer in time")


def polled(state: PollState = PollState(), source: Source = SOURCE, chance: float = 0.0, **listed):  # noqa: B008 - frozen
    return plan_next(source, state, Answered(**({"at": NOW, "listed": 20} | listed)), BUDGET, chance)


def every(minutes: float, count: int, until: datetime = NOW) -> tuple[datetime, ...]:
    return tuple(until - timedelta(minutes=minutes * (i + 1)) for i in range(count))


def test_a_fixed_interval_is_kept_and_named():
    source = replace(SOURCE, every=timedelta(minutes=7))
    first = polled(source=source, chance=0.5)
    assert first.at == NOW + timedelta(minutes=3.5)
    plan = polled(first.state, source, chance=0.5)
    assert plan.at == NOW + timedelta(minutes=7)
    assert plan.why == "in 7 min: every 7 min, as configured"


def test_what_publishes_more_is_polled_more_often():
    waits = [polled(published=every(gap, 20)).at for gap in (4, 20, 100, 500)]
    assert waits == sorted(set(waits))


@pytest.mark.parametrize(
    ("gap", "words"),
    [(20, "about 54 entries a day"), (1300, "about one entry a day"), (9000, "about one entry in 6.7 days")],
)
def test_the_reason_names_the_pace(gap, words):
    assert words in polled(published=every(gap, 20)).why


def test_a_higher_priority_is_polled_more_often():
    usual = polled(published=every(60, 20)).at
    assert polled(source=replace(SOURCE, priority=4), published=every(60, 20)).at < usual


def test_an_old_feed_is_polled_as_rarely_as_the_cap_allows():
    plan = polled(published=(NOW - timedelta(days=900), NOW - timedelta(days=400)))
    assert plan.at == NOW + BUDGET.cap
    assert "the longest wait allowed" in plan.why


def test_a_torrent_is_polled_as_often_as_is_polite():
    plan = polled(published=every(0.01, 1500), listed=20)
    assert plan.at == NOW + BUDGET.fastest
    assert "impolite" in plan.why


def test_politeness_goes_by_the_pace_of_the_hour():
    hours = tuple(20.0 if 8 <= hour < 20 else 2.0 for hour in range(24))
    costless = replace(BUDGET, price=1e-7)
    day, night = (
        plan_next(
            SOURCE,
            PollState(answered=at, rhythm=Rhythm(hours=hours, days_known=90, lately=(20, 20))),
            Answered(at),
            costless,
            0,
        ).at
        - at
        for at in (NOW, NOW - timedelta(hours=12))
    )
    assert BUDGET.fastest < day < timedelta(minutes=2)
    assert night == BUDGET.floor


def test_a_short_list_is_read_before_it_rolls_over():
    thrifty = replace(BUDGET, price=100.0, cap=timedelta(days=1))
    short, long = (
        plan_next(SOURCE, PollState(), Answered(NOW, listed, every(60, 10)), thrifty, 0).at - NOW
        for listed in (10, 100)
    )
    assert short < timedelta(hours=10) < long  # at a weekend's pace


def test_a_cache_is_not_asked_again_before_its_copy_runs_out():
    plan = polled(published=every(4, 20), cached_for=timedelta(minutes=30))
    assert plan.at == NOW + timedelta(minutes=30, seconds=5)
    assert "a cache repeats this answer" in plan.why


def test_a_source_that_tells_no_dates_is_first_asked_when_it_wishes():
    plan = polled(published=(NOW,) * 20, ttl=timedelta(minutes=40))
    assert plan.at == NOW + timedelta(minutes=40)


@given(
    st.lists(st.floats(0, 5000), max_size=40),
    st.floats(1e-6, 1e3),
    st.floats(0.1, 10),
    st.integers(0, 167),
    st.floats(0, 1, exclude_max=True),
)
def test_no_wait_leaves_its_bounds(gaps, price, priority, hour, chance):
    now = NOW + timedelta(hours=hour)
    times = tuple(now - timedelta(hours=gap) for gap in gaps)
    budget, source = replace(BUDGET, price=price), replace(SOURCE, priority=priority)
    plan = plan_next(source, PollState(), Answered(now, 20, times), budget, chance)
    for _ in range(5):
        assert budget.fastest <= plan.at - now <= budget.cap
        now = plan.at
        plan = plan_next(source, plan.state, Answered(now), budget, chance)


def test_failures_are_tried_again_ever_more_rarely_but_always():
    state, waits, now = PollState(), [], NOW
    for _ in range(40):
        plan = plan_next(SOURCE, state, replace(DOWN, at=now), BUDGET, 0)
        waits.append(plan.at - now)
        state, now = plan.state, plan.at
    assert waits[0] == BUDGET.floor
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=1)
    assert (state.failures, state.failing_since) == (40, NOW)
    assert "failure 40 in a row" in plan.why


@given(st.integers(1, 50), st.floats(0, 1, exclude_max=True))
def test_chance_spreads_retries_but_no_further_than_a_fifth(failures, chance):
    state = PollState(failures=failures - 1)
    longest = plan_next(SOURCE, state, DOWN, BUDGET, 0).at - NOW
    assert 0.799 * longest <= plan_next(SOURCE, state, DOWN, BUDGET, chance).at - NOW <= longest


def test_an_answer_ends_the_back_off():
    failing = PollState(failures=9, failing_since=NOW, error_kind="dns", error="no such name")
    state = polled(failing).state
    assert (state.failures, state.failing_since, state.error) == (0, None, "")


def test_the_wish_of_a_server_is_kept():
    asked = Failed(NOW, "http_429", "tribune.example answered 429", retry_after=timedelta(hours=3))
    plan = plan_next(SOURCE, PollState(), asked, BUDGET, 0.5)
    assert plan.at == NOW + timedelta(hours=3)
    assert plan.why == "in 3 h: tribune.example answered 429; its server named this time"


def test_a_poll_that_was_not_made_is_no_failure():
    held = Failed(NOW, "held", "tribune.example was not asked", retry_after=timedelta(seconds=40))
    plan = plan_next(SOURCE, PollState(), held, BUDGET, 0.5)
    assert (plan.at, plan.state.failures) == (NOW + timedelta(seconds=40), 0)


def test_what_is_gone_is_asked_for_once_a_day():
    gone = Failed(NOW, "http_410", "the page is gone for good", permanent=True)
    assert plan_next(SOURCE, PollState(), gone, BUDGET, 0.5).at == NOW + timedelta(days=1)


def test_once_a_day_the_document_is_fetched_whole():
    assert wants_whole(PollState(), NOW)
    state = polled().state
    assert not wants_whole(state, NOW + timedelta(hours=1))
    assert wants_whole(state, NOW + timedelta(hours=24))


def test_a_day_of_the_week_that_never_brings_anything_is_polled_all_the_same():
    silent = Rhythm(hours=(20.0,) * 24, days=(7 / 6,) * 6 + (1e-14,), days_known=500.0)
    plan = polled(PollState(answered=NOW - timedelta(hours=1), rhythm=silent, window=20))
    assert NOW.strftime("%A") == "Sunday"
    assert NOW < plan.at <= NOW + BUDGET.cap


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(hours=30), timedelta(days=60)])
def test_a_clock_that_is_put_back_stops_no_poll(back):
    lively = polled(published=every(2, 50))
    plan = polled(polled(lively.state, at=NOW - back).state, at=NOW - back + timedelta(minutes=5))
    assert NOW - back < plan.at <= NOW - back + timedelta(minutes=5) + BUDGET.cap
    assert plan.state.rhythm
    assert min(plan.state.rhythm.lately) >= 0
    assert plan.state.rhythm.days_known >= 0


@pytest.mark.parametrize("hours", [2, 8])
def test_entries_without_dates_that_an_outage_gathered_are_no_burst(hours):
    state = PollState(
        answered=NOW - timedelta(hours=hours), rhythm=Rhythm(hours=(5.0,) * 24, days_known=100.0), window=100
    )
    dated = polled(state, published=every(12, 5 * hours)).at - NOW
    undated = polled(state, published=(NOW,) * (5 * hours)).at - NOW
    assert undated > 0.9 * dated
