"""Kinds of source from edge to edge: an index of sitemaps, pages before a gap, logins, robots.txt."""

from dataclasses import replace
from datetime import timedelta

import pytest
from servers.http import Response
from servers.world import NOW, Item

from daemon.jobs.poll import claim_sources, poll
from daemon.jobs.requests import access_to
from daemon.model import Access, ListingSelectors, RobotsManners, Secret, Source, SourceKind

XML = {"Content-Type": "application/xml"}


def change(house, name, **changed):
    """Give a source other settings."""
    sources = house.context.config.sources
    house.configure(sources=tuple(replace(s, **changed) if s.name == name else s for s in sources))


def sitemap(*locations, tag="url", dated=True):
    days = range(len(locations))
    listed = "".join(
        f"<{tag}><loc>{where}</loc>"
        + (f"<lastmod>{(NOW - timedelta(hours=hour)).isoformat()}</lastmod>" if dated else "")
        + f"</{tag}>"
        for hour, where in zip(days, locations, strict=True)
    )
    root = "urlset" if tag == "url" else "sitemapindex"
    body = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</{root}>'.encode()
    return Response(200, body, {**XML, "ETag": f'"{hash(body)}"'})


def page_of_links(*slugs, following=""):
    links = "".join(f'<h2><a href="/{slug}">Council meets about number {slug}</a></h2>' for slug in slugs)
    more = f'<a class="next" href="{following}">Older</a>' if following else ""
    return Response(200, f"<html><body>{links}{more}</body></html>".encode(), {"Content-Type": "text/html"})


async def test_an_index_is_opened_at_its_newest_sitemaps(house):
    site = house.site("harbour")
    change(house, "harbour", kind=SourceKind.SITEMAP)
    base = site.base
    site.answers["/feed"] = sitemap(*(f"{base}/map-{n}" for n in range(6)), tag="sitemap")
    for n in range(6):
        site.answers[f"/map-{n}"] = sitemap(f"{base}/story-{n}")
    await house.turn()
    listed = house.listed()
    assert listed == {f"{base}/story-{n}" for n in range(3)}
    assert not site.asked("/map-3")


async def test_a_sitemap_that_fails_leaves_the_others_and_an_undated_index_is_always_opened(house):
    site = house.site("harbour")
    change(house, "harbour", kind=SourceKind.SITEMAP)
    base = site.base
    site.answers["/feed"] = sitemap(f"{base}/broken", f"{base}/good", tag="sitemap", dated=False)
    site.answers["/broken"] = Response(500)
    site.answers["/good"] = sitemap(f"{base}/one")
    await house.turn()
    assert house.state("harbour").etag == ""
    site.answers["/good"] = sitemap(f"{base}/two", f"{base}/one")
    await house.leave_hosts_alone()
    await house.turn(minutes=5)
    assert house.listed() == {f"{base}/one", f"{base}/two"}


async def test_an_index_of_which_all_sitemaps_fail_is_a_failed_poll(house):
    site = house.site("harbour")
    change(house, "harbour", kind=SourceKind.SITEMAP)
    site.answers["/feed"] = sitemap(f"{site.base}/a", tag="sitemap")
    await house.turn()
    assert "404" in house.state("harbour").error


async def test_a_window_gap_is_filled_from_the_next_pages_until_something_is_known(house):
    site = house.site("harbour")
    selectors = ListingSelectors("h2 > a", next_page="a.next")
    change(house, "harbour", kind=SourceKind.LISTING, listing=selectors)
    site.answers["/feed"] = page_of_links(1, 2, following="/2")
    await house.turn()
    assert not site.asked("/2")  # a first poll has no gap
    site.answers["/feed"] = page_of_links(7, 8, following="/older")
    site.answers["/older"] = page_of_links(5, 6, following="/oldest")
    site.answers["/oldest"] = page_of_links(1, 2, following="/never")
    await house.turn(minutes=5)
    assert house.listed() == {f"{site.base}/{n}" for n in (1, 2, 5, 6, 7, 8)}
    assert not site.asked("/never")
    learned = house.state("harbour").schedule
    assert (learned.get("missed", 0), learned["window"]) == (0, 2)


async def test_a_gap_that_cannot_be_filled_is_told(house):
    site = house.site("harbour", Item("a", "Council meets", at=NOW), Item("b", "Quay opens", at=NOW))
    await house.turn()
    later = [Item(f"n{n}", f"News number {n}", at=NOW + timedelta(hours=5, minutes=n)) for n in range(2)]
    site.items[:] = later
    await house.turn(hours=6)
    assert house.state("harbour").schedule["missed"] > 0


async def test_a_feed_that_rolled_over_is_filled_from_the_sitemap(house):
    site = house.site("harbour", Item("known", "Council meets"))
    await house.turn()
    before, soon = house.clock.now, house.clock.now + timedelta(minutes=2)
    site.items = [Item("last", "Fair opens on the quay")]
    dated = {"known": before - timedelta(hours=1), "lost": soon, "ancient": before - timedelta(days=9)}
    pages = "".join(
        f"<url><loc>{site.base}/{slug}</loc><lastmod>{at.isoformat()}</lastmod></url>"
        for slug, at in dated.items()
    )
    site.answers["/robots.txt"] = Response(
        200, f"User-agent: *\nSitemap: {site.base}/map.xml\n".encode(), {"Content-Type": "text/plain"}
    )
    site.answers["/map.xml"] = Response(
        200,
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>'.encode(),
        {"Content-Type": "application/xml"},
    )
    await house.turn(minutes=5)
    assert house.listed() == {f"{site.base}/{slug}" for slug in ("known", "last", "lost")}
    assert "missed" not in house.state("harbour").schedule


async def test_next_pages_are_bounded(house):
    site = house.site("harbour")
    selectors = ListingSelectors("h2 > a", next_page="a.next")
    change(house, "harbour", kind=SourceKind.LISTING, listing=selectors)
    site.answers["/feed"] = page_of_links("known")
    await house.turn()
    site.answers["/feed"] = page_of_links("new", following="/p1")
    for n in range(1, 9):
        site.answers[f"/p{n}"] = page_of_links(f"new{n}", following=f"/p{n + 1}")
    await house.turn(minutes=5)
    assert len(house.listed()) == 5
    assert not site.asked("/p4")


def test_a_login_is_shown_to_the_source_s_own_origin_only():
    access = Access(bearer=Secret("t"), proxy=Secret("http://10.0.0.1:3128"))
    source = Source("s", "https://inside.example/feed", access=access)
    assert access_to(source, "https://inside.example:443/a") == access
    elsewhere = Access(proxy=access.proxy)
    for url in (
        "http://inside.example/a",
        "https://evil.example/a",
        "https://inside.example:8443/",
        "https://[",
    ):
        assert access_to(source, url) == elsewhere


async def test_no_login_leaves_with_the_link_to_another_site(house):
    site, stranger = house.site("inside"), house.site("stranger")
    change(house, "inside", access=Access(bearer=Secret("t0ken")))
    await house.turn()
    site.items += [Item("own", "Council meets"), Item("x", "Fair opens", link=f"{stranger.base}/x")]
    await house.turn(minutes=5)
    assert [r.headers.get("authorization") for r in site.asked("/own")] == ["Bearer t0ken"]
    assert [r.headers.get("authorization") for r in stranger.asked("/x")] == [None]


ROBOTS = Response(200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"})


async def test_pages_that_robots_txt_closes_are_matched_on_the_feeds_words(house):
    site = house.site("harbour")
    site.answers["/robots.txt"] = ROBOTS
    await house.turn()
    site.items.append(Item("boat", "A new ferry for the islands"))
    await house.turn(minutes=5)
    assert house.told() == ["[notice] ferries: A new ferry for the islands"]
    assert not site.asked("/boat")
    steps = " ".join(step["reason"] for step in house.why(f"{site.base}/boat")["steps"])
    assert "does not want programs to fetch this page (robots.txt)" in steps


async def test_strict_asks_robots_txt_for_the_source_too_and_ignore_for_nothing(house):
    strict, ignoring = house.site("strict"), house.site("ignoring", Item("page", "Council meets"))
    strict.answers["/robots.txt"] = ignoring.answers["/robots.txt"] = ROBOTS
    change(house, "strict", robots=RobotsManners.STRICT)
    change(house, "ignoring", robots=RobotsManners.IGNORE)
    await house.turn()
    assert house.state("strict").error_kind == "robots"
    assert not strict.asked("/feed")
    ignoring.items.append(Item("boat", "A new ferry"))
    await house.turn(minutes=5)
    assert ignoring.asked("/boat")
    assert not ignoring.asked("/robots.txt")


@pytest.mark.parametrize(
    ("asked", "served", "host"),
    [
        ("harbour", "www.harbour", "www.harbour.example"),
        ("harbour", "elsewhere", "harbour.example"),  # who redirects to others is called on by one at a time
    ],
)
async def test_a_source_goes_by_the_host_of_its_site_that_serves_it(house, asked, served, host):
    site, other = house.site(asked, Item("old", "Old news")), house.site(served.partition(".")[0])
    site.answers["/feed"] = Response(301, b"", {"Location": f"http://{served}.example:{house.port}/feed"})
    await house.turn()
    assert other.asked("/feed")
    assert house.state(asked).host == host


async def test_an_address_that_is_mended_while_it_is_polled_is_polled_at_once(house):
    site = house.site("harbour")
    site.answers["/feed"] = Response(500)
    under_way = house.context
    ((claimed,),) = await claim_sources(under_way, 1, ())
    change(house, "harbour", url=f"{site.base}/news")
    before = house.state("harbour")
    await poll(under_way, claimed)
    assert site.asked("/feed")
    assert house.state("harbour") == before
    assert before.next_poll_why == "changed in the configuration"
