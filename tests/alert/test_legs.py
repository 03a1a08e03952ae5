"""How long each leg of an alert's way takes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.alert import Leg, Times, leg_by_leg, source_by_source, spans

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def times(source="harbour", *, published=0.0, found=60.0, rung=61.0, sent=61.5):
    def at(seconds):
        return None if seconds is None else NOON + timedelta(seconds=seconds)

    return Times(source, at(published), at(found), at(rung), at(sent))


@pytest.mark.parametrize(
    ("taken", "seconds"),
    [
        (times(), {"FOUND": 60, "RUNG": 1, "SENT": 0.5, "OWN": 1.5, "WHOLE": 61.5}),
        (times(published=None), {"RUNG": 1, "SENT": 0.5, "OWN": 1.5}),
        (times(sent=None), {"FOUND": 60, "RUNG": 1}),
        (times(published=300), {"FOUND": 0, "RUNG": 1, "SENT": 0.5, "OWN": 1.5, "WHOLE": 0}),
    ],
)
def test_a_leg_is_as_long_as_its_ends_are_apart_where_both_are_known(taken, seconds):
    assert {leg.name: span.total_seconds() for leg, span in spans(taken)} == seconds


def test_half_and_nineteen_in_twenty_are_by_the_nearest_rank():
    spread = leg_by_leg([times(published=None, rung=60 + n, sent=None) for n in range(1, 21)])[Leg.RUNG]
    assert (spread.count, spread.p50.total_seconds(), spread.p95.total_seconds()) == (20, 10, 19)


def test_sources_are_apart_the_busiest_first():
    by_source = source_by_source([times("a"), times("b", found=10), times("b", found=20)])
    assert list(by_source) == ["b", "a"]
    assert by_source["b"][Leg.FOUND].p95 == timedelta(seconds=20)


def test_nothing_has_no_legs():
    assert leg_by_leg([]) == {}


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_percentiles_are_times_that_were_taken_and_are_ordered(seconds):
    taken = [times(published=None, found=0, rung=second, sent=None) for second in seconds]
    spread = leg_by_leg(taken)[Leg.RUNG]
    real = {span for each in taken for _, span in spans(each)}
    assert {spread.p50, spread.p95} <= real
    assert spread.p50 <= spread.p95 <= max(real)
    assert sum(span <= spread.p95 for each in taken for _, span in spans(each)) >= 0.95 * len(seconds)
