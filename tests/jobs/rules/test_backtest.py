"""Rules asked of the stored archive."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest

from daemon.jobs.backtest import archive_of, backtest
from daemon.model import Hit, Rule, Severity
from daemon.store import hits

FLOOD = Rule("flood", any=("flood",))


async def test_it_counts_alerts_by_day(ask, add):
    add("Flood at the quay", days=2)
    add("Floods go on", days=1)
    add("A second flood", days=1)
    add("Dry", days=1)
    count, (result,) = await ask(FLOOD)
    assert (count, result.hits) == (4, 3)
    assert result.days == {date(2026, 11, 20): 1, date(2026, 11, 21): 2}
    assert result.busiest == (date(2026, 11, 21), 2)


async def test_copies_ring_once_on_the_day_of_the_first(ask, add):
    first = add("Flood at the quay", days=3)
    add("Flood at the quay, agencies say", days=2, of=first)
    _, (result,) = await ask(FLOOD)
    assert (result.hits, result.days) == (2, {date(2026, 11, 19): 1})


async def test_what_was_found_before_is_not_asked(ask, add):
    add("Flood long ago", days=20)
    add("Flood now", days=1)
    count, (result,) = await ask(FLOOD, days=7)
    assert (count, result.hits, result.examples[0].title) == (1, 1, "Flood now")


async def test_an_empty_archive_has_no_hits(ask):
    count, (result,) = await ask(FLOOD)
    assert (count, result.hits, result.busiest, result.examples) == (0, 0, (None, 0), ())


async def test_gained_and_lost_are_against_the_stored_hits(ask, store, now, add):
    both = add("Flood and storm")
    gained = add("Flood only")
    lost = add("Storm only")
    ran = [(Hit("flood"), Severity.HIGH)]
    for article in (both, lost):
        store.write_now(lambda conn, article=article: hits.put(conn, article, ran, now))
    _, (result,) = await ask(FLOOD)
    assert (result.ran, result.gained, result.lost) == (True, {gained}, {lost})
    assert Counter(each.change for each in result.examples) == {"gained": 1, "lost": 1}


async def test_a_rule_that_never_ran_gains_and_loses_nothing(ask, add):
    add("Flood now")
    _, (result,) = await ask(FLOOD)
    assert (result.hits, result.ran, result.gained, result.lost) == (1, False, frozenset(), frozenset())


async def test_examples_mark_what_matched(ask, add):
    add("At the quay", "The sea rose. A flood came at noon. It went.")
    _, (result,) = await ask(FLOOD)
    (example,) = result.examples
    assert [piece.text for piece in example.quote if piece.marked] == ["flood"]
    assert example.url == "https://tides.example/At-the-quay"


async def test_a_source_has_the_tags_of_the_configuration(ask, add):
    add("Flood")
    _, (here, elsewhere) = await ask(
        Rule("a", any=("flood",), source_tags=("coast",)),
        Rule("b", any=("flood",), source_tags=("hill",)),
    )
    assert (here.hits, elsewhere.hits) == (1, 0)


async def test_progress_reaches_its_end(ask, add):
    for number in range(3):
        add(f"Flood {number}")
    seen = []
    await ask(FLOOD, progress=lambda done, every: seen.append((done, every)))
    assert seen == [(3, 3)]


async def test_who_interrupts_it_leaves_nothing_running(store, url, now, add, monkeypatch):
    monkeypatch.setattr("daemon.jobs.backtest.ERRAND", 1)
    for number in range(3):
        add(f"Flood {number}")
    begun, left, all_begun = [], [], asyncio.Event()

    async def compute(_work, _archive, first, _last):
        begun.append(first)
        if len(begun) == 3:
            all_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.append(first)

    asking = asyncio.ensure_future(
        backtest(compute, store, archive_of(url, now - timedelta(days=9), ()), ["flood"])
    )
    await all_begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0)
    assert sorted(left) == sorted(begun)
