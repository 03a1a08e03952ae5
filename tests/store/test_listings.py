"""What a source listed last is known again, on either engine, and only as long as it is the last."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, select

from daemon.model import Entry, Fate, Source, Verdict
from daemon.store import Store, entries, listings, polls, sources, upkeep
from daemon.store.entries import Listed
from daemon.store.listings import NEVER_LISTED, LastListing
from daemon.store.tables import entries as entries_table
from daemon.store.tables import sightings

READ = Verdict(Fate.BACKLOG, "")
MARK, OTHER = b"\x00\xff" * 6, b"\n\x00'%\\\x80" * 2
DAY = timedelta(days=1)


def list_(conn: Connection, source_id: int, now: datetime, *keys: str) -> set[int]:
    """Store an entry for each key."""
    return {
        added.id for added in entries.add(conn, source_id, [Listed(Entry(), (k,), READ) for k in keys], now)
    }


def seen(conn: Connection, source_id: int) -> dict[int, datetime]:
    query = select(sightings.c.entry_id, sightings.c.last_seen_at).where(sightings.c.source_id == source_id)
    return {row.entry_id: row.last_seen_at for row in conn.execute(query)}


@pytest.mark.parametrize(
    "kept", [LastListing(b"\x00\x80digest", {MARK: 1, OTHER: 2**40}), LastListing(b"empty")]
)
def test_a_listing_comes_back_as_it_was_kept(
    store: Store, source_id: int, now: datetime, kept: LastListing
) -> None:
    moment = now + timedelta(microseconds=1)
    store.write_now(lambda conn: listings.put(conn, source_id, now, LastListing(b"before", {OTHER: 7})))
    store.write_now(lambda conn: listings.put(conn, source_id, moment, kept))
    assert store.read_now(lambda conn: listings.last(conn, source_id, moment)) == kept
    for other in (now, None):
        assert store.read_now(lambda conn, at=other: listings.last(conn, source_id, at)) == NEVER_LISTED
    assert store.read_now(lambda conn: listings.last(conn, source_id + 1, moment)) == NEVER_LISTED


def test_what_is_listed_again_is_seen_there_alone(store: Store, source_id: int, now: datetime) -> None:
    other = Source(name="quay", url="https://quay.example/feed")
    first = Source(name="harbour", url="https://harbour.example/feed")
    store.write_now(lambda conn: sources.sync(conn, [first, other], now))
    other_id = store.read_now(lambda conn: sources.find(conn, "quay").id)
    one, two = store.write_now(lambda conn: sorted(list_(conn, source_id, now, "a", "b")))
    store.write_now(lambda conn: list_(conn, other_id, now, "a", "b"))
    later = now + DAY
    assert store.write_now(lambda conn: entries.sight_again(conn, source_id, {one}, later))
    assert store.write_now(lambda conn: entries.sight_again(conn, source_id, set(), later))
    assert store.read_now(lambda conn: seen(conn, source_id)) == {one: later, two: now}
    assert store.read_now(lambda conn: seen(conn, other_id)) == {one: now, two: now}


def test_it_is_told_that_one_of_those_was_forgotten(store: Store, source_id: int, now: datetime) -> None:
    one, two = store.write_now(lambda conn: sorted(list_(conn, source_id, now, "a", "b")))
    store.write_now(lambda conn: conn.execute(delete(entries_table).where(entries_table.c.id == one)))
    assert not store.write_now(lambda conn: entries.sight_again(conn, source_id, {one, two}, now + DAY))


def test_what_is_listed_is_kept_however_long_its_document_stays_the_same(
    store: Store, source_id: int, now: datetime
) -> None:
    """An unchanged document names nothing again: what it lists is as old as its last reading."""

    def poll(conn: Connection, outcome: polls.PollOutcome, at: datetime) -> None:
        polls.record(conn, source_id, polls.Poll(at, outcome), polls.NextPoll(at, ""))

    store.write_now(lambda conn: list_(conn, source_id, now - DAY, "left"))
    (listed,) = store.write_now(lambda conn: list_(conn, source_id, now, "listed"))
    store.write_now(lambda conn: poll(conn, polls.PollOutcome.LISTED, now))
    store.write_now(lambda conn: poll(conn, polls.PollOutcome.UNCHANGED, now + 40 * DAY))
    assert upkeep.prune(store, now + 30 * DAY) == 1
    assert store.read_now(lambda conn: seen(conn, source_id)) == {listed: now}
