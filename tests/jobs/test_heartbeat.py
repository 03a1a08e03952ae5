"""The heartbeat: at its times by the clock of the configuration, once, and with true figures."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from servers.http import Response
from servers.world import House, Item

from daemon.jobs import beat, claim_replays, replay, silences
from daemon.model import Quiet, Silence, Timetable
from daemon.store import alerts, legs

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.fixture
def operated(house: House) -> House:
    heartbeat = Timetable((time(8),))
    daemon = replace(
        house.context.config.daemon, operator_channel="desk", heartbeat=heartbeat, time_zone=VIENNA
    )
    house.configure(daemon=daemon)
    return house


async def pass_hours(house: House, hours: int) -> list[datetime]:
    """Let the timer run, and give the hours at which the operator heard something."""
    heard = []
    for _ in range(hours * 2):
        before = len(house.webhook.requests)
        await beat(house.context)
        heard += [house.clock.now] * (len(house.webhook.requests) - before)
        house.clock.wait(minutes=30)
    return heard


async def test_it_comes_once_a_day_and_not_at_the_start(operated):
    heard = await pass_hours(operated, 72)
    assert [at.astimezone(VIENNA).hour for at in heard] == [8, 8, 8]


@pytest.mark.parametrize("began", ["2027-03-26T12:00", "2026-10-23T12:00"])
async def test_it_comes_at_eight_whatever_becomes_of_the_clock(operated, began):
    operated.clock.now = datetime.fromisoformat(began).replace(tzinfo=UTC)
    heard = await pass_hours(operated, 96)
    assert [at.astimezone(VIENNA).hour for at in heard] == [8, 8, 8, 8]


async def test_days_that_the_daemon_missed_are_one_heartbeat(operated):
    await beat(operated.context)
    operated.clock.wait(days=9)
    assert len(await pass_hours(operated, 2)) == 1


async def test_what_could_not_be_told_is_told_the_next_time(operated):
    await beat(operated.context)
    operated.clock.wait(days=1)
    operated.channel_server.faults.append(Response(503))
    await beat(operated.context)
    assert operated.told() == []
    await beat(operated.context)
    assert len(operated.told()) == 1


async def test_it_counts_what_was_done_and_how_long_it_took(operated):
    await beat(operated.context)
    site = operated.site("harbour", Item("old", "Old news"))
    await operated.turn()
    operated.clock.wait(minutes=3)
    site.items.append(Item("drone", "A drone incursion", at=operated.clock.now))
    await operated.turn(minutes=5)
    operated.clock.wait(days=1)
    await beat(operated.context)
    request = operated.webhook.requests[-1].json()
    assert request["title"].startswith(
        "Tocsin is alive: 2 polls, 2 articles, 1 alert, 1 delivery, 0 problems, 0% of the budget in "
    )
    assert "published to sent: half within 5 min, 95 % within 5 min (1 alert)" in request["message"]
    assert "harbour: half within 5 min" in request["message"]


async def test_what_was_held_or_muted_says_nothing_of_the_legs(operated):
    desk, site = operated.context.channels["desk"], operated.site("harbour", Item("old", "Old news"))
    operated.configure(channels=(replace(desk, quiet=Quiet(time(12), time(14))),))
    await operated.turn()
    site.items.append(Item("drone", "A drone incursion"))
    await operated.turn(minutes=5)
    await operated.turn(hours=3)
    mute = Silence(operated.clock.now, operated.clock.now + timedelta(hours=1), rule="ferries", why="known")
    operated.store.write_now(
        partial(silences.add, config=operated.context.config, silence=mute, now=mute.starts)
    )
    site.items.append(Item("ferry", "A ferry is late"))
    await operated.turn(minutes=5)
    operated.clock.wait(hours=3)
    ferry = operated.store.read_now(alerts.page)[0]
    operated.store.write_now(partial(silences.replay, alert=ferry, now=operated.clock.now))
    for claimed in await claim_replays(operated.context, 9, ()):
        await replay(operated.context, *claimed)
    await operated.deliver()
    times = operated.store.read_now(partial(legs.since, at=mute.starts - timedelta(days=1)))
    assert (len(operated.told()), [each.sent for each in times]) == (2, [None, None])


async def test_without_a_heartbeat_nothing_is_said(house):
    house.clock.wait(days=3)
    assert await pass_hours(house, 48) == []
