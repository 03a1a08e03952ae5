"""Sources as the configuration and their polls move them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from daemon.errors import NotFoundError
from daemon.model import Source, SourceKind
from daemon.store import Store, leases, polls, sources
from daemon.store.polls import NextPoll, Poll, PollOutcome

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def sync(store: Store, now: datetime, *configured: Source) -> list[str]:
    store.write_now(lambda conn: sources.sync(conn, configured, now))
    return [state.name for state in store.read_now(sources.page)]


def claim(store: Store, now: datetime, **more: Any) -> list[str]:
    def work(conn: Connection) -> list[str]:
        claimed = sources.claim_due(conn, now, **{"limit": 10, "lease": LEASE, **more})
        return [state.name for state in claimed]

    return store.write_now(work)


def find(store: Store, name: str) -> sources.SourceState:
    return store.read_now(lambda conn: sources.find(conn, name))


def record(store: Store, source_id: int, poll: Poll, following: NextPoll) -> None:
    store.write_now(lambda conn: polls.record(conn, source_id, poll, following))


A = Source("a", "https://one.example/a")
B = Source("b", "https://one.example/b")
C = Source("c", "https://two.example/c")


def test_the_store_follows_the_configuration(store: Store, now: datetime) -> None:
    assert sync(store, now, A, B) == ["a", "b"]
    assert sync(store, now, B, C) == ["b", "c"]
    assert sync(store, now, B, Source("c", C.url, enabled=False)) == ["b"]
    assert claim(store, now) == ["b"]
    assert sync(store, now, A, B, C) == ["a", "b", "c"]


def test_a_source_that_comes_back_is_the_one_it_was(store: Store, now: datetime) -> None:
    sync(store, now, A)
    before = find(store, "a")
    record(store, before.id, Poll(now, PollOutcome.LISTED), NextPoll(now + HOUR, "hourly", etag="e"))
    sync(store, now)
    with pytest.raises(NotFoundError, match="no source 'a'"):
        find(store, "a")
    sync(store, now + HOUR, A)
    after = find(store, "a")
    assert (after.id, after.etag, after.first_polled_at) == (before.id, "e", now)
    assert (after.next_poll_at, after.next_poll_why) == (now + HOUR, "back in the configuration")


@pytest.mark.parametrize(
    ("moved", "known"),
    [
        (Source("other name", A.url), True),
        (Source("a", "https://one.example/elsewhere"), True),
        (Source("a", A.url, kind=SourceKind.LISTING), True),
        (Source("a", "https://two.example/a"), False),
    ],
)
def test_a_source_that_moves_keeps_what_still_holds(
    store: Store, now: datetime, moved: Source, known: bool
) -> None:
    sync(store, now, A)
    before = find(store, "a")
    following = NextPoll(now + HOUR, "hourly", etag="e", schedule={"rate": 2})
    record(store, before.id, Poll(now, PollOutcome.LISTED), following)
    sync(store, now, moved)
    after = find(store, moved.name)
    assert (after.id, after.url) == (before.id, moved.url)
    assert after.etag == ("e" if moved.url == A.url and moved.kind is A.kind else "")
    assert (after.first_polled_at == now) is known
    assert after.schedule == ({"rate": 2} if known else {})


def test_a_poll_of_an_address_that_was_changed_meanwhile_says_nothing_of_the_new_one(
    store: Store, now: datetime
) -> None:
    sync(store, now, A)
    (claimed,) = store.write_now(lambda conn: sources.claim_due(conn, now, limit=1, lease=HOUR))
    sync(store, now, replace(A, url=C.url))
    moved = find(store, "a")
    stale = NextPoll(now + 9 * HOUR, "it fails", etag="old", schedule={"moves": 1}, host="www.one.example")
    outcome = Poll(now, PollOutcome.FAILED, error_kind="timeout", error="no answer")
    store.write_now(lambda conn: polls.record(conn, claimed.id, outcome, stale, claimed.url))
    assert find(store, "a") == moved
    assert claim(store, now) == ["a"], "it is free"
    store.write_now(lambda conn: polls.record(conn, claimed.id, outcome, stale, C.url))
    assert find(store, "a").next_poll_at == now + 9 * HOUR


def test_a_host_is_claimed_once_at_a_time(store: Store, now: datetime) -> None:
    sync(store, now, A, C)
    assert claim(store, now) == ["a", "c"]
    sync(store, now, A, B, C)
    assert claim(store, now) == [], "b shares a's host"
    record(store, find(store, "a").id, Poll(now, PollOutcome.UNCHANGED), NextPoll(now + HOUR, ""))
    assert claim(store, now) == ["b"]
    assert claim(store, now + LEASE) == ["c", "b"], "leases have run out"


def test_a_source_that_is_served_elsewhere_is_claimed_with_who_else_is_there(
    store: Store, now: datetime
) -> None:
    sync(store, now, A, Source("w", "https://www.one.example/w"))
    record(
        store, find(store, "a").id, Poll(now, PollOutcome.LISTED), NextPoll(now, "", host="www.one.example")
    )
    assert claim(store, now, host="one.example") == []
    assert claim(store, now, host="www.one.example") == ["a", "w"]
    sync(store, now, A, Source("w", "https://www.one.example/w"))
    moved = find(store, "a")
    assert (moved.host, moved.first_polled_at) == ("www.one.example", now), "its address is as it was"
    sync(store, now, replace(A, url="https://www.one.example/a"))
    assert find(store, "a").first_polled_at == now, "it was there all the time"
    sync(store, now, replace(A, url="https://two.example/a"))
    assert find(store, "a").first_polled_at is None


def test_claims_begin_with_the_longest_due_and_leave_busy_hosts(store: Store, now: datetime) -> None:
    sync(store, now, A, B, C)
    store.write_now(lambda conn: sources.schedule_poll(conn, find(store, "c").id, now - HOUR, "asked for"))
    assert claim(store, now - timedelta(seconds=1), limit=5, busy_hosts=["two.example"]) == []
    assert claim(store, now, limit=2) == ["c", "a"]
    assert claim(store, now, busy_hosts={"one.example": 1}.keys()) == []


def test_leases_of_a_process_that_died_end_when_the_next_begins(store: Store, now: datetime) -> None:
    sync(store, now, A)
    assert claim(store, now) == ["a"]
    assert claim(store, now) == []
    assert store.write_now(lambda conn: leases.expire(conn, now)) == 1
    assert claim(store, now) == ["a"]


def test_a_paused_source_rests_whatever_happens(store: Store, now: datetime) -> None:
    sync(store, now, A)
    claim(store, now)
    store.write_now(lambda conn: sources.pause(conn, "a"))
    record(store, find(store, "a").id, Poll(now, PollOutcome.UNCHANGED), NextPoll(now, ""))
    store.write_now(lambda conn: sources.schedule_poll(conn, find(store, "a").id, now, ""))
    sync(store, now, Source("a", "https://one.example/elsewhere"))
    assert claim(store, now) == []
    store.write_now(lambda conn: sources.resume(conn, "a", now))
    assert claim(store, now) == ["a"]


def test_a_poll_moves_its_source(store: Store, now: datetime) -> None:
    sync(store, now, A)
    source_id = find(store, "a").id
    failed = Poll(now, PollOutcome.FAILED, error_kind="timeout", error="no answer in 20 s")
    listed = Poll(now + HOUR, PollOutcome.LISTED, status=200, listed=2, added=2)
    unchanged = Poll(now + 2 * HOUR, PollOutcome.UNCHANGED, status=304)
    for attempt in (failed, failed):
        record(store, source_id, attempt, NextPoll(now + HOUR, "tried again"))
    after = find(store, "a")
    assert (after.failures, after.error_kind, after.last_ok_at, after.first_polled_at) == (
        2,
        "timeout",
        None,
        None,
    )
    record(store, source_id, listed, NextPoll(now + 2 * HOUR, "hourly", etag="e", schedule={"rate": 1}))
    record(store, source_id, unchanged, NextPoll(now + 3 * HOUR, "hourly", etag="e"))
    after = find(store, "a")
    assert (after.failures, after.error, after.etag, after.schedule) == (0, "", "e", {"rate": 1})
    assert (after.first_polled_at, after.last_listed_at) == (now + HOUR, now + HOUR)
    assert after.last_ok_at == now + 2 * HOUR
    assert (after.next_poll_at, after.next_poll_why) == (now + 3 * HOUR, "hourly")
    history = store.read_now(lambda conn: polls.of_source(conn, source_id))
    assert history == [unchanged, listed, failed, failed]


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_sources_are_paged_and_counted(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(sources, "_AT_ONCE", at_once)
    sync(store, now, A, B, C)
    store.write_now(lambda conn: sources.pause(conn, "b"))
    record(store, find(store, "c").id, Poll(now, PollOutcome.FAILED), NextPoll(now + HOUR, ""))
    page = store.read_now(lambda conn: sources.page(conn, limit=2, after="a"))
    assert [state.name for state in page] == ["b", "c"]
    assert [state.name for state in store.read_now(lambda conn: list(sources.every(conn)))] == ["a", "b", "c"]
    counted = store.read_now(lambda conn: sources.tally(conn, now))
    assert counted == {"all": 3, "paused": 1, "failing": 1, "due": 1}
