"""An entry is known again by any of its keys, and a new one never taken for an old one."""

from dataclasses import astuple, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.dedup import Identity, entry_keys, entry_mark, listing_keys, recognise
from daemon.model import Entry, unread

SEEN = Entry(
    id="4711",
    url="http://news.example/2026/drones-over-varna",
    title="Drones seen over Varna harbour",
    summary="Two drones crossed the harbour on Tuesday evening, the authority said.",
    published=datetime(2026, 11, 22, 18, 5, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(SEEN, id="unchanged"),
        pytest.param(replace(SEEN, id="9001"), id="new id"),
        pytest.param(replace(SEEN, url="https://news.example/2026/drones-over-varna/"), id="new scheme"),
        pytest.param(replace(SEEN, url=SEEN.url + "?utm_source=rss"), id="tracking tail"),
        pytest.param(replace(SEEN, id="9001", url="https://feeds.example/x/1"), id="another host"),
        pytest.param(replace(SEEN, id="", url=SEEN.url.replace("http:", "https:")), id="no id"),
        pytest.param(replace(SEEN, id="x", title="DRONES SEEN, over Varna harbour"), id="case"),
    ],
)
def test_an_entry_is_known_whichever_way_it_comes(again: Entry) -> None:
    assert recognise(entry_keys(again), [entry_keys(SEEN)]).identity is Identity.KNOWN


def test_a_feed_that_changes_ids_and_scheme_announces_nothing_again() -> None:
    old = [
        replace(SEEN, id=str(n), url=f"http://news.example/{n}", title=f"Report {n} from Varna")
        for n in range(40)
    ]
    new = [replace(e, id=f"tag:new,{n}", url=e.url.replace("http", "https")) for n, e in enumerate(old)]
    known = listing_keys(old)
    assert {recognise(keys, known).identity for keys in listing_keys(new)} == {Identity.KNOWN}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            replace(SEEN, url="http://news.example/2", id="4712", title="Ferry aground near Orlovo"), id="all"
        ),
        pytest.param(
            replace(SEEN, url="http://news.example/2", title="Ferry runs aground over rocks near Orlovo"),
            id="id used again",
        ),
        pytest.param(
            replace(
                SEEN, id="4712", url="http://news.example/2", published=datetime(2026, 11, 23, tzinfo=UTC)
            ),
            id="same words another day",
        ),
    ],
)
def test_another_entry_is_new(other: Entry) -> None:
    found = recognise(entry_keys(other), [entry_keys(SEEN)])
    assert found.identity is Identity.NEW
    assert found.match is None


def test_the_same_address_with_other_words_is_a_change() -> None:
    found = recognise(entry_keys(replace(SEEN, title="Drones shot down over Varna")), [entry_keys(SEEN)])
    assert found.identity is Identity.CHANGED
    assert (
        found.reason
        == "has the address news.example/2026/drones-over-varna, seen before; its title or text has changed"
    )


def test_an_id_outlives_a_new_headline_and_address() -> None:
    renamed = replace(
        SEEN, url="http://news.example/2026/three-drones", title="Three drones over Varna harbour"
    )
    assert recognise(entry_keys(renamed), [entry_keys(SEEN)]).identity is Identity.CHANGED


def test_ids_and_addresses_that_all_entries_share_name_none() -> None:
    entries = [Entry(id="0", url="http://news.example/live", title=f"Item {n}") for n in range(3)]
    assert {(keys.id, keys.url) for keys in listing_keys(entries)} == {("", "")}
    assert recognise(listing_keys(entries)[0], listing_keys(entries[1:])).identity is Identity.NEW


def test_the_home_page_is_no_address_of_an_entry() -> None:
    assert entry_keys(Entry(url="https://news.example/")).url == ""


def test_ids_of_two_hosts_are_two() -> None:
    one, other = (entry_keys(Entry(id="17", url=f"https://{host}.example/x")) for host in ("a", "b"))
    assert one.id != other.id


def test_an_empty_entry_has_no_keys() -> None:
    assert set(astuple(entry_keys(Entry()))) == {""}


@pytest.mark.parametrize("name", ["tag:e.example,2026:1", "https://e.example/1", "urn:x"])
def test_an_id_given_as_the_address_too_is_the_key_that_it_is_elsewhere(name: str) -> None:
    assert (
        entry_keys(Entry(id=name, url=name)).id
        == entry_keys(Entry(id=name, url="https://e.example/2")).id
        != ""
    )


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("TU"))), st.data())
def test_neighbours_count_though_their_texts_stay_unread(named: list[tuple[str, str, str]], data) -> None:
    entries = [Entry(id_, f"https://e.example/{url}", title, summary="Words") for id_, url, title in named]
    asked = data.draw(st.lists(st.sampled_from(range(len(entries))), unique=True) if entries else st.just([]))
    others = [replace(entry, summary=unread((), never)) for n, entry in enumerate(entries) if n not in asked]
    keys = listing_keys(entries)
    assert listing_keys([entries[n] for n in asked], others) == tuple(keys[n] for n in asked)


def never(_written: object) -> str:
    raise AssertionError("nobody need read this")


@pytest.mark.parametrize(
    "other",
    [
        *(replace(SEEN, **{name: "other"}) for name in ("id", "url", "title", "summary", "content", "image")),
        replace(SEEN, published=None),
        replace(SEEN, views=1),
        replace(SEEN, categories=("other",)),
        replace(SEEN, summary="", content=SEEN.summary),
        replace(SEEN, summary=unread(("html", SEEN.summary), never)),
        replace(SEEN, summary=unread(("html", SEEN.summary[:9], "html", SEEN.summary[9:]), never)),
        replace(SEEN, content=unread(("html", "a"), never)),
        replace(SEEN, content=unread(("html", "b"), never)),
    ],
)
def test_a_mark_tells_whatever_a_publisher_changes(other: Entry) -> None:
    assert entry_mark(other, b"") == entry_mark(other, b"") != entry_mark(SEEN, b"")
    assert entry_mark(SEEN, b"another reader") != entry_mark(SEEN, b"")


def test_a_mark_cannot_be_talked_into_another() -> None:
    """Pieces of texts are counted: what one ends with another does not begin with."""
    texts = [
        ("html", "ab", "html", "c"),
        ("html", "a", "html", "bc"),
        ("html", "abhtmlc"),
        ("htmlab", "htmlc"),
    ]
    marks = {entry_mark(Entry(summary=unread(text, never)), b"") for text in texts}
    split = {entry_mark(Entry(summary=unread(("a", "b"), never), content=unread(("c", "d"), never)), b"")}
    other = {entry_mark(Entry(summary=unread(("a",), never), content=unread(("b", "c", "d"), never)), b"")}
    assert len(marks | split | other) == len(texts) + 2
