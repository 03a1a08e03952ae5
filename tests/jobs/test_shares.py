"""Work that is shared out between machines: nothing is offered again and again that nobody can do."""

from dataclasses import replace

from servers.world import House, Item

from daemon.jobs import poll, shares
from daemon.jobs.poll import UNKNOWN_HERE, claim_sources
from daemon.store import sources


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
