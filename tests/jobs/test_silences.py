"""Silences at work in the pipe: at once, on time, never for what they do not name, and never for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
from servers.http import Response
from servers.world import DRONES, FERRIES, NOW, Item

from daemon.errors import ConflictError, NotFoundError, QueryError
from daemon.jobs import claim_replays, replay, silences
from daemon.model import Alias, Entity, Route, Rule, Silence
from daemon.store import alerts

DRONE = Item("drone", "A drone incursion over the port")
FERRY = Item("ferry", "The ferry is late", "It waits for the tide in the outer harbour this evening.")


def silence(house, hours=8, **named):
    wanted = Silence(house.clock.now, house.clock.now + timedelta(hours=hours), why="known", **named)
    return house.store.write_now(
        lambda conn: silences.add(conn, house.context.config, wanted, house.clock.now)
    )


def preview(house, **named):
    wanted = Silence(house.clock.now, house.clock.now + timedelta(hours=1), **named)
    found = house.store.read_now(
        lambda conn: silences.preview(conn, house.context.config, wanted, NOW - timedelta(days=7))
    )
    return [row["rule"] for row in found]


def listed(house):
    return house.store.read_now(lambda conn: silences.listed(conn, house.context.config, house.clock.now))


def rung(house):
    return house.store.read_now(alerts.page)


async def replay_all(house):
    while claimed := await claim_replays(house.context, 10, ()):
        for (alert_id,) in claimed:
            await replay(house.context, alert_id)
    await house.deliver()


@pytest.fixture
async def wire(house):
    site = house.site("wire")
    await house.turn()
    return site


async def test_a_muted_alert_is_kept_with_its_reason_and_rings_nowhere(house, wire):
    silence(house, rule="drones")
    wire.items += [DRONE, FERRY]
    await house.turn(minutes=5)
    assert house.told() == [f"[notice] ferries: {FERRY.title}"]
    way = house.why(f"{wire.base}/drone")
    assert way["fate"] == "suppressed"
    assert way["reason"] == "«drones» would ring: muted by silence 1, until 2026-11-22 20:00 UTC: known"
    (alert,) = way["alerts"]
    assert alert["muted"] == "muted by silence 1, until 2026-11-22 20:00 UTC: known"


async def test_it_begins_and_ends_on_time_and_when_told(house, wire):
    first = silence(house, hours=1, rule="drones")
    house.store.write_now(lambda conn: silences.expire(conn, first.id, house.clock.now))
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    second = silence(house, hours=1, rule="ferries")
    await house.turn(minutes=61)
    wire.items.append(FERRY)
    await house.turn(minutes=5)
    assert len(house.told()) == 2
    assert [(row["state"], row["muted"]) for row in listed(house)] == [("expired", 0), ("over", 0)]
    with pytest.raises(ConflictError, match="silence 2 ended at"):
        house.store.write_now(lambda conn: silences.expire(conn, second.id, house.clock.now))


@pytest.mark.parametrize(
    "named",
    [
        {"source": "wire"},
        {"source_tag": "agency"},
        {"match": '"drone incursion" AND title:port'},
        {"match": "@shahed"},
        {"rule": "drones", "match": "incursions"},
    ],
)
async def test_each_matcher_mutes_what_it_names(house, named):
    shahed = Entity("shahed", aliases=(Alias("drone"),))
    site = house.site("wire")
    house.configure(sources=(replace(site.source, tags=("agency",)),), entities=(shahed,))
    await house.turn()
    silence(house, **named)
    site.items.append(DRONE)
    await house.turn(minutes=5)
    assert house.told() == []
    assert preview(house, **named) == ["drones"]


async def test_what_it_does_not_name_rings(house, wire):
    house.site("post")
    silence(house, source="post")
    silence(house, match="submarine")
    silence(house, rule="ferries")
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    assert len(house.told()) == 1
    (told, *_) = listed(house)
    assert told["wrong"] == "none of the alerts of the last 7 days"


async def test_a_copy_elsewhere_rings_what_was_muted_for_one_source(house, wire):
    post = house.site("post")
    await house.turn()
    silence(house, source="wire")
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    (muted,) = rung(house)
    post.items.append(replace(DRONE, slug="reprint"))
    await house.turn(minutes=5)
    assert house.told() == [f"[high] drones: {DRONE.title}"]
    (told,) = rung(house)
    assert told.key == muted.key
    assert not told.silent
    assert house.fates().keys() == {DRONE.title}
    assert house.why(f"{wire.base}/drone")["fate"] == "suppressed"
    assert house.why(f"{post.base}/reprint")["fate"] == "delivered"


async def test_a_copy_that_is_muted_too_stays_so(house, wire):
    post = house.site("post")
    await house.turn()
    silence(house, rule="drones")
    for site, item in ((wire, DRONE), (post, replace(DRONE, slug="reprint"))):
        site.items.append(item)
        await house.turn(minutes=5)
    assert house.told() == []
    way = house.why(f"{post.base}/reprint")
    assert way["fate"] == "duplicate"
    assert "«drones» would ring: muted by silence 1" in way["reason"]


async def test_what_was_muted_stays_so_when_its_page_is_read_after_the_silence(house, wire):
    silence(house, hours=0.1, rule="drones")
    wire.answers["/drone"] = Response(503)
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    del wire.answers["/drone"]
    for _ in range(6):
        await house.turn(hours=1)
    assert house.told() == []
    assert house.why(f"{wire.base}/drone")["fate"] == "suppressed"


async def test_a_story_is_silenced_with_all_that_follows(house, wire):
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    (alert,) = rung(house)
    silence(house, story=alert.story_id)
    wire.items[0].text += "\nCorrection: an earlier version of this article named the wrong port."
    try:
        for _ in range(8):
            await house.turn(minutes=30)
    finally:
        DRONE.text = DRONE.text.partition("\n")[0]
    assert len(house.told()) == 1
    assert "who was told is not told so, muted by silence 1" in house.why(f"{wire.base}/drone")["reason"]


async def test_replayed_it_rings_once_and_says_that_it_is_late(house, wire):
    silence(house, rule="drones")
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    (alert,) = rung(house)
    house.clock.wait(hours=9)
    house.store.write_now(lambda conn: silences.replay(conn, alert, house.clock.now))
    await replay_all(house)
    late = "Late: muted by silence 1 on 22 Nov 2026, 12:05 UTC"
    assert house.told() == [f"[high] drones: Late: {DRONE.title}"]
    assert house.webhook.requests[0].json()["message"].startswith(f"{late}\n")
    assert house.webhook.requests[0].headers["x-tocsin-alert"] == alert.key
    way = house.why(f"{wire.base}/drone")
    assert way["fate"] == "delivered"
    assert [step["fate"] for step in way["steps"]] == ["new", "suppressed", "queued", "delivered"]
    (again,) = rung(house)
    with pytest.raises(ConflictError, match="was replayed already"):
        house.store.write_now(lambda conn: silences.replay(conn, again, house.clock.now))
    await replay_all(house)
    assert len(house.told()) == 1


async def test_replayed_it_goes_where_the_article_would_have_gone(house):
    """By its source's tags and by the entities that it names."""
    shahed = Entity("shahed", aliases=(Alias("drone"),))
    site, desk = house.site("wire"), house.context.channels["desk"]
    house.configure(
        sources=(replace(site.source, tags=("agency",)),),
        rules=(Rule("shahed", entities=("shahed",)),),
        entities=(shahed,),
        channels=(replace(desk, name="named", entities=("shahed",)), replace(desk, name="tagged")),
        routes=(Route(("tagged",), source_tags=("agency",)),),
    )
    await house.turn()
    silence(house, rule="shahed")
    site.items.append(DRONE)
    await house.turn(minutes=5)
    (alert,) = rung(house)
    house.store.write_now(lambda conn: silences.replay(conn, alert, house.clock.now))
    await replay_all(house)
    assert sorted(each.channel for each in house.outbox()) == ["named", "tagged"]


async def test_replayed_without_its_rule_it_fails_and_says_so(house, wire):
    silence(house, rule="drones")
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    (alert,) = rung(house)
    house.configure(rules=(FERRIES,))
    house.store.write_now(lambda conn: silences.replay(conn, alert, house.clock.now))
    await replay_all(house)
    way = house.why(f"{wire.base}/drone")
    assert (way["fate"], way["reason"]) == ("failed", "not replayed: the rule «drones» is no longer in use")


async def test_an_alert_that_was_told_is_not_replayed(house, wire):
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    (alert,) = rung(house)
    with pytest.raises(ConflictError, match="was not muted"):
        house.store.write_now(lambda conn: silences.replay(conn, alert, house.clock.now))


@pytest.mark.parametrize(
    ("named", "error", "says"),
    [
        ({}, ConflictError, "a silence of everything"),
        ({"rule": "dorne"}, NotFoundError, "there is no rule «dorne»"),
        ({"source": "nobody"}, NotFoundError, "there is no source «nobody»"),
        ({"source_tag": "x"}, NotFoundError, "there is no source with the tag «x»"),
        ({"story": 99}, NotFoundError, "there is no story 99"),
        ({"match": "(drone"}, QueryError, "bracket|closed|\\)"),
        ({"match": "@nobody"}, QueryError, "nobody"),
        ({"rule": "drones", "hours": 0}, ConflictError, "would end before it starts"),
    ],
)
async def test_what_would_mute_nothing_or_everything_is_refused(house, wire, named, error, says):
    with pytest.raises(error, match=says):
        silence(house, **named)
    assert listed(house) == []


async def test_one_that_lost_its_rule_or_entity_mutes_nothing_and_the_list_says_so(house, wire):
    house.configure(entities=(Entity("shahed", aliases=(Alias("drone"),)),))
    silence(house, rule="drones")
    silence(house, match="@shahed")
    house.configure(entities=(), rules=(replace(DRONES, name="uavs"), FERRIES))
    wire.items.append(DRONE)
    await house.turn(minutes=5)
    assert len(house.told()) == 1
    first, second = listed(house)
    assert first["wrong"] == "there is no rule «drones»"
    assert second["wrong"].startswith("its words cannot be asked: ")
