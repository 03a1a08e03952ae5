"""The budget is spent, and no more, as long as the promises to the sources allow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model import Source
from daemon.schedule import Answered, Budget, PollState, plan_next, settle
from daemon.schedule.rhythm import Rhythm

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sources(rates: list[float], **options) -> list[tuple[Source, PollState]]:
    return [
        (Source(f"s{i}", "", **options), PollState(rhythm=Rhythm((rate,) * 24)))
        for i, rate in enumerate(rates)
    ]


def demand(budget: Budget, known: list[tuple[Source, PollState]]) -> float:
    """Count the requests an hour that the plans would make."""
    total = 0.0
    for source, state in known:
        polled = replace(state, answered=NOW - timedelta(seconds=1))
        plan = plan_next(source, polled, Answered(NOW), budget, 0.0)
        total += timedelta(hours=1) / (plan.at - NOW)
    return total


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.002, 5), min_size=20, max_size=60), st.floats(1.2, 8))
def test_the_price_spends_the_budget(rates, per_source):
    known = sources(rates)
    budget = settle(Budget(per_hour=per_source * len(rates)), known)
    assert demand(budget, known) == pytest.approx(budget.per_hour, rel=0.03)


def test_the_cap_is_kept_even_where_it_costs_more_than_the_budget():
    known = sources([0.01] * 100)
    budget = settle(Budget(per_hour=10, cap=timedelta(hours=2)), known)
    assert demand(budget, known) == pytest.approx(50, rel=0.01)


def test_ten_sources_are_polled_politely_however_large_the_budget():
    known = sources([0.5] * 10)
    assert demand(settle(Budget(), known), known) == pytest.approx(120, rel=0.01)


def test_polling_spends_what_reading_again_leaves():
    known = sources([0.2] * 100)
    assert demand(settle(Budget(per_hour=400), known, reread=40), known) == pytest.approx(360, rel=0.03)
    spent = settle(replace(Budget(per_hour=400), price=1.0), known, spent=400, reread=40)
    assert spent.trim > settle(replace(Budget(per_hour=400), price=1.0), known, spent=400).trim


def test_fixed_intervals_are_paid_first():
    fixed = sources([1.0] * 10, every=timedelta(minutes=6))
    others = sources([0.2] * 50)
    budget = settle(Budget(per_hour=200), [*fixed, *others])
    assert demand(budget, others) == pytest.approx(100, rel=0.03)


def test_what_was_overspent_is_saved_later():
    known = sources([0.2] * 100)
    budget = Budget(per_hour=200)
    prices = []
    for _ in range(24):
        budget = settle(budget, known, spent=240)
        prices.append(budget.price)
    assert prices == sorted(prices)
    assert prices[-1] > 1.3 * prices[0]


def test_a_failing_source_leaves_its_share_to_the_others():
    known = sources([0.2] * 50)
    failing = [(source, replace(state, failures=3)) for source, state in known[:25]]
    assert (
        settle(Budget(per_hour=150), [*known[25:], *failing]).price
        < settle(Budget(per_hour=150), known).price
    )


def test_no_sources_cost_nothing():
    assert settle(Budget(), []).price > 0
