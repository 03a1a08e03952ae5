"""What the operator hears: news of trouble once, its end once, and nothing in between."""

from dataclasses import replace
from functools import partial

import pytest
from servers.http import Response
from servers.world import House, Item

from daemon.jobs import report_problems
from daemon.jobs.operator import TOLD
from daemon.model import DeliveryState
from daemon.store import deliveries, facts


@pytest.fixture
def operated(house: House) -> House:
    daemon = replace(house.context.config.daemon, operator_channel="desk")
    house.configure(daemon=daemon)
    return house


async def fail_for_a_day(house: House, *names: str) -> None:
    for name in names:
        house.site(name, Item("old", "Old news"))
    await house.turn()
    for name in names:
        house.sites[name].answers["/feed"] = Response(500)
    for _ in range(30):
        await house.turn(hours=1)


async def test_all_being_well_nothing_is_said(operated):
    operated.site("harbour", Item("old", "Old news"))
    await operated.turn()
    await report_problems(operated.context)
    assert operated.told() == []


async def test_an_outage_is_told_once_and_so_is_its_end(operated):
    await fail_for_a_day(operated, "harbour")
    for _ in range(3):
        await report_problems(operated.context)
    (message,) = operated.webhook.requests
    assert "harbour" in message.json()["message"]
    operated.sites["harbour"].answers.clear()
    await operated.turn(days=2)
    for _ in range(3):
        await report_problems(operated.context)
    assert len(operated.told()) == 2
    assert "all is well again" in operated.told()[1]
    text = operated.webhook.requests[1].json()["message"]
    assert text == (
        "harbour can be polled again. Since Sun 22 Nov, 13:00 UTC, it could not be polled: harbour.example "
        "answered 500: its server failed."
    )


async def test_what_was_given_up_is_told_with_the_time_when_the_first_was(operated):
    site = operated.site("harbour")
    await operated.turn()
    for item, hours in (
        (Item("boat", "A new ferry"), 0),
        (Item("drone", "A drone incursion over Lundby"), 3),
    ):
        site.items.append(item)
        operated.channel_server.faults.append(Response(403))
        await operated.turn(hours=hours, minutes=5)
        await report_problems(operated.context)
    for given_up in operated.store.read_now(partial(deliveries.page, limit=9, state=DeliveryState.DEAD)):
        operated.store.write_now(
            partial(deliveries.retry, delivery_id=given_up.id, now=operated.context.now())
        )
    await operated.turn(minutes=5)
    await report_problems(operated.context)
    text = operated.webhook.requests[-1].json()["message"]
    assert text == (
        "What was given up was sent again, or is too old to be kept. Since Sun 22 Nov, 12:05 UTC, "
        "2 deliveries were given up (desk: 2)."
    )


async def test_what_a_release_before_this_one_told_is_over_too(operated):
    operated.site("harbour", Item("old", "Old news"))
    await operated.turn()
    known = ["gone-site\terror", "harbour\tmoved"]
    operated.store.write_now(partial(facts.put, key=TOLD, value=known, now=operated.context.now()))
    await report_problems(operated.context)
    (message,) = operated.webhook.requests
    assert message.json()["message"].splitlines() == [
        "gone-site is not watched any more.",
        "harbour is found again where the configuration says.",
    ]


async def test_an_outage_of_many_is_one_message(operated):
    await fail_for_a_day(operated, *(f"site-{n}" for n in range(12)))
    await report_problems(operated.context)
    (message,) = operated.webhook.requests
    assert (
        "12 sources at once cannot be polled: `tocsin sources list --problems`" in message.json()["message"]
    )


async def test_what_could_not_be_told_is_told_the_next_time(operated):
    await fail_for_a_day(operated, "harbour")
    operated.channel_server.faults.append(Response(503))
    await report_problems(operated.context)
    assert operated.told() == []
    await report_problems(operated.context)
    assert len(operated.told()) == 1


async def test_deliveries_that_were_given_up_are_told(operated):
    site = operated.site("harbour")
    await operated.turn()
    site.items.append(Item("boat", "A new ferry"))
    operated.channel_server.faults.append(Response(403))
    await operated.turn(minutes=5)
    await report_problems(operated.context)
    await report_problems(operated.context)
    (message,) = operated.webhook.requests
    assert (
        "1 delivery was given up (desk: 1): `tocsin deliveries list --state dead`"
        in message.json()["message"]
    )


async def test_without_an_operator_nobody_is_told(house):
    await fail_for_a_day(house, "harbour")
    await report_problems(house.context)
    assert house.told() == []
