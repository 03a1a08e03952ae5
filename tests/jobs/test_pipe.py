"""From a feed to a message: what rings, what does not, and what the ledger says of it."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from servers.world import DRONES, NOW, Item, open_house

from daemon.model import Rule

INCURSION = "Airport reopens after drone incursion halts flights"
TEXT = """\
The airport at Vestermole reopened at noon after a drone incursion had halted all flights for two hours.
Controllers saw three aircraft without transponders at 09:40, east of the second runway, and closed it.
Eleven flights were diverted to Skagholm and Norrvik, said the operator's spokeswoman Ingrid Dahl.
The police searched the marshes with forty officers and found neither drones nor pilots by dusk."""


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request, template, tmp_path):
    """A house on either engine: the pipe is the same."""
    if request.param == "sqlite":
        async with open_house(Path(shutil.copy(template, tmp_path / "tocsin.db"))) as opened:
            yield opened
            opened.assert_sound()
        return
    server = request.getfixturevalue("postgres")
    address = server.create(request.getfixturevalue("postgres_template"))
    async with open_house(address) as opened:
        yield opened
        opened.assert_sound()
    server.drop(address)


def drone(slug="incursion", **more) -> Item:
    return Item(slug, INCURSION, TEXT, **more)


async def test_the_first_poll_is_backlog_and_what_comes_later_rings_once(house):
    site = house.site("harbour", drone("old"))
    await house.turn()
    assert house.fates() == {INCURSION: "backlog"}
    site.items.append(Item("boat", "A new ferry for the islands"))
    for _ in range(3):
        await house.turn(minutes=5)
    assert house.told() == ["[notice] ferries: A new ferry for the islands"]
    way = house.why(f"{site.base}/boat")
    assert [step["fate"] for step in way["steps"]] == ["new", "queued", "delivered"]
    assert way["reason"] == "sent to desk"


async def test_a_feed_that_is_empty_at_first_rings_for_what_it_lists_next(house):
    site = house.site("harbour")
    await house.turn()
    site.items.append(drone())
    await house.turn(minutes=5)
    assert len(house.told()) == 1


async def test_forty_copies_ring_once_and_each_says_why(house):
    sites = [house.site(f"wire-{n}") for n in range(40)]
    await house.turn()
    for site in sites:
        site.items.append(drone(f"{site.name}-airport"))
    await house.turn(minutes=5)
    assert house.told() == [f"[high] drones: {INCURSION}"]
    ways = [house.why(f"{site.base}/{site.items[0].slug}") for site in sites]
    assert sorted(way["fate"] for way in ways) == ["delivered"] + ["duplicate"] * 39
    original = next(way["url"] for way in ways if way["fate"] == "delivered")
    for way in ways:
        if way["fate"] == "duplicate":
            assert f"copy of {original}" in way["reason"]
            assert "«drones» rang already" in way["reason"]


async def test_copies_on_one_host_ring_once(house):
    """Under the addresses of many sections; and their own lines are not what the host repeats."""
    site = house.site("harbour")
    await house.turn()
    for n in range(12):
        site.items.append(drone(f"section-{n}/airport"))
        await house.turn(minutes=5)
    assert len(house.told()) == 1
    fates = [house.why(f"{site.base}/{item.slug}")["fate"] for item in site.items]
    assert fates == ["delivered"] + ["duplicate"] * 11


async def test_a_copy_that_matches_another_rule_rings_for_it(house):
    first, second = house.site("first"), house.site("second")
    await house.turn()
    first.items.append(drone())
    await house.turn(minutes=5)
    second.items.append(Item("copy", INCURSION, TEXT + "\nThe ferry to Skagholm ran on time."))
    await house.turn(minutes=5)
    assert house.told() == [f"[high] drones: {INCURSION}", f"[notice] ferries: {INCURSION}"]
    way = house.why(f"{second.base}/copy")
    assert [alert["rule"] for alert in way["alerts"]] == ["ferries"]
    assert way["fate"] == "delivered"


async def test_older_than_max_age_is_backlog_with_its_reason(house):
    site = house.site("harbour")
    await house.turn()
    site.items += [drone(at=NOW - timedelta(hours=25)), Item("f", "A ferry", at=NOW - timedelta(hours=23))]
    await house.turn(minutes=5)
    way = house.why(f"{site.base}/incursion")
    assert way["fate"] == "backlog"
    assert "published 2026-11-21 11:00 UTC" in way["reason"]
    assert "24 h (max_age)" in way["reason"]
    assert house.told() == ["[notice] ferries: A ferry"]


@pytest.mark.parametrize("tail", ["?utm_source=rss&utm_medium=feed", "?fbclid=IwAR0abc", "#comments"])
async def test_a_tracking_tail_announces_nothing_anew(house, tail):
    site = house.site("harbour")
    await house.turn()
    item = drone(id="1", at=NOW)
    site.items.append(item)
    await house.turn(minutes=5)
    item.link, item.id = f"{site.base}/{item.slug}{tail}", "another-id"
    await house.turn(minutes=5)
    assert len(house.told()) == 1
    assert len(house.fates()) == 1


async def test_feeds_that_number_their_items_anew_announce_nothing(house):
    site = house.site("harbour")
    await house.turn()
    towns = ("Skagholm", "Norrvik", "Vestermole", "Lindhamn", "Stenby")
    site.items += [
        Item(town, f"Ferry to {town} runs again", f"Boats for {town} leave hourly.", id=f"{n}")
        for n, town in enumerate(towns)
    ]
    await house.turn(minutes=5)
    told = house.told()
    assert len(told) == 5
    for item in site.items:
        item.id = f"{int(item.id) + 1}"
    await house.turn(minutes=5)
    assert house.told() == told


async def test_a_reused_id_with_another_title_does_ring(house):
    site = house.site("harbour", Item("one", "Council meets on Monday", id="0"))
    await house.turn()
    site.items[:] = [Item("two", "Ferry strikes the quay wall", id="0")]
    await house.turn(minutes=5)
    assert house.told() == ["[notice] ferries: Ferry strikes the quay wall"]


async def test_entries_with_nothing_to_be_known_by_ring_once_and_stop_nobody(house):
    """No id, no date, the front page for an address, a few words: every key of theirs is worthless."""
    site = house.site("harbour")
    await house.turn()
    site.items += [
        Item("", "Ferry late", "", link=""),
        Item("", "Ferry full", "", link=f"{site.base}/"),
        Item("", "Ferry sunk", "", link=f"{site.base}/"),
        drone(),
    ]
    for _ in range(3):
        await house.turn(minutes=5)
    assert len(house.told()) == 4
    assert len(set(house.told())) == 4


async def test_two_sources_that_list_one_address_make_one_entry(house):
    first, second = house.site("first"), house.site("second")
    await house.turn()
    item = drone()
    first.items.append(item)
    second.items.append(Item("x", INCURSION, TEXT, link=f"{first.base}/{item.slug}?utm_campaign=x"))
    await house.turn(minutes=5)
    assert len(house.told()) == 1
    way = house.why(f"{first.base}/{item.slug}")
    assert set(way["listed_by"]) == {"first", "second"}


async def test_a_rule_added_later_asks_of_what_comes_later(house):
    site = house.site("harbour")
    await house.turn()
    site.items.append(Item("a", "Kite festival opens"))
    await house.turn(minutes=5)
    house.configure(rules=(DRONES, Rule("kites", any=("kite",))))
    site.items.append(Item("b", "Kite stuck on the lighthouse"))
    await house.turn(minutes=5)
    assert house.told() == ["[notice] kites: Kite stuck on the lighthouse"]
    assert house.fates()["Kite festival opens"] == "no_rule"


async def test_a_rule_that_reaches_no_channel_fails_aloud(house):
    house.configure(channels=tuple(replace(c, rules=("ferries",)) for c in house.context.config.channels))
    site = house.site("harbour")
    await house.turn()
    site.items.append(drone())
    await house.turn(minutes=5)
    way = house.why(f"{site.base}/incursion")
    assert way["fate"] == "failed"
    assert "no channel listens" in way["reason"]
