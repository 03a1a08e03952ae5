"""What is muted is shown, tried out, begun, ended and told after all."""

import re

import pytest

from daemon.store import alerts, silences


def kept(visit) -> list:
    return visit.house.store.read_now(lambda conn: silences.since(conn, visit.house.clock()))


async def test_a_silence_is_tried_out_before_it_begins(visit):
    page = visit.page("/silences?rule=drones&for=2d")
    assert "It would have muted 2 alerts of the last 7 days" in page
    assert "חדשות" in page
    assert kept(visit) == []


async def test_one_that_matches_nothing_says_so(visit):
    assert "It matches nothing" in visit.page("/silences?match=submarine")


async def test_a_silence_from_its_beginning_to_its_end(visit):
    visit.house.site("harbour")
    sent = {"rule": "ferries", "source": "harbour", "for": "2h", "why": "<b>known</b>", "author": "ines"}
    page = visit.act("/silences", **sent)
    assert "Silence 1 of rule «ferries» and source «harbour» until" in page
    assert "&lt;b&gt;known&lt;/b&gt;" in page
    assert "in force" in page
    (silence,) = kept(visit)
    assert (silence.author, silence.why, silence.rule) == ("ines", "<b>known</b>", "ferries")
    assert "Silence 1 has ended" in visit.act("/silences/1/expire", to="/silences")
    assert "expired" in visit.page("/silences")
    assert kept(visit) == []


async def test_one_that_would_match_nothing_is_listed_so(visit):
    visit.act("/silences", match="submarine", why="x", author="ines")
    assert "matches nothing: none of the alerts of the last 7 days" in visit.page("/silences")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "A silence of everything would be a missed alert"),
        ({"rule": "gone"}, "There is no rule «gone»"),
        ({"source": "gone"}, "There is no source «gone»"),
        ({"story": "99"}, "There is no story 99"),
        ({"story": "x"}, "A story is named by its number"),
        ({"match": "a AND"}, "The words, character"),
        ({"rule": "ferries", "for": "soon"}, "Under «For», «soon» is no span of time"),
        ({"rule": "ferries", "why": ""}, "Give a reason"),
        ({"rule": "ferries", "author": ""}, "Give your name"),
    ],
)
async def test_what_cannot_be_is_said_and_the_form_keeps_what_was_written(visit, sent, said):
    answer = visit.browser.post("/silences", data={"why": "an exercise", "author": "ines", **sent})
    assert answer.status_code == 409
    assert said in answer.text
    assert ("an exercise" in answer.text) == ("why" not in sent)
    assert kept(visit) == []


async def test_what_was_muted_is_told_after_all(visit):
    visit.act("/silences", rule="ferries", why="known", author="ines")
    rung = visit.house.store.read_now(lambda conn: alerts.page(conn, limit=1, rule="ferries"))[0]
    visit.house.store.write_now(
        lambda conn: alerts.add(
            conn, "another", rung.article_id, rung.severity, visit.house.clock(), silence=1, muted="why"
        )
    )
    page = visit.page("/silences/1")
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key
    assert "Tell all 1 after all" in page
    page = visit.act("/silences/1/replay", key=key[1])
    assert "within a second: 1." in page
    assert "to be told" in page
    assert "within a second: 0." in visit.act("/silences/1/replay")


async def test_a_story_leads_to_its_silence(visit):
    visit.house.site("harbour")
    page = visit.page("/stories/1")
    assert '/silences?story=1&amp;for=1d" data-key="s"' in page
    link = re.search(r'href="(/silences\?rule=[^"]+)"', page)
    assert link
    assert "It would have muted" in visit.page(link[1].replace("&amp;", "&"))


async def test_a_silence_that_is_not_there_is_said_not_to_be(visit):
    assert "There is no silence 9" in visit.page("/silences/9", 404)
