"""Who is to be left alone is named to nobody, taken by nobody, and no reason to call anything late."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from servers.outbox import claim_due
from sqlalchemy import Connection

from daemon.model import Article, Entry, Fate, Message, Severity, Source, Verdict
from daemon.store import (
    Store,
    alerts,
    articles,
    claims,
    deliveries,
    entries,
    lateness,
    leases,
    polls,
    readings,
    rechecks,
    rests,
    sources,
    stories,
)
from daemon.store.entries import Listed
from daemon.store.rests import Rest
from daemon.store.tables import entries as entries_table

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
TIRED = Source("tired", "https://tired.example/feed")
FRESH = Source("fresh", "https://fresh.example/feed")
TIRED_PAGE, FRESH_PAGE = "https://tired.example/page", "https://fresh.example/page"


@pytest.fixture
def resting(store: Store, now: datetime) -> Store:
    """Two hosts, each with a feed, and a page to be read and read again; one rests for an hour."""

    def fill(conn: Connection) -> None:
        sources.sync(conn, [TIRED, FRESH], now)
        for url in (TIRED_PAGE, FRESH_PAGE):
            listed = [Listed(Entry(url=url), (url,), Verdict(Fate.NEW, "to be read"))]
            (added,) = entries.add(conn, 1, listed, now)
            rechecks.plan(conn, articles.put(conn, added.id, Article(url=url), now), 0, now)
        rests.put(conn, Rest.HOST, "tired.example", now + HOUR)
        rests.put(conn, Rest.CHANNEL, "fresh.example", now + HOUR)  # a channel's name is no host's

    store.write_now(fill)
    return store


Take = Callable[[Connection, datetime, str | None], list[str]]


def feeds(conn: Connection, now: datetime, host: str | None) -> list[str]:
    return [state.host for state in sources.claim_due(conn, now, limit=9, lease=LEASE, host=host)]


def pages(conn: Connection, now: datetime, host: str | None) -> list[str]:
    return [entry.entry.url for entry in readings.claim(conn, now, limit=9, lease=LEASE, host=host)]


def second_looks(conn: Connection, now: datetime, host: str | None) -> list[str]:
    return [each.article.url for each in rechecks.claim_due(conn, now, limit=9, lease=LEASE, host=host)]


@pytest.mark.parametrize("take", [feeds, pages, second_looks])
@pytest.mark.parametrize("host", [None, "tired.example"])
def test_nothing_is_taken_of_a_host_that_rests_until_it_has(
    resting: Store, now: datetime, take: Take, host: str | None
) -> None:
    taken = resting.write_now(lambda conn: take(conn, now, host))
    assert not any("tired" in each for each in taken)
    assert len(taken) == (1 if host is None else 0)
    after = resting.write_now(lambda conn: take(conn, now + HOUR, host))
    assert any("tired" in each for each in after)


@pytest.mark.parametrize("room", [sources, readings, rechecks])
def test_a_host_that_rests_is_not_named(resting: Store, now: datetime, room) -> None:
    assert resting.read_now(lambda conn: room.due_hosts(conn, now, 9)) == ["fresh.example"]
    later = resting.read_now(lambda conn: room.due_hosts(conn, now + HOUR, 9))
    assert sorted(later) == ["fresh.example", "tired.example"]


def test_who_looks_at_a_source_sees_how_long_its_host_rests(resting: Store, now: datetime) -> None:
    tired = resting.read_now(lambda conn: sources.find(conn, "tired"))
    assert (tired.next_poll_at, tired.next_poll_why) == (
        now + HOUR,
        "its host is to be left alone until then",
    )
    fresh = resting.read_now(lambda conn: sources.find(conn, "fresh"))
    assert (fresh.next_poll_at, fresh.next_poll_why) == (now, "new: polled at once")
    following = polls.NextPoll(now + 2 * HOUR, "by then a look is worth its cost")
    record = polls.Poll(now, polls.PollOutcome.UNCHANGED)
    resting.write_now(lambda conn: polls.record(conn, tired.id, record, following))
    later = resting.read_now(lambda conn: sources.find(conn, "tired"))
    assert (later.next_poll_at, later.next_poll_why) == (following.at, following.why)
    assert resting.read_now(lambda conn: sources.tally(conn, now))["due"] == 1


def test_what_waits_for_a_rest_is_not_late_but_what_comes_after_it_is(resting: Store, now: datetime) -> None:
    resting.write_now(lambda conn: feeds(conn, now, None))
    resting.write_now(lambda conn: polls.record(conn, 2, *asked_again(now + 3 * HOUR)))
    assert resting.read_now(lateness.longest_due)["poll"] == now + HOUR, "when the rest is over"
    resting.write_now(lambda conn: polls.record(conn, 1, *asked_again(now + 2 * HOUR)))
    assert resting.read_now(lateness.longest_due)["poll"] == now + 2 * HOUR


def test_what_fell_due_in_a_rest_is_late_when_nobody_does_it_afterwards(
    resting: Store, now: datetime
) -> None:
    def fill(conn: Connection) -> None:
        feeds(conn, now, None)
        polls.record(conn, 2, *asked_again(now + 3 * HOUR))
        polls.record(conn, 1, *asked_again(now + HOUR / 2))
        conn.execute(entries_table.update().values(next_read_at=None))

    resting.write_now(fill)
    assert resting.read_now(lateness.longest_due) == {"poll": now + HOUR, "read": None, "deliver": None}


def test_what_a_channels_rest_held_up_is_due_when_it_ends(
    store: Store, source_id: int, now: datetime
) -> None:
    def ring(conn: Connection) -> None:
        queue(conn, source_id, now, "desk", "mail")
        rests.put(conn, Rest.CHANNEL, "desk", now + HOUR)

    store.write_now(ring)
    assert store.read_now(lambda conn: lateness.overdue(conn, ["desk", "mail"]))["deliver"] == now
    assert store.read_now(lambda conn: lateness.overdue(conn, ["desk"]))["deliver"] == now + HOUR
    assert "deliver" not in store.read_now(lambda conn: lateness.overdue(conn, ["wall"]))


def asked_again(at: datetime) -> tuple[polls.Poll, polls.NextPoll]:
    return polls.Poll(at - HOUR, polls.PollOutcome.UNCHANGED), polls.NextPoll(at, "")


def queue(conn: Connection, source_id: int, now: datetime, *channels: str) -> None:
    """Write an alert's deliveries to channels."""
    listed = [Listed(Entry(), ("a",), Verdict(Fate.NEW, ""))]
    (added,) = entries.add(conn, source_id, listed, now)
    article = articles.put(conn, added.id, Article(), now)
    stories.join(conn, stories.open_new(conn, "", now), article, now)
    alert = alerts.add(conn, "rule", article, Severity.HIGH, now)
    assert alert
    for channel in channels:
        deliveries.add(conn, alert.id, channel, Message(alert.key, "", ""), now)


def test_a_channel_that_rests_is_sent_nothing_and_not_named(
    store: Store, source_id: int, now: datetime
) -> None:
    def ring(conn: Connection) -> None:
        queue(conn, source_id, now, "desk", "mail")
        rests.put(conn, Rest.CHANNEL, "desk", now + HOUR)

    store.write_now(ring)
    assert store.read_now(lambda conn: claims.due_channels(conn, now)) == ["mail"]
    taken = store.write_now(lambda conn: claim_due(conn, now, channels=["desk", "mail"], lease=LEASE))
    assert [delivery.channel for delivery in taken] == ["mail"]
    later = now + HOUR
    assert "desk" in store.read_now(lambda conn: claims.due_channels(conn, later))
    taken = store.write_now(lambda conn: claim_due(conn, later, channels=["desk"], lease=LEASE))
    assert [delivery.channel for delivery in taken] == ["desk"]


def test_who_looks_at_a_delivery_sees_how_long_its_channel_rests(
    store: Store, source_id: int, now: datetime
) -> None:
    def ring(conn: Connection) -> None:
        queue(conn, source_id, now, "desk", "mail")
        rests.put(conn, Rest.CHANNEL, "desk", now + HOUR)

    def looks(conn: Connection) -> list[list[deliveries.Delivery]]:
        paged = deliveries.page(conn)
        return [paged, [deliveries.get(conn, each.id) for each in paged], deliveries.of_alert(conn, 1)]

    store.write_now(ring)
    for found in store.read_now(looks):
        assert {each.channel: (each.next_attempt_at, each.reason) for each in found} == {
            "desk": (now + HOUR, "its channel is to be left alone until then"),
            "mail": (now, ""),
        }


def test_a_rest_comes_forward_with_a_clock_that_is_put_back(resting: Store, now: datetime) -> None:
    resting.write_now(lambda conn: leases.bring_forward(conn, 2 * HOUR))
    until = resting.read_now(lambda conn: rests.get(conn, Rest.HOST, "tired.example"))
    assert until == now - HOUR
    assert resting.read_now(lambda conn: sources.find(conn, "tired")).next_poll_at == now - HOUR


def test_who_is_passing_by_makes_no_rest_shorter(resting: Store, now: datetime) -> None:
    def until(then: datetime) -> datetime | None:
        resting.write_now(lambda conn: rests.put(conn, Rest.HOST, "tired.example", then))
        return resting.read_now(lambda conn: rests.get(conn, Rest.HOST, "tired.example"))

    assert until(now + timedelta(seconds=10)) == now + HOUR, "its pace, after a redirect, say"
    assert until(now + 2 * HOUR) == now + 2 * HOUR


def test_rests_that_are_over_are_forgotten(resting: Store, now: datetime) -> None:
    resting.write_now(lambda conn: rests.put(conn, Rest.HOST, "fresh.example", now + 2 * HOUR))
    assert resting.write_now(lambda conn: rests.forget(conn, now + HOUR)) == 0
    assert resting.write_now(lambda conn: rests.forget(conn, now + 1.5 * HOUR)) == 2
    assert resting.read_now(lambda conn: rests.get(conn, Rest.HOST, "tired.example")) is None
    assert resting.read_now(lambda conn: rests.get(conn, Rest.HOST, "fresh.example")) == now + 2 * HOUR
