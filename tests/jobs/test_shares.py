"""Work shared out between machines: nothing is offered in vain, and what two meet at once rings once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, pairwise

import pytest
from servers.http import Response
from servers.mail import MailServer
from servers.postgres import Server
from servers.world import House, Item, open_house

from daemon.deliver import Deliverer, service
from daemon.jobs import Context, claim_rechecks, poll, shares
from daemon.jobs.poll import UNKNOWN_HERE, claim_sources
from daemon.model import DeliveryState, Message, Secret, Source
from daemon.schedule import Budget, recheck_room
from daemon.store import Store, entries, sources
from daemon.store.sources import SourceState

MACHINES = 4
SITES = 8


def report(of: str) -> str:
    """Make a text that is like no other."""
    words = [f"{of}{number}" for number in range(40)]
    return ". ".join(f"{one} and {other} came before {one}" for one, other in pairwise(words))


async def test_a_source_that_this_machine_does_not_know_yet_waits_a_moment(house: House) -> None:
    house.site("harbour", Item("old", "Old news"))
    ((state,),) = await claim_sources(house.context, 1, ())
    await poll(replace(house.context, sources={}), state)
    found = await house.context.store.read(lambda conn: sources.find(conn, "harbour"))
    assert found.next_poll_at == house.context.now() + UNKNOWN_HERE
    assert "does not know it yet" in found.next_poll_why
    assert (await shares.due(house.context)).hosts == ()
    await house.turn(seconds=11)
    found = await house.context.store.read(lambda conn: sources.find(conn, "harbour"))
    assert found.first_polled_at is not None


async def test_a_channel_that_is_switched_off_has_no_work(house: House) -> None:
    house.site("harbour", Item("old", "Old news"))
    await house.turn()
    house.sites["harbour"].items.append(Item("new", "A drone incursion over the harbour"))
    house.clock.wait(hours=1)
    await house.poll()
    await house.read()
    assert (await shares.due(house.context)).channels == ("desk",)
    off = {name: replace(channel, enabled=False) for name, channel in house.context.channels.items()}
    assert (await shares.due(replace(house.context, channels=off))).channels == ()


@dataclass
class Yard:
    """A house whose work several machines share, each with connections of its own."""

    house: House
    stores: list[Store]

    def contexts(self) -> list[Context]:
        return [replace(self.house.context, store=store) for store in self.stores]

    async def visit(self) -> None:
        """Visit all hosts at once, each by one of the machines."""
        due = await shares.due(self.house.context)
        machines = self.contexts()
        visits = (self._visit(machines[n % MACHINES], host) for n, host in enumerate(due.hosts))
        await asyncio.gather(*visits)

    async def deliver(self) -> None:
        """Let one machine after the other have the channel, for a message each."""
        for context in self.contexts():
            async with aclosing(shares.of_channel(context, "desk")) as pieces:
                async for piece in pieces:
                    await piece()
                    break

    async def _visit(self, context: Context, host: str) -> None:
        async for piece in shares.of_host(context, host):
            await piece()


@pytest.fixture
async def yard(postgres: Server, postgres_template: str) -> AsyncIterator[Yard]:
    address = postgres.create(postgres_template)
    with ExitStack() as opened:
        stores = [opened.enter_context(Store.open(address)) for _ in range(MACHINES)]
        async with open_house(address) as house:
            yield Yard(house, stores)
            house.assert_sound()
    postgres.drop(address)


async def test_what_machines_meet_at_the_same_instant_is_one_entry_and_rings_once(yard: Yard) -> None:
    house = yard.house
    sites = [house.site(f"site{number}", Item("old", "Old news")) for number in range(SITES)]
    hub = house.site("hub", Item("old", "Old news"))
    await yard.visit()
    rung = []
    for what in ("airport", "bridge", "canal"):
        copied = Item(f"copy-{what}", f"Drone incursion at the {what}", report(what))
        shared = Item(f"same-{what}", f"Ferry late at the {what}", report(f"ferry{what}"))
        hub.items.append(shared)
        for site in sites:
            site.items += [copied, replace(shared, link=f"{hub.base}/{shared.slug}")]
        rung += [f"[high] drones: {copied.title}", f"[notice] ferries: {shared.title}"]
        house.clock.wait(minutes=6)
        await yard.visit()
        await yard.visit()  # what was listed by a host other than its own
        await house.deliver()
    assert sorted(house.told()) == sorted(rung)
    stored = house.store.read_now(lambda conn: entries.page(conn, limit=1000))
    assert len(stored) == (SITES + 1) + 3 * (SITES + 1)


async def test_a_host_that_asked_one_machine_for_a_pause_is_left_alone_by_all(yard: Yard) -> None:
    house = yard.house
    site = house.site("site", Item("old", "Old news"))
    other = Source("other", site.source.url + "?other", allow_private=True)
    house.configure(sources=(*house.context.config.sources, other))
    site.answers["/feed"] = Response(429, headers={"Retry-After": "600"})
    one, two, *_ = yard.contexts()
    (first,) = await take(one, 1)
    await poll(one, first)
    await house.leave_hosts_alone()  # the other machine's own memory knows of nothing
    assert await take(replace(two, fetcher=house.context.fetcher), 9) == []
    assert (await shares.due(two)).hosts == ()
    assert len(site.seen) == 1
    house.clock.wait(minutes=10)
    assert (await shares.due(two)).hosts == ("site.example",)
    assert await take(two, 9) != []


async def take(context: Context, most: int) -> list[SourceState]:
    return list(chain(*await claim_sources(context, most, (), "site.example")))


async def test_a_burst_to_a_channel_is_one_for_all_machines(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(service._SPACING, "mailto", 3600.0)  # so that a slow machine proves the same
    house = yard.house
    async with MailServer() as mail:
        url = Secret(f"mailto://127.0.0.1:{mail.port}/?from=a@example.org&to=b@example.org&mode=insecure")
        house.configure(channels=(replace(house.context.channels["desk"], url=url),))
        one, two, *_ = [replace(context, deliverer=Deliverer()) for context in yard.contexts()]
        assert [await sent(one, url) for _ in range(6)] == ["sent"] * 5 + ["busy"]
        assert await sent(two, url) == "sent", "it knows of nothing yet"
        await shares.leave_channel(one, "desk")
        async for _ in shares.of_channel(two, "desk"):
            pass
        assert await sent(two, url) == "busy"
        assert len(mail.mails) == 6


async def sent(context: Context, url: Secret) -> str:
    """Send a message, and say in a word what came of it."""
    return (await context.deliverer.send(url, Message("k", "t", "text"), timedelta(seconds=20))).kind


async def test_the_budget_of_second_looks_is_one_for_all_machines(yard: Yard) -> None:
    house = yard.house
    for number in range(SITES):
        house.site(f"site{number}", Item("old", "Old news"))
    await yard.visit()
    for site in house.sites.values():
        site.items += [Item(f"new{n}", f"Number {n} of {site.name}") for n in range(8)]
    house.clock.wait(minutes=6)
    await yard.visit()
    await yard.visit()
    house.clock.wait(days=1)
    budget = Budget(per_hour=1000)
    house.context = replace(house.context, budget=budget)
    claims = await asyncio.gather(
        *(claim_rechecks(yard.contexts()[n % MACHINES], 20, (), f"site{n}.example") for n in range(SITES))
    )
    taken = list(chain.from_iterable(chain.from_iterable(claims)))
    assert len(taken) == recheck_room(budget, 0) < SITES * 8


async def test_the_budget_of_a_channel_is_one_for_all_machines(yard: Yard) -> None:
    house = yard.house
    house.configure(channels=(replace(house.context.channels["desk"], max_per_hour=2),))
    sites = [house.site(f"site{number}", Item("old", "Old news")) for number in range(SITES)]
    await yard.visit()
    for site in sites:
        site.items.append(Item(f"ferry-{site.name}", f"Ferry late at {site.name}", report(site.name)))
    house.clock.wait(minutes=6)
    await yard.visit()
    await yard.visit()
    await yard.deliver()
    assert len(house.told()) == 2
    assert house.told()[1] == f"[digest] {SITES - 1} alerts: {SITES - 1} notice (more than 2 an hour)"
    for site in sites:
        site.items.append(Item(f"late-{site.name}", f"Ferry gone from {site.name}", report(f"x{site.name}")))
    house.clock.wait(minutes=6)
    await yard.visit()
    await yard.visit()
    await yard.deliver()
    assert len(house.told()) == 2, "the hour is full"
    house.clock.wait(hours=1)
    await yard.deliver()
    assert len(house.told()) == 3
    assert {each.state for each in house.outbox()} == {DeliveryState.SENT}
