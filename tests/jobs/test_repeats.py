"""What a source repeats is not read again; nothing is lost for that."""

from dataclasses import replace

from servers.http import Response
from servers.world import House, Item, Site

from daemon.model import ListingSelectors, SourceKind
from daemon.store import polls, sources
from daemon.store.polls import Poll

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
