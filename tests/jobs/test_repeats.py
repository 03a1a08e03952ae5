"""What a source repeats is not read again; nothing is lost for that."""

import random
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from servers.http import Response
from servers.invented import invent
from servers.world import House, Inline, Item, Site, open_house
from sqlalchemy import delete, select

from daemon import dedup
from daemon.jobs.listing import Reading, _reader
from daemon.model import ListingSelectors, SourceKind
from daemon.store import entries, polls, sources, tables
from daemon.store.polls import Poll

made_anew = _reader.__wrapped__  # it is kept while a program runs
FERRY = Item("ferry", "A new ferry for the islands")


def serve(site: Site, body: str | None = None) -> None:
    """Let a site list its items as a server does that knows no conditional requests."""
    listed = "".join(item.in_feed(site.base) for item in site.items)
    body = body or f"<rss version='2.0'><channel><title>{site.name}</title>{listed}</channel></rss>"
    site.answers["/feed"] = Response(200, body.encode(), {"Content-Type": "application/rss+xml"})


def polled(house: House, name: str = "harbour") -> list[Poll]:
    """Give the polls of a source, first one first."""
    state = house.state(name)
    return house.store.read_now(lambda conn: polls.of_source(conn, state.id))[::-1]


def outcomes(house: House) -> list[tuple[str, int | None]]:
    return [(poll.outcome.value, poll.status) for poll in polled(house)]


async def test_a_document_that_is_the_last_one_word_for_word_is_not_read(house):
    site = house.site("harbour", Item("quay", "The quay is mended"))
    serve(site)
    await house.turn()
    house.compute.kills = lambda _args: True  # whatever is read
    await house.turn(minutes=5)
    first, second = polled(house)
    assert (first.outcome, first.listed) == ("listed", 1)
    assert (second.outcome, second.status, second.listed) == ("unchanged", 200, 0)
    assert second.bytes == first.bytes > 0
    house.compute.kills = lambda _args: False
    site.items.insert(0, FERRY)
    serve(site)
    await house.turn(minutes=5)
    assert house.told() == ["[notice] ferries: A new ferry for the islands"]


async def test_it_is_read_once_a_day_all_the_same(house):
    serve(house.site("harbour", FERRY))
    for _ in range(2 + 24):
        await house.turn(hours=1)
    read = [at for at, (outcome, _) in enumerate(outcomes(house)) if outcome == "listed"]
    assert read == [0, 24]


async def test_it_is_read_again_where_the_configuration_says_to_read_it_otherwise(house):
    body = "<html><body><h2><a href='/old'>Old</a></h2><p><a href='/ferry'>A new ferry</a></p></body></html>"
    site = house.site("harbour", FERRY)
    serve(site, body)
    page = replace(site.source, kind=SourceKind.LISTING, listing=ListingSelectors("h2 a"))
    house.configure(sources=(page,))
    await house.turn()
    house.configure(sources=(replace(page, listing=ListingSelectors("a")),))
    await house.turn(minutes=5)
    assert outcomes(house) == [("listed", 200)] * 2
    assert house.listed() == {f"{site.base}/old", f"{site.base}/ferry"}


async def test_all_is_read_again_by_a_program_that_reads_otherwise(house, monkeypatch):
    readings = watch(house)
    site = house.site("harbour", FERRY)
    serve(site)
    await house.turn()
    for program in (b"the next release", b"the one after it"):
        monkeypatch.setattr("daemon.jobs.listing._reader", lambda program=program: program)
        await house.turn(minutes=5)
    site.items.append(Item("quay", "The quay is mended"))
    serve(site)
    await house.turn(minutes=5)
    assert [len(reading.feed.entries) for reading in readings] == [1] * 4
    assert [reading.listed for reading in readings] == [1, 1, 1, 2]


def test_who_reads_by_another_word_list_reads_otherwise(tmp_path, monkeypatch):
    """An address's key changes with the list of what tracks; under its old one alone it would be new."""
    monkeypatch.setattr(dedup, "__path__", [str(tmp_path)])
    listed = tmp_path / "data" / "tracking.txt"
    listed.parent.mkdir()
    readers = []
    for words in ("utm_*", "utm_* ref", "utm_*"):
        listed.write_text(words)
        readers.append(made_anew())
    assert readers[0] == readers[2] != readers[1]


async def test_it_is_read_again_after_another_program_has_listed_something_else(house):
    """A program of an earlier release may work beside this one; it keeps no digest."""
    site = house.site("harbour", FERRY)
    serve(site)
    await house.turn()
    state = house.state("harbour")
    elsewhere = Poll(house.clock.now, polls.PollOutcome.LISTED)
    house.clock.wait(minutes=1)
    following = polls.NextPoll(house.clock.now, "at once")
    later = replace(elsewhere, at=house.clock.now)
    house.store.write_now(lambda conn: polls.record(conn, state.id, later, following))
    await house.turn(minutes=1)
    assert [outcome for outcome, _ in outcomes(house)] == ["listed"] * 3


async def test_a_source_that_begins_anew_has_its_backlog(house):
    site = house.site("harbour", FERRY)
    serve(site)
    await house.turn()
    moved = replace(site.source, url=site.source.url.replace("harbour", "quay"))
    house.sites["quay"] = site
    house.configure(sources=(moved,))
    assert house.state("harbour").first_polled_at is None
    await house.turn(minutes=5)
    assert [outcome for outcome, _ in outcomes(house)] == ["listed"] * 2
    assert house.told() == []


async def test_an_empty_list_and_an_index_are_read_each_time(house):
    empty = house.site("empty")
    serve(empty)
    index = house.site("index")
    serve(index, f"<sitemapindex><sitemap><loc>{index.base}/news.xml</loc></sitemap></sitemapindex>")
    house.configure(sources=(empty.source, replace(index.source, kind=SourceKind.SITEMAP)))
    listed = f"<urlset><url><loc>{index.base}/old</loc></url></urlset>"
    index.answers["/news.xml"] = Response(200, listed.encode(), {"Content-Type": "text/xml"})
    await house.turn()
    listed = listed.replace("old", "new")
    index.answers["/news.xml"] = Response(200, listed.encode(), {"Content-Type": "text/xml"})
    await house.turn(minutes=5)
    states = house.store.read_now(sources.page)
    assert [len(polled(house, state.name)) for state in states] == [2, 2]
    assert {poll.outcome.value for state in states for poll in polled(house, state.name)} == {"listed"}
    assert house.listed() == {f"{index.base}/old", f"{index.base}/new"}


@dataclass
class Watched(Inline):
    """A worker process's stand-in that shows what of each document was read."""

    readings: list[Reading] = field(default_factory=list)

    async def __call__(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        done = await super().__call__(work, *args, **kwargs)
        if isinstance(done, Reading):
            self.readings.append(done)
        return done


def watch(house: House) -> list[Reading]:
    watched = Watched()
    house.context = replace(house.context, compute=watched)
    return watched.readings


def sighted(house: House, name: str) -> set[Any]:
    """Give the times at which a source's entries were last seen there."""
    state = house.state(name)
    query = select(tables.sightings.c.last_seen_at).where(tables.sightings.c.source_id == state.id)
    return set(house.store.read_now(lambda conn: conn.scalars(query).all()))


async def test_of_a_changed_document_only_what_is_new_is_read(house):
    readings = watch(house)
    site = house.site("harbour", *(invent(n, "harvest") for n in range(3)))
    await house.turn()
    site.items.insert(0, FERRY)
    await house.turn(minutes=5)
    assert [(reading.listed, len(reading.feed.entries)) for reading in readings] == [(3, 3), (4, 1)]
    assert house.told() == ["[notice] ferries: A new ferry for the islands"]
    last = polled(house)[-1]
    assert (last.listed, last.added) == (4, 1)
    assert sighted(house, "harbour") == {house.clock.now}
    await house.turn(minutes=5)
    assert polled(house)[-1].status == 304


async def test_an_item_that_changes_and_changes_back_is_read_both_times(house):
    site = house.site("harbour", FERRY, Item("quay", "The quay is mended"))
    await house.turn()
    for title in ("Delay for the ferry to the islands", FERRY.title):
        site.items[0] = replace(FERRY, title=title)
        await house.turn(minutes=5)
        assert title in house.fates()
    assert len(house.listed()) == 2


async def test_a_new_item_under_a_neighbours_id_and_address_rings(house):
    """The neighbour is not read, and yet seen to bear the same."""
    site = house.site("harbour", Item("page", "The quay is mended", id="0"))
    await house.turn()
    site.items.insert(0, replace(FERRY, slug="page", id="0"))
    await house.turn(minutes=5)
    assert house.told() == ["[notice] ferries: A new ferry for the islands"]
    await house.turn(minutes=5)
    assert len(house.told()) == 1


async def test_what_is_forgotten_while_it_is_listed_is_read_again(house):
    site = house.site("harbour", FERRY, Item("quay", "The quay is mended"))
    await house.turn()
    house.store.write_now(
        lambda conn: conn.execute(delete(tables.entries).where(tables.entries.c.title == FERRY.title))
    )
    assert house.listed() == {f"{site.base}/quay"}
    site.items.append(Item("pier", "The pier is open"))
    await house.turn(minutes=5)  # it is found out that an entry is gone
    assert house.state("harbour").etag == ""
    await house.turn(minutes=5)
    assert house.listed() == {f"{site.base}/{slug}" for slug in ("quay", "ferry", "pier")}


async def test_what_another_source_found_first_is_known_too(house):
    readings = watch(house)
    one, other = house.site("one", FERRY), house.site("other")
    other.items.append(replace(FERRY, link=f"{one.base}/ferry"))
    await house.turn()
    for site in (one, other):
        site.items.append(Item(f"{site.name}-quay", f"The quay of {site.name} is mended"))
    await house.turn(minutes=5)
    assert [len(reading.feed.entries) for reading in readings] == [1] * 4
    assert sighted(house, "one") == sighted(house, "other") == {house.clock.now}
    assert len(house.listed()) == 3


async def test_a_gap_is_looked_behind_though_marks_are_kept(house):
    site = house.site("harbour", FERRY)
    await house.turn()
    site.items[:] = [Item("quay", "The quay is mended")]
    site.answers["/robots.txt"] = Response(200, f"Sitemap: {site.base}/map.xml".encode())
    missed = f"<url><loc>{site.base}/pier</loc><lastmod>{house.clock.now:%Y-%m-%dT%H:%M:30}Z</lastmod></url>"
    site.answers["/map.xml"] = Response(200, f"<urlset>{missed}</urlset>".encode())
    await house.turn(minutes=5)
    assert f"{site.base}/pier" in house.listed()


CHANGES = ("add", "title", "text", "id", "share", "link", "order", "drop", "copy")


def edit(chance: random.Random, items: list[Item], number: int) -> None:
    """Do to a list what publishers do."""
    what, at = chance.choice(CHANGES), chance.randrange(len(items))
    fresh = invent(number, "ferry")
    changed = {
        "title": {"title": fresh.title},
        "text": {"text": fresh.text},
        "id": {"id": str(number)},
        "share": {"id": "0"},
        "link": {"slug": fresh.slug},
        "copy": {"slug": fresh.slug, "id": fresh.id},
    }
    if what == "add":
        items.insert(0, fresh)
    elif what == "drop" and len(items) > 2:
        items.pop(at)
    elif what == "order":
        chance.shuffle(items)
    elif what == "copy":
        items.insert(0, replace(items[at], **changed[what]))
    elif what in changed:
        items[at] = replace(items[at], **changed[what])


@pytest.mark.parametrize("seed", range(8))
async def test_all_comes_out_as_if_everything_were_read_each_time(template, tmp_path, seed):
    chance = random.Random(seed)
    items = [invent(n, "harvest") for n in range(6)]
    async with AsyncExitStack() as stack:
        houses = []
        for name in ("marked", "unmarked"):
            path = Path(shutil.copy(template, tmp_path / f"{name}.db"))
            houses.append(await stack.enter_async_context(open_house(path)))
        for house in houses:
            house.site("harbour")
        for number in range(100, 110):
            for house in houses:
                house.sites["harbour"].items[:] = items
                await house.turn(minutes=5)
            houses[1].store.write_now(lambda conn: conn.execute(delete(tables.listings)))
            for part in range(chance.randint(1, 3)):
                edit(chance, items, 10 * number + part)
        marked, unmarked = map(books, houses)
        assert marked == unmarked


def books(house: House) -> list[Any]:
    """Give what came of a history: entries, told messages, polls; all but ports and numbers."""
    stored = house.store.read_now(lambda conn: entries.page(conn, limit=1000))
    host = house.sites["harbour"].base
    told = [
        (item.entry.title, item.entry.summary, item.entry.url.removeprefix(host), item.entry.id, item.fate)
        for item in stored
    ]
    return [told, house.told(), [(poll.at, poll.outcome, poll.listed, poll.added) for poll in polled(house)]]
