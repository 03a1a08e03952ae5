"""The canary from edge to edge: it flies unseen, and each broken stage is named once, by another way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from servers.wordforms import forms_of
from servers.world import House, Item

from daemon.jobs import canary_rules, fly, load_rules
from daemon.jobs.canary import trial
from daemon.model import CANARY, Mode, Route, Secret
from daemon.store import alerts, deliveries, entries, ledger, stories


class Lanes:
    """What the runtime does every few seconds, some lanes of it switched off."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.off: set[str] = set()

    async def turn(self, **later: float) -> None:
        self.house.clock.wait(**(later or {"seconds": 15}))
        await fly(self.house.context)
        for lane in ("read", "deliver"):
            if lane not in self.off:
                await getattr(self.house, lane)()

    async def minutes(self, count: int) -> None:
        for _ in range(count * 4):
            await self.turn()

    def titles(self, path: str) -> list[str]:
        asked = self.house.webhook.requests
        return [request.json()["title"] for request in asked if request.path == path]


def mark(house: House, **changed) -> None:
    """Let the channel «desk» take canaries, and «phone» be the operator's."""
    desk = replace(house.context.config.channels[0], canary=True, **changed)
    url = Secret(desk.url.reveal().replace("/hook", "/phone"))
    phone = replace(desk, name="phone", url=url, canary=False, mode=Mode.INSTANT, quiet=None)
    daemon = replace(house.context.config.daemon, canary=timedelta(hours=1), operator_channel="phone")
    house.configure(daemon=daemon, channels=(desk, phone))
    config = house.context.config
    rules = (*config.rules, *canary_rules(config))
    load_rules(rules, (), (), forms_of(*rules))
    house.context = replace(house.context, rules={rule.name: rule for rule in rules})


@pytest.fixture
def lanes(house: House) -> Lanes:
    mark(house)
    return Lanes(house)


async def test_a_canary_comes_back_once_an_hour_and_leaves_nothing(lanes):
    await lanes.minutes(119)
    assert len(lanes.titles("/hook")) == 2
    assert all("canary flight" in title for title in lanes.titles("/hook"))
    assert lanes.titles("/phone") == []
    known = lanes.house.store.read_now(trial)
    assert known.back is not None
    assert known.broken == {}
    for listed in (alerts.page, entries.page, deliveries.page, stories.search):
        assert lanes.house.store.read_now(listed) == []


async def test_in_flight_it_is_in_nobody_s_list_or_sum(lanes):
    lanes.off = {"deliver"}
    await lanes.turn()
    for listed in (alerts.page, entries.page, deliveries.page):
        assert lanes.house.store.read_now(listed) == []
    assert set(lanes.house.store.read_now(ledger.tally).values()) == {0}
    assert set(lanes.house.store.read_now(deliveries.tally).values()) == {0}
    assert lanes.house.store.read_now(alerts.latest_id) == 0


async def test_what_is_beside_it_in_the_pipe_is_left_alone(lanes):
    site = lanes.house.site("harbour", Item("old", "Old news"))
    mark(lanes.house)
    await lanes.house.turn()
    site.items.append(Item("drone", "A drone incursion over the port"))
    await lanes.turn(minutes=5)
    await lanes.house.turn()
    await lanes.minutes(10)
    assert [alert.rule for alert in lanes.house.store.read_now(alerts.page)] == ["drones"]
    assert lanes.house.fates() == {"Old news": "backlog", "A drone incursion over the port": "delivered"}


async def test_a_route_without_conditions_does_not_hear_it(lanes):
    lanes.house.context = replace(
        lanes.house.context, config=replace(lanes.house.context.config, routes=(Route(("phone",)),))
    )
    await lanes.minutes(2)
    assert len(lanes.titles("/hook")) == 1
    assert lanes.titles("/phone") == []


async def broken(lanes: Lanes, stage: str) -> None:
    """Break one stage of the pipe."""
    house = lanes.house
    if stage == "parse":
        house.compute.kills = lambda args: bool(args) and isinstance(args[0], bytes)
    elif stage == "read":
        lanes.off = {"read"}
    elif stage == "match":
        load_rules((), (), (), {})
    elif stage == "queue":
        phone = {"phone": house.context.channels["phone"]}
        house.context = replace(house.context, channels=phone)
    else:
        lanes.off = {"deliver"}


STAGES = {
    "parse": "could not be parsed",
    "read": "not read",
    "match": "no rule matched it",
    "queue": "nothing was queued for the channel desk",
    "deliver": "the deliver lane stands still",
}


@pytest.mark.parametrize(("stage", "said"), STAGES.items())
async def test_a_broken_stage_is_named_once_until_it_mends(lanes, stage, said):
    whole = lanes.house.context
    await broken(lanes, stage)
    await lanes.minutes(125)
    (told,) = (request.json() for request in lanes.house.webhook.requests if request.path == "/phone")
    assert told["title"] == "Tocsin: a canary is not back"
    assert said in told["message"]
    assert lanes.titles("/hook") == []
    lanes.off, lanes.house.compute.kills = set(), lambda _args: False
    lanes.house.context = whole
    rules = tuple(lanes.house.context.rules.values())
    load_rules(rules, (), (), forms_of(*rules))
    await lanes.minutes(65)
    assert lanes.titles("/phone")[1:] == ["Tocsin: the canary comes through again"]


async def test_what_matches_and_is_not_asked_for_any_more_is_named(lanes):
    """The workers hold the rule; who would ring it does not know it under another configuration."""
    lanes.off = {"read"}
    await lanes.turn()
    context = lanes.house.context
    lanes.house.context = replace(context, rules={})
    await lanes.house.read()
    lanes.house.context = context
    await lanes.minutes(6)
    assert "no rule matched it" in lanes.house.webhook.requests[-1].json()["message"]


async def test_a_channel_that_refuses_is_named_on_another(lanes):
    desk = lanes.house.context.channels["desk"]
    gone = replace(desk, url=Secret("json://127.0.0.1:9/hook"))
    lanes.house.context = replace(
        lanes.house.context, channels={**lanes.house.context.channels, "desk": gone}
    )
    await lanes.minutes(70)
    (told,) = lanes.house.webhook.requests
    assert told.path == "/phone"
    assert "not delivered to the channel desk" in told.json()["message"]


async def test_the_operator_s_own_broken_channel_is_named_on_another(lanes):
    context = lanes.house.context
    daemon = replace(context.config.daemon, operator_channel="desk")
    gone = replace(context.channels["desk"], url=Secret("json://127.0.0.1:9/hook"))
    lanes.house.context = replace(
        context, config=replace(context.config, daemon=daemon), channels={**context.channels, "desk": gone}
    )
    await lanes.minutes(6)
    assert lanes.titles("/phone") == ["Tocsin: a canary is not back"]


async def test_a_daemon_that_was_away_finds_nothing_broken(lanes):
    lanes.off = {"deliver"}
    await lanes.turn()
    lanes.off = set()
    await lanes.turn(hours=5)
    await lanes.minutes(2)
    assert lanes.titles("/phone") == []
    assert len(lanes.titles("/hook")) == 1


async def test_a_canary_that_is_switched_off_leaves_nothing_behind(lanes):
    lanes.off = {"deliver"}
    await lanes.turn()
    house = lanes.house
    daemon = replace(house.context.config.daemon, canary=None)
    house.context = replace(house.context, config=replace(house.context.config, daemon=daemon))
    await lanes.turn()
    assert house.store.read_now(lambda conn: alerts.page(conn, rule=CANARY)) == []
    assert house.store.read_now(trial).entry is None
