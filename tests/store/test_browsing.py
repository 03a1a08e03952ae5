"""Sources as the desk lists them: in an order, by words, and each with its last day."""

from datetime import datetime, timedelta

import pytest

from daemon.model import Entry, Fate, Precision, Source, Verdict
from daemon.store import Store, entries, polls, sources
from daemon.store.browsing import Order, browse
from daemon.store.polls import Hour, NextPoll, Poll, PollOutcome

HOUR = timedelta(hours=1)


@pytest.fixture
def known(store: Store, now: datetime) -> dict[str, int]:
    outlets = [
        Source("100% Post", "https://one.example/a_b"),
        Source("Harbour", "https://two.example/FEED"),
        Source("the harbour, again", "https://three.example/aXb"),
    ]
    store.write_now(lambda conn: sources.sync(conn, outlets, now - 30 * HOUR))
    return {state.name: state.id for state in store.read_now(sources.page)}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("harbour", ["Harbour", "the harbour, again"]),
        ("AGAIN harbour", ["the harbour, again"]),
        ("feed", ["Harbour"]),
        ("%", ["100% Post"]),
        ("a_b", ["100% Post"]),
        ("/", ["100% Post", "Harbour", "the harbour, again"]),
        ("nowhere", []),
    ],
)
def test_words_stand_in_a_name_or_an_address_whatever_their_capitals(store, known, words, found):
    listed = store.read_now(lambda conn: browse(conn, Order.NAME, words=words))
    assert sorted(state.name for state in listed) == found


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_without_a_gap(store, known, order):
    whole = [state.name for state in store.read_now(lambda conn: browse(conn, order))]
    after, turned = None, []
    for _ in known:
        (state,) = store.read_now(lambda conn, after=after: browse(conn, order, after=after, limit=1))
        turned.append(state.name)
        after = state.id
    assert turned == whole


def test_a_days_polls_are_summed_by_the_hour(store, known, now):
    post, harbour = known["100% Post"], known["Harbour"]
    made = [
        (post, Poll(now, PollOutcome.LISTED, added=2)),
        (post, Poll(now + HOUR / 2, PollOutcome.FAILED)),
        (post, Poll(now - 12 * HOUR, PollOutcome.LISTED, added=1)),
        (post, Poll(now - 25 * HOUR, PollOutcome.LISTED, added=9)),
        (harbour, Poll(now, PollOutcome.UNCHANGED)),
    ]
    for source, poll in made:
        store.write_now(lambda conn, s=source, p=poll: polls.record(conn, s, p, NextPoll(now, "")))

    def ask(most: int) -> dict[int, dict[datetime, Hour]]:
        asked = [post, harbour, known["the harbour, again"]]
        return store.read_now(lambda conn: polls.by_hour(conn, asked, now - 23 * HOUR, now + HOUR, most=most))

    day = {now: Hour(2, 1, 2), now - 12 * HOUR: Hour(1, 0, 1)}
    assert ask(100) == {post: day, harbour: {now: Hour(1)}, known["the harbour, again"]: {}}
    assert ask(1)[post] == {now: day[now]}, "the latest part of the time"


def test_delays_are_those_of_the_latest_entries_with_a_time_of_day(store, known, now):
    post = known["100% Post"]
    for number, (late, precision) in enumerate(
        [(5, Precision.SECOND), (7, Precision.DAY), (9, Precision.MINUTE), (-3, Precision.SECOND)]
    ):
        entry = Entry(published=now - timedelta(minutes=late), published_precision=precision)
        listed = entries.Listed(entry, (f"key {number}",), Verdict(Fate.NEW, ""))
        store.write_now(lambda conn, each=listed: entries.add(conn, post, [each], now))

    def ask(since: datetime, limit: int) -> list[int]:
        found = store.read_now(lambda conn: entries.delays(conn, {post: since}, limit=limit))
        return [int(delay.total_seconds()) // 60 for delay in found[post]]

    assert sorted(ask(now - HOUR, 9)) == [0, 5, 9]
    assert sorted(ask(now - HOUR, 2)) == [0, 9]
    assert ask(now, 9) == []
    assert store.read_now(lambda conn: entries.delays(conn, {}, limit=9)) == {}
