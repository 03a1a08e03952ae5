"""Channels with manners, from the article to the message that arrives."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from servers.http import Response
from servers.world import DRONES, FERRIES, Item

from daemon.jobs import claim_deliveries, deliver, silences
from daemon.model import (
    DeliveryState,
    FollowUps,
    Mode,
    Outcome,
    Quiet,
    Route,
    Secret,
    Severity,
    Silence,
    Timetable,
)
from daemon.store import claims, deliveries

VIENNA = ZoneInfo("Europe/Vienna")  # 13:00 when the house opens
BUSY_AIRPORT = Item(
    "airport", "Drone incursion closes the airport", "The ferry to Norrvik takes the passengers."
)


def manners(house, **changed) -> None:
    desk = house.context.channels["desk"]
    house.configure(channels=(replace(desk, time_zone=VIENNA, **changed),))


async def publish(house, *items: Item, minutes: float = 5):
    """Let a source publish after its backlog was taken."""
    if "harbour" not in house.sites:
        house.site("harbour")
        await house.turn()
    site = house.sites["harbour"]
    site.items += items
    await house.turn(minutes=minutes)
    return site


def ferry(number: int) -> Item:
    towns = ("Skagholm", "Norrvik", "Vestermole", "Lindhamn", "Stenby", "Aspvik", "Grundsund", "Torekov")
    words = ("timetable", "engine", "harbour master", "strike", "festival", "storm", "painting", "auction")
    return Item(
        f"f{number}", f"The {words[number]} and the ferry of {towns[number]}", f"{words[number]} " * 9
    )


async def test_several_rules_on_one_article_are_one_message_and_a_delivery_each(house):
    quays = replace(FERRIES, name="quays", any=("airport",), severity=Severity.INFO)
    house.configure(rules=(DRONES, FERRIES, quays))
    site = await publish(house, BUSY_AIRPORT)
    assert house.told() == ["[high] drones, ferries, quays: Drone incursion closes the airport"]
    (request,) = house.webhook.requests
    sent = house.outbox()
    assert {each.state for each in sent} == {DeliveryState.SENT}
    assert len({each.digest_id for each in sent}) == 1
    assert request.json()["message"].count("Why: ") == 3
    assert house.why(f"{site.base}/airport")["reason"] == "sent to desk"


async def test_quiet_hours_hold_and_say_so_and_end_in_one_message(house):
    manners(house, quiet=Quiet(time(13), time(18)))
    house.configure(rules=(replace(DRONES, severity=Severity.CRITICAL), FERRIES))
    site = await publish(house, ferry(0), ferry(1), Item("drone", "A drone incursion over the port"))
    assert house.told() == ["[critical] drones: A drone incursion over the port"]
    (told,) = house.why(f"{site.base}/f0")["alerts"][0]["deliveries"]
    assert (told["state"], told["held"]) == ("pending", "held for quiet hours until 18:00 Europe/Vienna")
    await publish(house, ferry(2), minutes=60)
    assert len(house.told()) == 1
    await house.turn(hours=5)
    assert house.told()[1:] == ["[digest] 3 alerts: 3 notice (held in quiet hours)"]
    held = [each for each in house.outbox() if each.reason]
    assert {each.state for each in held} == {DeliveryState.SENT}
    assert len(held) == 3
    assert house.why(f"{site.base}/f0")["fate"] == "delivered"


async def test_a_digest_comes_at_its_hour_and_tells_even_one(house):
    manners(house, mode=Mode.DIGEST, digest=Timetable((time(15),), (6,)))
    await publish(house, ferry(0))
    assert house.told() == []
    await house.turn(hours=2)
    assert house.told() == ["[digest] 1 alert: 1 notice (the digest of 15:00 sun)"]
    assert [each.reason for each in house.outbox()] == ["held for the digest until 15:00 Europe/Vienna"]


async def test_what_waits_for_its_story_is_sent_when_it_has_waited(house):
    manners(house, group_wait=timedelta(seconds=30))
    await publish(house, ferry(0))
    assert house.told() == []
    await house.turn(seconds=29)
    assert house.told() == []
    await house.turn(seconds=1)
    assert len(house.told()) == 1


async def test_what_exceeds_the_budget_arrives_all_the_same(house):
    manners(house, max_per_hour=2)
    await publish(house, *(ferry(number) for number in range(7)))
    assert len(house.told()) == 2
    assert house.told()[1] == "[digest] 6 alerts: 6 notice (more than 2 an hour)"
    await publish(house, ferry(7))
    assert len(house.told()) == 2
    await house.turn(minutes=60)
    assert len(house.told()) == 3
    assert {each.state for each in house.outbox()} == {DeliveryState.SENT}
    assert len(house.outbox()) == 8


async def test_a_crash_between_sending_and_recording_repeats_the_same_digest_at_most(house):
    manners(house, mode=Mode.DIGEST, digest=Timetable((time(14),)))
    await publish(house, ferry(0), ferry(1))
    house.clock.wait(hours=1)
    ((taken,),) = await claim_deliveries(house.context, 9, ())
    channel = house.context.channels["desk"]
    assert (await house.context.deliverer.send(channel.url, taken.message, timedelta(seconds=5))).ok
    assert await claim_deliveries(house.context, 9, ()) == [], "one flight per channel"
    # Here the process dies; what comes meanwhile is not mixed in.
    await publish(house, ferry(2))
    assert house.told() == ["[digest] 2 alerts: 2 notice (the digest of 14:00 daily)"] * 2
    first, second = (request.json() for request in house.webhook.requests)
    assert "Possibly a repeat" in second["message"]
    assert second["message"].startswith(first["message"].rstrip())
    states = {each.told.title: each.state.value for each in house.outbox()}
    assert states == {ferry(0).title: "sent", ferry(1).title: "sent", ferry(2).title: "pending"}


async def test_a_digest_that_fails_is_tried_again_as_it_was(house):
    manners(house, mode=Mode.DIGEST, digest=Timetable((time(14),)))
    await publish(house, ferry(0), ferry(1))
    house.channel_server.faults += [Response(503), Response(503)]
    await house.turn(hours=1)
    assert {each.state for each in house.outbox()} == {DeliveryState.FAILED}
    for _ in range(3):
        await house.turn(minutes=1)
    assert house.told() == ["[digest] 2 alerts: 2 notice (the digest of 14:00 daily)"]
    assert {(each.state, each.attempts) for each in house.outbox()} == {(DeliveryState.SENT, 3)}


async def test_a_retried_part_of_a_dead_digest_goes_by_itself(house):
    manners(house, max_per_hour=1)
    house.channel_server.faults.append(Response(403))
    await publish(house, ferry(0), ferry(1))
    dead = house.outbox()
    assert {each.state for each in dead} == {DeliveryState.DEAD}
    house.store.write_now(lambda conn: deliveries.retry(conn, dead[0].id, house.clock.now))
    await house.turn(seconds=1)
    assert house.told() == [dead[0].message.title]


async def test_manners_that_change_free_what_they_held(house):
    manners(house, quiet=Quiet(time(13), time(18)))
    await publish(house, ferry(0), ferry(1))
    manners(house, quiet=None)
    await house.turn(seconds=1)
    assert house.told() == []
    assert house.store.write_now(lambda conn: claims.release(conn, house.clock.now)) == 2
    await house.turn(seconds=1)
    assert house.told() == ["[digest] 2 alerts: 2 notice (held in quiet hours)"]


async def test_a_channel_that_holds_or_is_dead_delays_no_other(house):
    (desk,) = house.context.config.channels
    held = replace(desk, name="held", quiet=Quiet(time(11), time(18)))
    dead = replace(desk, name="dead", url=Secret("json://127.0.0.1:1/"), max_per_hour=1)
    house.configure(channels=(held, dead, desk))
    await publish(house, ferry(0))
    assert len(house.told()) == 1
    states = {each.channel: each.state.value for each in house.outbox()}
    assert states == {"held": "pending", "dead": "failed", "desk": "sent"}


async def test_a_route_leads_by_what_the_article_is(house):
    (desk,) = house.context.config.channels
    region, other = replace(desk, name="region"), replace(desk, name="other")
    routes = (Route(("region",), sources=("harbour",)), Route(("other",), sources=("elsewhere",)))
    house.configure(channels=(desk, region, other), routes=routes)
    site = await publish(house, ferry(0))
    assert sorted(each.channel for each in house.outbox()) == ["desk", "region"]
    rings = house.why(f"{site.base}/f0")["steps"][1]["reason"]
    assert "«desk» (it takes every rule that names no channel)" in rings
    assert "«region» (the route for sources harbour)" in rings


# --- follow-ups ------------------------------------------------------------------------------

INCURSION = "Airport reopens after drone incursion halts flights"
PARTS = (
    "The airport at Vestermole reopened at noon after a drone incursion had halted all flights for hours.",
    "Prosecutors in Vestermole say that the drone incursion that halted flights came from a boat.",
    "Flights at Vestermole airport resumed at noon; a drone incursion had closed both of its runways.",
    "A drone incursion halted flights at Vestermole airport; the police searched the marshes for hours.",
)


async def voices(house, count: int) -> None:
    """Let so many publishers tell one story, each in its own words, one after the other."""
    sites = [house.sites.get(name) or house.site(name) for name in (f"voice-{n}" for n in range(count))]
    await house.turn()
    for number, site in enumerate(sites):
        site.items.append(
            Item(f"v{number}", f"{INCURSION}", f"{PARTS[number]} " + f"Voice {number} says. " * 4)
        )
        await house.turn(minutes=5)


@pytest.mark.parametrize(
    ("follow_ups", "told"), [(FollowUps.ALL, 1), (FollowUps.VOICES, 1), (FollowUps.NONE, 0)]
)
async def test_three_voices_are_news_once_under_the_alert(house, follow_ups, told):
    manners(house, follow_ups=follow_ups)
    await voices(house, 4)
    follow = [title for title in house.told() if "now 3 independent voices" in title]
    assert len(follow) == told
    rows = [each for each in house.outbox() if each.revision < 0]
    assert [(each.revision, each.state) for each in rows] == [(-3, DeliveryState.SENT)] * told
    if told:
        assert rows[0].message.headers["References"] == house.outbox()[-1].message.headers["References"]
        way = house.why(f"{house.sites['voice-0'].base}/v0")
        assert "now 3 independent voices: who was told is told so" in [s["reason"] for s in way["steps"]]
        assert way["reason"] == "sent to desk, desk (follow-up)"


async def test_voices_are_no_news_where_a_silence_covers_the_source_that_rang(house):
    first = house.site("voice-0")
    house.configure(sources=(replace(first.source, tags=("agency",)),))
    rang = house.clock.now
    quiet = Silence(rang + timedelta(minutes=7), rang + timedelta(days=1), source_tag="agency", why="known")
    house.store.write_now(lambda conn: silences.add(conn, house.context.config, quiet, rang))
    await voices(house, 4)
    assert house.told()
    assert not any("independent voices" in title for title in house.told())


@pytest.mark.parametrize(
    ("follow_ups", "told"), [(FollowUps.ALL, 1), (FollowUps.VOICES, 0), (FollowUps.NONE, 0)]
)
async def test_a_withdrawal_is_told_to_whom_wants_to_know(house, follow_ups, told):
    manners(house, follow_ups=follow_ups)
    site = await publish(house, ferry(0))
    site.answers["/f0"] = Response(410)
    await house.turn(minutes=15)
    assert sum("Withdrawn" in title for title in house.told()) == told


async def test_a_follow_up_goes_under_the_message_that_told_the_alert(house):
    site = await publish(house, ferry(0))
    (sent,) = house.outbox()
    took = Outcome(ok=True, receipt="1700000001.000100")
    house.store.write_now(lambda conn: deliveries.record(conn, sent.id, took, house.clock.now))
    site.answers["/f0"] = Response(410)
    house.clock.wait(minutes=15)
    await house.recheck()
    ((parcel,),) = await claim_deliveries(house.context, 9, ())
    assert parcel.message.thread == "1700000001.000100"
    await deliver(house.context, parcel)
