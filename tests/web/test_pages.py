"""Each page tells what the store holds, and shows strangers' words as words."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from daemon.model import DeliveryState
from daemon.store import deliveries, entries, sources, stories
from daemon.store.browsing import Order


def story_with(visit, words: str) -> int:
    (found,) = visit.house.store.read_now(lambda conn: stories.search(conn, words))
    return found.id


PATHS = [
    "/",
    "/rules",
    "/rules/try?rule=drones",
    "/stories",
    "/stories/1",
    "/sources",
    "/sources/1",
    "/deliveries",
    "/deliveries/2",
    "/why",
]


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_stands(visit, path):
    page = visit.page(path)
    assert page.count("<h1 ") == 1
    assert '<a class="skip" href="#main">' in page
    assert 'role="log"' in page


@pytest.mark.parametrize("path", [*PATHS, "/stories/2", "/deliveries/3"])
async def test_what_strangers_wrote_is_shown_as_words(visit, path):
    page = visit.page(path)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>closed" not in page


async def test_no_page_has_script_or_style_of_its_own(visit):
    for path in PATHS:
        tree = LexborHTMLParser(visit.page(path))
        assert not tree.css("style, iframe, object, base, [style], img:not([src^='/static/'])")
        assert all(script.attributes["src"].startswith("/static/") for script in tree.css("script"))
        named = {name for element in tree.css("*") for name in element.attributes}
        assert not [name for name in named if name.startswith("on")]


async def test_the_direction_of_a_headline_is_found_from_its_words(visit):
    listed = visit.house.store.read_now(entries.page)
    (why,) = (f"/why?url={each.entry.url}" for each in listed if each.entry.url.endswith("/rtl"))
    story = f"/stories/{story_with(visit, 'חדשות')}"
    pages = [visit.page(path) for path in (*PATHS, why, story)]
    for page in (*pages, visit.act("/rules/try", query="drone -sums")):
        for element in LexborHTMLParser(page).css("[dir=auto]"):
            text = element.text(strip=True)
            element.strip_tags(["bdi"], recursive=True)  # no browser looks into one
            assert element.text(strip=True) or not text, text


async def test_links_to_strangers_are_held_at_arms_length(visit):
    for path in PATHS:
        for link in re.findall(r'<a [^>]*href="https?://[^>]*>', visit.page(path)):
            assert 'rel="noopener noreferrer"' in link


async def test_now_shows_what_rang_with_the_words_that_matched(visit):
    page = visit.page("/")
    assert "חדשות" in page
    assert "<mark>drone incursion</mark>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'dir="auto"' in page
    assert "broken cannot be polled" in page


async def test_now_shows_one_rule_alone(visit):
    page = visit.page("/?rule=ferries")
    assert "A new ferry" in page
    assert "incursion" not in page
    for path in ("/rules/try?rule=ferries", "/feeds/alerts.atom?rule=ferries"):
        assert f'href="{path}"' in page
        visit.page(path)
    assert "?rule=gone" not in visit.page("/?rule=gone")


async def test_a_page_without_alerts_says_what_will_come(visit):
    assert "There is no older alert." in visit.page("/?before=1")
    assert "This rule has not rung yet." in visit.page("/?rule=silent")


async def test_a_story_is_told_as_page_json_and_table(visit):
    page = visit.page("/stories/1")
    assert "The words that matched" not in page
    assert "ferries rang" in page
    data = visit.browser.get("/stories/1.json").json()
    assert data["title"] == "A new ferry for the islands"
    rows = list(csv.DictReader(io.StringIO(visit.browser.get("/stories/1.csv").text)))
    assert rows[0]["title"] == data["title"]
    assert {row["source"] for row in rows} == {"harbour"}


async def test_a_headline_is_no_formula_in_a_table(visit):
    story = story_with(visit, "=1+1")
    rows = csv.DictReader(io.StringIO(visit.browser.get(f"/stories/{story}.csv").text))
    assert "'=1+1 ferry" in [row["title"] for row in rows]


async def test_stories_are_found_by_words(visit):
    assert "A new ferry" in visit.page("/stories?q=new+ferry")
    assert "No story has all these words" in visit.page("/stories?q=zeppelin")


async def test_what_is_not_there_is_said(visit):
    assert "There is no such page" in visit.page("/nothing", 404)
    assert "There is no story 99" in visit.page("/stories/99", 404)
    assert "There is no delivery 99" in visit.page("/deliveries/99", 404)
    assert "no source with the number 99" in visit.page("/sources/99", 404)
    assert visit.page("/static/0/desk.css", 404)


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "1.5", "one", "٣"])
async def test_a_number_that_no_row_has_is_no_fault(visit, number):
    for path in (
        f"/stories/{number}",
        f"/stories/{number}.json",
        f"/sources/{number}",
        f"/deliveries/{number}",
    ):
        assert "That did not work" in visit.page(path, 404)
    visit.page(f"/?before={number}")
    visit.page(f"/sources?after={number}")
    assert visit.browser.head("/events", headers={"Last-Event-ID": number.encode()}).status_code == 200


async def test_times_are_shown_in_utc_and_in_the_readers_zone(visit):
    config = visit.house.context.config
    visit.house.configure(daemon=replace(config.daemon, time_zone=ZoneInfo("Europe/Warsaw")))
    assert re.search(
        r"12:15:00 <abbr[^>]*>UTC</abbr><span class=\"local\"> 13:15 Warsaw</span>", visit.page("/")
    )


async def test_a_reload_is_seen_by_the_pages(visit):
    assert "desk" in visit.page("/deliveries")
    visit.house.configure(channels=())
    assert "names no channel" in visit.page("/deliveries")


async def test_why_tells_a_whole_way(visit):
    (url,) = (
        each.entry.url
        for each in visit.house.store.read_now(entries.page)
        if each.entry.url.endswith("/boat")
    )
    bare = url.removeprefix("http://")
    for pasted in (bare, f"%3C{url}%3E"):
        assert "delivered" in visit.page(f"/why?url={pasted}")
    page = visit.page(f"/why?url={url}%3Futm_source=x")
    assert "delivered" in page
    assert "sent to desk" in page
    assert "No source that is watched has listed" in visit.page("/why?url=https://elsewhere.example/")


async def test_sources_are_listed_in_the_order_asked_for(visit):
    page = visit.page("/sources?by=failures")
    assert page.index("broken</bdi>") < page.index("harbour</bdi>")
    page = visit.page("/sources?by=name&q=HARB")
    assert "broken</bdi>" not in page
    assert "harbour</bdi>" in visit.page("/sources?by=nonsense&show=nonsense&after=x")
    assert "harbour</bdi>" not in visit.page("/sources?show=failing")


async def test_a_source_tells_its_error_in_full(visit):
    page = visit.page(f"/sources/{visit.house.state('broken').id}")
    assert "HTTP 500" in page or "500" in page
    assert "failed" in page


async def test_a_source_shows_its_day_by_the_hour(visit):
    page = visit.page(f"/sources/{visit.house.state('broken').id}")
    assert 'aria-label="New entries by the hour: 0 in 3 polls, 3 of which failed"' in page
    assert page.count('class="cross"') == 1
    page = visit.page(f"/sources/{visit.house.state('harbour').id}")
    assert "<title>0 h ago: 4 new" in page
    visit.house.clock.wait(days=2)
    assert "New entries by the hour: 0 in 0 polls" in visit.page(
        f"/sources/{visit.house.state('harbour').id}"
    )


async def test_a_source_is_paused_resumed_and_polled(visit):
    page = visit.act("/sources", name="harbour", act="pause", to="/sources?by=name")
    assert "harbour: paused" in page
    assert visit.house.state("harbour").paused
    refused = visit.browser.post("/sources", data={"name": "harbour", "act": "poll"})
    assert refused.status_code == 409
    assert "is paused" in refused.text
    visit.act("/sources", name="harbour", act="resume")
    visit.house.clock.wait(seconds=-30)
    visit.act("/sources", name="harbour", act="poll")
    assert visit.house.state("harbour").next_poll_at == visit.house.clock.now
    assert "Nothing was done" in visit.act("/sources", name="harbour", act="explode")
    assert visit.browser.post("/sources", data={"name": "nobody", "act": "pause"}).status_code == 404


async def test_a_notice_is_shown_once(visit):
    answer = visit.browser.post("/sources", data={"name": "harbour", "act": "pause"}, follow_redirects=False)
    where = answer.headers["location"]
    assert "harbour: paused" in visit.page(where)
    assert "harbour: paused" not in visit.page(where)


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1", ""]
)
async def test_nobody_is_led_elsewhere(visit, to):
    fields = {"name": "harbour", "act": "pause", "to": to}
    answer = visit.browser.post("/sources", data=fields, follow_redirects=False)
    assert answer.headers["location"].startswith("/?notice=")


async def test_deliveries_show_state_attempts_and_the_exact_message(visit):
    page = visit.page("/deliveries")
    assert page.index("dead") < page.index("A new ferry")
    assert "A new ferry" not in visit.page("/deliveries?show=dead")
    shown = visit.page("/deliveries/1")
    message = visit.house.store.read_now(lambda conn: deliveries.get(conn, 1)).message
    assert message.title.replace("'", "&#39;") in shown


async def test_a_delivery_that_was_given_up_is_sent_again(visit):
    (dead,) = visit.house.store.read_now(lambda conn: deliveries.page(conn, state=DeliveryState.DEAD))
    assert "is due now for desk" in visit.act(f"/deliveries/{dead.id}/retry", to="/deliveries")
    await visit.house.deliver()
    assert visit.house.store.read_now(lambda conn: deliveries.get(conn, dead.id)).state is DeliveryState.SENT
    assert visit.browser.post(f"/deliveries/{dead.id}/retry").status_code == 409


async def test_a_channel_is_tried(visit):
    import asyncio

    before = len(visit.house.webhook.requests)
    page = await asyncio.to_thread(visit.act, "/deliveries/test", channel="desk")
    assert "accepted by its service" in page
    assert len(visit.house.webhook.requests) == before + 1
    assert visit.browser.post("/deliveries/test", data={"channel": "nobody"}).status_code == 404


async def test_many_sources_are_paged_without_gap_or_repeat(visit):
    from daemon.model import Source

    many = [Source(f"s{n:03}", f"https://s{n}.example/feed") for n in range(130)]
    visit.house.store.write_now(lambda conn: sources.sync(conn, many, visit.house.clock.now))
    for order in Order:
        seen: list[str] = []
        path = f"/sources?by={order.value}"
        while path:
            page = visit.page(path)
            seen += re.findall(r"data-open><bdi>(s\d+)</bdi>", page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            path = following[1].replace("&amp;", "&") if following else ""
        assert sorted(seen) == [source.name for source in many]


async def test_the_figures_are_taken_anew_after_a_while(visit):
    assert visit.desk.standing
    first = await visit.desk.standing()
    assert await visit.desk.standing() is first
    visit.house.clock.wait(seconds=6)
    later = await visit.desk.standing()
    assert later.at - first.at == timedelta(seconds=6)


@pytest.mark.parametrize(
    "to", ["http://[::1", "//evil.example/", "/\t/evil.example", "\\\\evil.example", "javascript:1"]
)
async def test_an_act_leads_nowhere_else(visit, to):
    own = {"Sec-Fetch-Site": "same-origin"}
    form = {"name": "harbour", "act": "poll", "to": to}
    answer = visit.browser.post("/sources", data=form, headers=own, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/?notice=")
