"""Lanes: bounded work, each piece for itself, and an end that loses none."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from servers.world import Item, open_house

from daemon.errors import StoreError
from daemon.runtime.engine import Embedded
from daemon.runtime.lanes import Lane

CONTEXT = object()


class Work:
    """Pieces to claim, each done when its event is set; what it is told to raise, it raises."""

    def __init__(self, *pieces: str) -> None:
        self.waiting = list(pieces)
        self.done: list[str] = []
        self.gates = {piece: asyncio.Event() for piece in pieces}
        self.raises: dict[str, Exception] = {}
        self.asked: list[int] = []

    async def claim(self, _context: object, limit: int, _in_flight: object) -> Sequence[tuple[str, ...]]:
        self.asked.append(limit)
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return [(piece,) for piece in taken]

    async def run(self, _context: object, piece: str) -> None:
        await self.gates[piece].wait()
        if piece in self.raises:
            raise self.raises[piece]
        self.done.append(piece)

    def lane(self, capacity: int = 2) -> Lane[str]:
        return Lane("test", self.claim, self.run, capacity)

    def finish(self, *pieces: str) -> None:
        for piece in pieces:
            self.gates[piece].set()


async def test_no_more_is_claimed_than_there_is_room_for():
    work = Work("a", "b", "c")
    lane = work.lane(capacity=2)
    assert [await lane.tick(None), await lane.tick(None)] == [2, 0]
    assert (work.asked, lane.in_flight, lane.beat) == ([2], 2, 2)
    work.finish("a")
    for _ in range(5):
        await asyncio.sleep(0)
    assert await lane.tick(None) == 1
    assert work.asked == [2, 1]
    work.finish("b", "c")
    await lane.settle()
    assert sorted(work.done) == ["a", "b", "c"]


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), StoreError("no room")])
async def test_what_goes_wrong_with_one_piece_stops_no_other(error, capsys):
    work = Work("a", "b", "c")
    work.raises["a"] = error
    lane = work.lane()
    await lane.tick(None)
    work.finish("a", "b", "c")
    await lane.settle()
    await lane.tick(None)
    await lane.settle()
    assert work.done == ["b", "c"]
    assert str(error) in capsys.readouterr().out


async def test_drain_finishes_what_is_under_way_and_claims_no_more():
    work = Work("a", "b")
    lane = work.lane(capacity=1)
    await lane.tick(None)
    draining = asyncio.create_task(lane.drain(5.0))
    await asyncio.sleep(0)
    work.finish("a", "b")
    assert await draining == 0
    assert await lane.tick(None) == 0
    assert (work.done, work.waiting) == (["a"], ["b"])


async def test_drain_cuts_short_what_outlives_its_limit():
    work = Work("a", "b")
    lane = work.lane()
    await lane.tick(None)
    work.finish("b")
    assert await lane.drain(0.05) == 1
    assert (lane.in_flight, work.done) == (0, ["b"])


async def test_drain_waits_for_what_is_being_claimed_at_that_moment():
    """Else it would be at work in a house that is closed already."""
    work, claiming = Work("a"), asyncio.Event()

    async def claim_slowly(context: object, limit: int, in_flight: object) -> Sequence[tuple[str, ...]]:
        await claiming.wait()
        return await work.claim(context, limit, in_flight)

    lane = Lane("test", claim_slowly, work.run, 1)
    tick = asyncio.create_task(lane.tick(None))
    await asyncio.sleep(0)
    draining = asyncio.create_task(lane.drain(5.0))
    await asyncio.sleep(0)
    claiming.set()
    work.finish("a")
    assert await draining == 0
    await tick
    assert (work.done, lane.in_flight) == (["a"], 0)


async def test_a_claim_that_fails_leaves_the_lane_as_it_was():
    work = Work("a")

    async def claim(context: object, limit: int, in_flight: object) -> Sequence[tuple[str, ...]]:
        if not work.asked:
            work.asked.append(limit)
            raise StoreError("locked")
        return await work.claim(context, limit, in_flight)

    lane = Lane("test", claim, work.run, 1)
    with pytest.raises(StoreError):
        await lane.tick(None)
    assert lane.beat == 0, "the watchdog sees that it did not move"
    assert await lane.tick(None) == 1
    work.finish("a")
    await lane.settle()


async def test_a_series_is_done_in_order_and_goes_on_after_a_fault(capsys):
    """Claimed together again and again, the same bad piece would else stop those behind it for ever."""
    work = Work("a", "b", "c")
    work.raises["a"] = ZeroDivisionError("a bug")

    async def claim(_context: object, _limit: int, in_flight: object) -> Sequence[tuple[str, ...]]:
        return [("a", "b", "c")]

    lane = Lane("test", claim, work.run, 1)
    assert await lane.tick(None) == 1
    work.finish("c", "b", "a")
    await lane.settle()
    assert work.done == ["b", "c"]


async def test_drain_begins_nothing_that_still_waits_in_a_series():
    work = Work("a", "b")

    async def claim(_context: object, _limit: int, in_flight: object) -> Sequence[tuple[str, ...]]:
        return [("a", "b")]

    lane = Lane("test", claim, work.run, 1)
    await lane.tick(None)
    draining = asyncio.create_task(lane.drain(5.0))
    await asyncio.sleep(0)
    work.finish("a")
    assert await draining == 0
    assert work.done == ["a"]


async def test_outlasting_waits_for_what_is_in_flight_now():
    gate = asyncio.Event()
    landed: list[str] = []

    async def claim(context: object, limit: int, in_flight: object) -> Sequence[tuple[str, ...]]:
        return [("one",)]

    async def run(context: object, piece: str) -> None:
        await gate.wait()
        landed.append(piece)

    lane = Lane("test", claim, run, 1)
    await lane.tick(None)
    outlasting = asyncio.create_task(lane.outlast())
    await asyncio.sleep(0)
    assert not outlasting.done()
    gate.set()
    await outlasting
    assert landed == ["one"]


async def test_what_lands_makes_room_for_the_next_without_a_tick():
    work = Work("a", "b", "c", "d")
    lane = work.lane(capacity=2)
    await lane.tick(CONTEXT)
    work.finish("a", "b", "c", "d")
    await lane.settle()
    assert sorted(work.done) == ["a", "b", "c", "d"]
    assert lane.beat == 1


async def test_what_lands_claims_nothing_while_there_was_room_to_spare():
    work = Work("a")
    lane = work.lane(capacity=2)
    await lane.tick(CONTEXT)
    work.finish("a")
    await lane.settle()
    assert work.asked == [2]


async def test_nothing_more_is_claimed_in_a_context_that_is_let_go():
    work = Work("a", "b")
    lane = work.lane(capacity=1)
    await lane.tick(CONTEXT)
    letting_go = asyncio.create_task(lane.outlast())
    await asyncio.sleep(0)
    work.finish("a", "b")
    await letting_go
    await lane.settle()
    assert work.done == ["a"]
    assert await lane.tick(CONTEXT) == 1


async def test_a_claim_that_fails_between_ticks_is_left_to_the_next_tick():
    work = Work("a", "b")
    claim = work.claim

    async def claim_once(*args):
        if work.done == ["a"]:
            raise StoreError("no room")
        return await claim(*args)

    lane = Lane("test", claim_once, work.run, 1)
    await lane.tick(CONTEXT)
    work.finish("a")
    await lane.settle()
    with pytest.raises(StoreError, match="no room"):
        await lane.tick(CONTEXT)


async def test_what_fails_is_not_claimed_again_before_the_tick():
    work = Work("a", "b")
    work.raises["a"] = ZeroDivisionError("a bug")
    lane = work.lane(capacity=1)
    await lane.tick(CONTEXT)
    work.finish("a", "b")
    await lane.settle()
    assert work.waiting == ["b"]


async def test_what_a_reading_rang_is_delivered_without_waiting_for_a_tick(template, tmp_path):
    async with open_house(Path(shutil.copy(template, tmp_path / "tocsin.db"))) as house:
        site = house.site("harbour")
        await house.turn()
        site.items.append(Item("boat", "A new ferry for the islands", "It was built in Norrvik."))
        house.clock.wait(minutes=5)
        await house.poll()
        engine = Embedded(lambda: house.context)
        lanes = {lane.name: lane for lane in engine.lanes}
        await lanes["read"].tick(house.context)
        await lanes["read"].settle()
        await engine.outlast()
        assert house.told() == ["[notice] ferries: A new ferry for the islands"]
