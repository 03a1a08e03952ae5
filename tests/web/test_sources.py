"""Sources by tag, all at once; how late a source is seen; a new one found, shown and written."""

from dataclasses import replace
from datetime import timedelta

import pytest
from servers.http import Response
from servers.world import NOW
from sqlalchemy import update

from daemon.config import load
from daemon.jobs.watched import middle_and_worst
from daemon.model import Source
from daemon.store import browsing, sources
from daemon.store.tables import entries
from daemon.web.pages import new_source

FEED = b"""<rss version="2.0"><channel><title>The Lantern</title>
<item><title>&lt;b&gt;Oats&lt;/b&gt; are dear</title><link>https://lantern.example/oats</link></item></channel></rss>"""


@pytest.fixture
def tagged(visit) -> None:
    """Three sources, of which two are tagged «coast»."""
    many = tuple(
        Source(name, f"https://{name}.example/feed", tags=tags)
        for name, tags in (("harbour", ("coast",)), ("lagoon", ("coast", "south")), ("broken", ()))
    )
    visit.house.configure(sources=many)
    visit.house.store.write_now(lambda conn: sources.sync(conn, many, visit.house.clock()))


async def test_a_tag_picks_its_sources_out(visit, tagged):
    page = visit.page("/sources?tag=coast")
    assert "harbour</bdi>" in page
    assert "broken</bdi>" not in page
    assert '<option value="coast" selected>coast (2)' in page
    assert "No source is like that" in visit.page("/sources?tag=gone")


async def test_all_of_a_tag_are_paused_resumed_and_polled(visit, tagged):
    page = visit.act("/sources/tagged", tag="coast", act="pause", to="/sources?tag=coast")
    assert "2 sources tagged «coast»: paused" in page
    assert [visit.house.state(name).paused for name in ("harbour", "lagoon", "broken")] == [True, True, False]
    assert "0 sources tagged «coast»: due now" in visit.act("/sources/tagged", tag="coast", act="poll")
    assert "2 sources" in visit.act("/sources/tagged", tag="coast", act="resume")
    visit.house.clock.wait(minutes=3)
    assert "1 source tagged «south»: due now" in visit.act("/sources/tagged", tag="south", act="poll")
    assert visit.house.state("lagoon").next_poll_at == visit.house.clock.now
    assert "Nothing was done" in visit.act("/sources/tagged", tag="gone", act="pause")
    assert "Nothing was done" in visit.act("/sources/tagged", tag="coast", act="explode")


async def test_more_sources_than_an_engine_takes_parameters_are_picked_out(visit, tagged):
    names = ["lagoon", *(f'"none" {n}' for n in range(40_000)), "harbour"]
    assert visit.house.store.write_now(lambda conn: sources.pause_all(conn, names)) == 2
    found = visit.house.store.read_now(
        lambda conn: browsing.browse(conn, browsing.Order.NAME, names=names, limit=9)
    )
    assert [state.name for state in found] == ["harbour", "lagoon"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([3], (3, 3)),
        ([9, 1, 5], (5, 9)),
        (range(1, 101), (50, 95)),
    ],
)
def test_the_middle_and_the_worst_of_delays(minutes, expected):
    found = middle_and_worst(timedelta(minutes=each) for each in minutes)
    assert found == (expected and tuple(timedelta(minutes=each) for each in expected))


async def test_a_source_tells_how_late_it_is_seen(visit):
    published = {"published": NOW + timedelta(minutes=3), "published_precision": "second"}
    visit.house.store.write_now(lambda conn: conn.execute(update(entries).values(**published)))
    page = visit.page(f"/sources/{visit.house.state('harbour').id}")
    assert "half within 7 min, 19 in 20 within 17 min (of 4 entries" in page
    assert "not known yet" in visit.page(f"/sources/{visit.house.state('broken').id}")


@pytest.fixture
def file(visit, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('# mine\n[[sources]]\nname = "harbour"  # first\nurl = "https://harbour.example/feed"\n')
    visit.house.configure(files=(path,), sources=load(path, {}).sources)
    return path


async def test_a_source_is_found_and_shown(visit, file, monkeypatch):
    own = new_source._wanted  # the desk looks for nothing in the network that it stands in, where tests are
    monkeypatch.setattr(new_source, "_wanted", lambda asked: replace(own(asked), allow_private=True))
    site = visit.house.site("lantern")
    site.answers["/"] = Response(
        body=b'<link rel="alternate" type="application/rss+xml" href="/news.xml">',
        headers={"Content-Type": "text/html"},
    )
    site.answers["/news.xml"] = Response(body=FEED, headers={"Content-Type": "application/rss+xml"})
    page = await asked(visit, "/sources/find", url=site.base, tags="coast, south", name="")
    assert "&lt;b&gt;Oats&lt;/b&gt; are dear" in page or "Oats are dear" in page
    assert "<b>Oats" not in page
    assert "[[sources]]" in page
    assert file.read_text().count("[[sources]]") == 1


async def asked(visit, path: str, **fields: str) -> str:
    import asyncio

    return await asyncio.to_thread(visit.act, path, **fields)


async def test_what_was_shown_is_written_with_comments_kept(visit, file):
    sent = {"url": "https://lantern.example/news.xml", "name": "Lantern", "tags": "coast", "kind": "feed"}
    assert "Lantern: written into config.toml" in visit.act("/sources/new", **sent, links="")
    text = file.read_text()
    assert text.startswith('# mine\n[[sources]]\nname = "harbour"  # first')
    assert [(source.name, source.tags) for source in load(file, {}).sources][1] == ("Lantern", ("coast",))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "https://harbour.example/feed"}, "is there already, as the source «harbour»"),
        ({"name": "harbour"}, "there is a source «harbour» already"),
        ({"kind": "explosion"}, "no kind of source"),
        ({"url": "ftp://lantern.example/"}, "url:"),
        ({"name": ""}, "name:"),
    ],
)
async def test_what_the_configuration_would_not_take_is_not_written(visit, file, changed, said):
    before = file.read_text()
    sent = {"url": "https://lantern.example/x", "name": "Lantern", "tags": "", "kind": "feed", **changed}
    answer = visit.browser.post("/sources/new", data=sent)
    assert answer.status_code == 409
    assert said in answer.text
    assert file.read_text() == before


async def test_a_configuration_that_is_no_file_says_so(visit):
    answer = visit.browser.post(
        "/sources/new", data={"url": "https://x.example", "name": "x", "kind": "feed"}
    )
    assert "is no file" in answer.text


async def test_an_address_that_does_not_answer_is_said_not_to(visit):
    answer = visit.browser.post("/sources/find", data={"url": "http://127.0.0.1:9/", "name": ""})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
