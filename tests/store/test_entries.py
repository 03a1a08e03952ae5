"""Entries: known by many keys, stored once, read when due, settled with a reason."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection

from daemon.model import Article, Entry, Fate, Precision, Source, Verdict
from daemon.store import Store, articles, entries, leases, ledger, readings, sources
from daemon.store.entries import Added, Listed

LEASE = timedelta(minutes=5)
NEW = Verdict(Fate.NEW, "to be read")
BACKLOG = Verdict(Fate.BACKLOG, "older than a day")


def add(store: Store, source_id: int, at: datetime, *listed: Listed) -> list[Added]:
    return store.write_now(lambda conn: entries.add(conn, source_id, listed, at))


def claim(
    store: Store, at: datetime, limit: int = 10, busy: tuple[str, ...] = ()
) -> list[entries.StoredEntry]:
    def work(conn: Connection) -> list[entries.StoredEntry]:
        return readings.claim(conn, at, limit=limit, lease=LEASE, busy_hosts=busy)

    return store.write_now(work)


def get(store: Store, entry_id: int) -> entries.StoredEntry:
    found = store.read_now(lambda conn: entries.get(conn, entry_id))
    assert found is not None
    return found


def test_an_entry_comes_back_as_it_was_listed(store: Store, source_id: int, now: datetime) -> None:
    entry = Entry(
        id="tag:1",
        url="https://harbour.example/1",
        title="Światła nad portem — огни",
        summary="s",
        content="c",
        authors=("A. Author", "B. Author"),
        published=datetime(2026, 11, 22, 9, 30, 0, 5, tzinfo=timezone(timedelta(hours=2))),
        updated=now,
        language="pl",
        categories=("ports",),
        image="https://harbour.example/1.jpg",
    )
    (added,) = add(store, source_id, now, Listed(entry, ("a",), NEW))
    stored = get(store, added.id)
    assert stored.entry == entry
    assert stored.entry.published is not None
    assert stored.entry.published.tzinfo is UTC
    assert (stored.source, stored.found_at, stored.fate, stored.reason) == ("harbour", now, *_parts(NEW))


def _parts(verdict: Verdict) -> tuple[Fate, str]:
    return verdict.fate, verdict.reason


def test_any_known_key_makes_an_entry_known_and_teaches_the_others(
    store: Store, source_id: int, now: datetime
) -> None:
    (first,) = add(store, source_id, now, Listed(Entry(title="t"), ("url:a", "id:1"), NEW))
    (again,) = add(store, source_id, now, Listed(Entry(title="t"), ("url:b", "id:1"), NEW))
    (moved,) = add(store, source_id, now, Listed(Entry(title="t"), ("url:b", "id:2"), NEW))
    assert first == Added(first.id, new=True)
    assert again == moved == Added(first.id, new=False)
    known = store.read_now(lambda conn: entries.known(conn, ["url:a", "id:2", "id:3"]))
    assert known == {"url:a": first.id, "id:2": first.id}


def test_one_listing_that_repeats_itself_is_stored_once(store: Store, source_id: int, now: datetime) -> None:
    twice = [Listed(Entry(), ("url:a", "id:1"), NEW), Listed(Entry(), ("url:b", "id:1", "id:1"), NEW)]
    first, second = add(store, source_id, now, *twice)
    assert (first.new, second) == (True, Added(first.id, new=False))


def test_a_key_that_two_entries_claim_stays_with_the_first(
    store: Store, source_id: int, now: datetime
) -> None:
    one, two = add(store, source_id, now, *(Listed(Entry(), (key,), NEW) for key in ("a", "b")))
    (both,) = add(store, source_id, now, Listed(Entry(), ("b", "a"), NEW))
    assert both == Added(two.id, new=False)
    store.write_now(lambda conn: entries.learn(conn, two.id, ["a", "c"]))
    assert store.read_now(lambda conn: entries.known(conn, ["a", "b", "c"])) == {
        "a": one.id,
        "b": two.id,
        "c": two.id,
    }
    found = store.read_now(lambda conn: entries.find(conn, {"c", "a", "b"}))
    assert [entry.id for entry in found] == [one.id, two.id]


def test_an_entry_without_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        Listed(Entry(title="t"), (), NEW)


def test_more_keys_than_a_statement_takes(store: Store, source_id: int, now: datetime) -> None:
    listed = [Listed(Entry(title=f"{n}"), (f"url:{n}", f"id:{n}"), BACKLOG) for n in range(20_000)]
    added = add(store, source_id, now, *listed[:2500])
    assert all(item.new for item in added)
    assert [get(store, added[n].id).entry.title for n in (0, 999, 2499)] == ["0", "999", "2499"]
    keys = [key for item in listed for key in item.keys]
    assert len(store.read_now(lambda conn: entries.known(conn, keys))) == 5000


def test_what_no_database_takes_stops_no_source(store: Store, source_id: int, now: datetime) -> None:
    first_day = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    bad = Listed(Entry(title="a\0b\ud800c", authors=("\ud800",), published=first_day), ("id:\ud800\0",), NEW)
    (added,) = add(store, source_id, now, bad)
    (again,) = add(store, source_id, now, bad)
    assert again == Added(added.id, new=False)
    assert get(store, added.id).entry.title == "a\ufffdb?c"
    assert store.read_now(lambda conn: entries.known(conn, bad.keys)) == {bad.keys[0]: added.id}


def test_a_naive_time_is_refused(store: Store, source_id: int, now: datetime) -> None:
    naive = Entry(published=now.replace(tzinfo=None))
    with pytest.raises(Exception, match="without a zone"):
        add(store, source_id, now, Listed(naive, ("a",), NEW))


def test_each_source_that_lists_an_entry_has_sighted_it(store: Store, source_id: int, now: datetime) -> None:
    both = [Source("harbour", "https://harbour.example/feed"), Source("canal", "https://canal.example/feed")]
    store.write_now(lambda conn: sources.sync(conn, both, now))
    canal = store.read_now(lambda conn: sources.find(conn, "canal")).id
    later = now + timedelta(minutes=1)
    (added,) = add(store, source_id, now, Listed(Entry(), ("a",), NEW))
    for at in (later, later + timedelta(hours=1)):
        add(store, canal, at, Listed(Entry(), ("a",), NEW))
    sighted = store.read_now(lambda conn: entries.sighted_by(conn, added.id))
    assert list(sighted.items()) == [("harbour", now), ("canal", later)]
    assert get(store, added.id).source == "harbour"


def test_only_new_entries_are_due_to_be_read(store: Store, source_id: int, now: datetime) -> None:
    added = add(
        store,
        source_id,
        now,
        Listed(Entry(url="https://one.example/1"), ("1",), NEW),
        Listed(Entry(url="https://one.example/2"), ("2",), BACKLOG),
        Listed(Entry(url="https://two.example/3"), ("3",), NEW),
        Listed(Entry(url="http://[broken"), ("4",), NEW),
    )
    ids = [item.id for item in added]
    assert [entry.id for entry in claim(store, now, limit=1)] == [ids[0]]
    assert [entry.id for entry in claim(store, now, busy=("two.example",))] == [ids[3]]
    assert [entry.id for entry in claim(store, now)] == [ids[2]]
    assert claim(store, now) == []
    again = claim(store, now + LEASE)
    assert [(entry.id, entry.read_attempts) for entry in again] == [(ids[0], 2), (ids[2], 2), (ids[3], 2)]
    store.write_now(lambda conn: leases.expire(conn, now))
    assert len(claim(store, now)) == 3


def test_a_settled_entry_is_read_again_only_when_asked(store: Store, source_id: int, now: datetime) -> None:
    (added,) = add(store, source_id, now, Listed(Entry(), ("a",), NEW))
    verdict = Verdict(Fate.NO_RULE, "no rule matches the feed's summary; the page did not answer")
    later = now + timedelta(minutes=15)

    def settle(again: datetime | None) -> None:
        store.write_now(lambda conn: entries.settle(conn, added.id, verdict, now, read_again_at=again))

    claim(store, now)
    settle(later)
    assert claim(store, now) == []
    (unread,) = claim(store, later)
    assert (unread.fate, unread.reason, unread.read_attempts) == (*_parts(verdict), 2)
    settle(None)
    assert claim(store, later + timedelta(days=1)) == []
    steps = store.read_now(lambda conn: ledger.history(conn, added.id))
    assert steps == [ledger.Step(now, *_parts(NEW)), ledger.Step(now, *_parts(verdict))]


def test_entries_are_paged_by_fate(store: Store, source_id: int, now: datetime) -> None:
    fates = [NEW, BACKLOG, NEW, BACKLOG]
    ids = [
        added.id
        for n, fate in enumerate(fates)
        for added in add(store, source_id, now, Listed(Entry(), (f"{n}",), fate))
    ]
    page = store.read_now(lambda conn: entries.page(conn, limit=2, after=ids[3]))
    assert [entry.id for entry in page] == [ids[2], ids[1]]
    backlog = store.read_now(lambda conn: entries.page(conn, fate=Fate.BACKLOG))
    assert [entry.id for entry in backlog] == [ids[3], ids[1]]


class TestArticles:
    ARTICLE = Article(
        url="https://harbour.example/1",
        canonical_url="https://harbour.example/one",
        title="Lights over the quay",
        text="One.\n\nTwo.",
        summary="s",
        authors=("A. Author",),
        published=datetime(2026, 11, 22, tzinfo=UTC),
        published_precision=Precision.DAY,
        modified=datetime(2026, 11, 22, 10, tzinfo=UTC),
        language="en",
        site_name="Harbour",
        image="i",
        section="news",
        tags=("ports", "night"),
        paywalled=False,
        source="harbour",
    )

    def put(self, store: Store, entry_id: int, at: datetime, article: Article = ARTICLE) -> int:
        return store.write_now(lambda conn: articles.put(conn, entry_id, article, at))

    def test_an_article_comes_back_as_it_was_read(self, store: Store, source_id: int, now: datetime) -> None:
        (added,) = add(store, source_id, now, Listed(Entry(), ("a",), NEW))
        article_id = self.put(store, added.id, now)
        (stored,) = store.read_now(lambda conn: articles.get(conn, [article_id]))
        assert stored == store.read_now(lambda conn: articles.of_entry(conn, added.id))
        assert (stored.id, stored.entry_id, stored.story_id) == (article_id, added.id, None)
        assert stored.article.found == now
        assert stored.article == Article(
            **{name: getattr(self.ARTICLE, name) for name in Article.__slots__} | {"found": now}
        )

    def test_a_later_reading_takes_its_place(self, store: Store, source_id: int, now: datetime) -> None:
        (added,) = add(store, source_id, now, Listed(Entry(), ("a",), NEW))
        first = self.put(store, added.id, now)
        later = now + timedelta(hours=1)
        assert self.put(store, added.id, later, Article(title="New headline")) == first
        (stored,) = store.read_now(lambda conn: articles.get(conn, [first]))
        assert (stored.article.title, stored.fetched_at) == ("New headline", later)
