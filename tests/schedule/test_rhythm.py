"""A rhythm is learned from what polls find."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.schedule.rhythm import (
    Rhythm,
    believed,
    expected,
    first_rhythm,
    learn,
    liveliness,
    shape,
    wait_for,
)

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def watch(rhythm: Rhythm, days: int, times: list[datetime], every: timedelta = HOUR) -> Rhythm:
    now = MONDAY
    while now < MONDAY + days * DAY:
        found = [time for time in times if now < time <= now + every]
        rhythm, now = learn(rhythm, now, now + every, found), now + every
    return rhythm


def test_the_first_list_tells_the_pace():
    times = [MONDAY - HOUR * i for i in range(1, 25)]
    assert first_rhythm(times, MONDAY).rate == pytest.approx(1.0, rel=0.15)


@pytest.mark.parametrize("times", [[], [MONDAY] * 25, [MONDAY + DAY]])
def test_a_list_without_dates_tells_nothing(times):
    assert not first_rhythm(times, MONDAY).known


def test_a_list_that_is_years_old_tells_of_silence():
    rhythm = first_rhythm([MONDAY - DAY * 900, MONDAY - DAY * 700], MONDAY)
    assert rhythm.known
    assert rhythm.rate < 1 / (24 * 20)


def test_three_weeks_correct_a_wrong_guess():
    times = [MONDAY + HOUR * (i + 0.5) for i in range(21 * 24)]
    assert watch(Rhythm(hours=(0.01,) * 24), 21, times).rate == pytest.approx(1.0, rel=0.15)
    assert watch(Rhythm(hours=(5.0,) * 24), 21, []).rate < 1.0


def test_office_hours_are_learned():
    times = [MONDAY + DAY * d + HOUR * (h + 0.3) for d in range(21) for h in range(8, 18)]
    hours = shape(watch(Rhythm(hours=(10 / 24,) * 24), 21, times))
    assert min(hours[9:17]) > 5 * max(hours[20:24] + hours[0:6])


def test_a_first_list_lets_expect_a_quiet_weekend_until_the_source_shows_otherwise():
    times = [MONDAY - HOUR * i for i in range(1, 25)]
    first = first_rhythm(times, MONDAY)
    assert max(first.days[5:]) < 0.6 * min(first.days[:5])
    ceaseless = [MONDAY + HOUR * (i + 0.5) for i in range(28 * 24)]
    learned = watch(first, 28, ceaseless)
    assert min(learned.days[5:]) > 0.8 * max(learned.days[:5])


def test_few_entries_tell_a_day_from_its_night():
    """Two entries a day for three weeks: each hour saw next to none, the day's wave shows."""
    chance = random.Random(3)
    times = [MONDAY + DAY * d + HOUR * chance.uniform(8, 20) for d in range(21) for _ in range(2)]
    hours = shape(watch(Rhythm(hours=(2 / 24,) * 24), 21, times))
    assert sum(hours[9:19]) / 10 > 2.5 * sum(hours[0:6]) / 6
    assert sum(hours) == pytest.approx(2, rel=0.2)


def test_weekends_are_learned():
    times = [MONDAY + DAY * d + HOUR * (h + 0.3) for d in range(28) if d % 7 < 5 for h in range(24)]
    rhythm = watch(Rhythm(hours=(1.0,) * 24), 28, times)
    assert max(rhythm.days[5:]) < 0.6 * min(rhythm.days[:5])


@given(st.lists(st.floats(-48, 48), max_size=30), st.floats(0.01, 60))
def test_rates_stay_positive_and_finite(offsets, hours):
    now = MONDAY + HOUR * hours
    rhythm = learn(Rhythm(), MONDAY, now, [MONDAY + HOUR * offset for offset in offsets])
    assert all(0 < rate < 1e4 for rate in (*rhythm.hours, *rhythm.days))
    assert expected(rhythm, MONDAY, now) > 0


@given(st.floats(0.002, 20), st.floats(1e-4, 1))
def test_at_a_steady_rate_the_wait_is_the_square_root_law(rate, price):
    rhythm = Rhythm(hours=(rate,) * 24, days_known=30)
    wait = wait_for(rhythm, MONDAY, price, float("inf"), 24.0)
    assert wait == pytest.approx(min((2 * price / believed(rhythm)) ** 0.5, 24.0), rel=1e-6)


def test_few_entries_are_luck_more_often_than_a_pace():
    few, many = (Rhythm(hours=(entries / 24 / 30,) * 24, days_known=30) for entries in (1, 100))
    assert believed(few) < 0.7 * few.rate
    assert believed(many) == pytest.approx(many.rate, rel=0.01)
    assert expected(few, MONDAY, MONDAY + HOUR) == pytest.approx(believed(few))


def test_a_burst_is_followed_until_it_has_faded():
    calm = Rhythm(hours=(1.0,) * 24, days_known=30)
    times = [MONDAY + HOUR * minute / 60 for minute in range(50, 60)]
    lively = learn(calm, MONDAY, MONDAY + HOUR, times)
    assert liveliness(lively) > 2
    assert 1 < liveliness(lively, waited=3) < 1.2
    quiet = learn(calm, MONDAY, MONDAY + HOUR, [])
    assert liveliness(quiet) < 1
    now = MONDAY + HOUR
    waits = [wait_for(rhythm, now, 0.05, float("inf"), 2.0) for rhythm in (lively, quiet)]
    assert waits[0] < 0.7 * waits[1]


def test_one_entry_of_a_slow_source_is_no_burst():
    slow = Rhythm(hours=(1 / 24,) * 24, days_known=30)
    assert liveliness(learn(slow, MONDAY, MONDAY + HOUR, [MONDAY + HOUR * 0.9])) < 1.25


def test_nights_are_polled_rarely_and_days_often():
    rhythm = Rhythm(hours=(0.01,) * 6 + (6.0,) * 12 + (0.01,) * 6, days_known=100)
    night, day = (wait_for(rhythm, MONDAY + HOUR * h, 0.05, float("inf"), 24.0) for h in (0, 10))
    assert night > 4 * day


def test_entries_found_late_count_for_the_hours_watched():
    chance = random.Random(7)
    late = [MONDAY - DAY * chance.random() for _ in range(5)]
    rhythm = learn(Rhythm(), MONDAY, MONDAY + HOUR, late)
    assert rhythm.hours[0] > Rhythm().hours[0]
