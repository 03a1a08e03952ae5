"""A process that stays for the next piece of work, and leaves when none comes."""

import asyncio
import os
from datetime import timedelta

import pytest

from daemon.errors import ParseError
from daemon.runtime import lingering
from daemon.runtime.lingering import Lingering


async def test_the_next_work_finds_the_process_there():
    process = Lingering(10)
    first = await process(os.getpid)
    assert await process(os.getpid) == first
    await process.close()
    assert not process.is_there
    assert await process(os.getpid) != first
    await process.close()


async def test_it_leaves_when_nobody_asks(monkeypatch):
    monkeypatch.setattr(lingering, "IDLE", timedelta())
    process = Lingering(10)
    await process(os.getpid)
    assert process.is_there
    for _turn in ("the time is up", "it is told to go", "it goes"):
        await asyncio.sleep(0)
    assert not process.is_there


async def test_what_overlapped_ends_nothing_that_comes_later(monkeypatch):
    monkeypatch.setattr(lingering, "IDLE", timedelta(seconds=30))
    clock = Clock(monkeypatch)
    process = Lingering(60)
    await asyncio.gather(process(os.getpid), process(os.getpid))
    working = asyncio.ensure_future(process(wait_for_ever))
    await asyncio.sleep(0)
    assert clock.pending() == [], "it is at work"
    await process.close()
    with pytest.raises(ParseError):
        await working
    assert clock.pending() == [], "it is gone"


class Clock:
    """Sees what the loop is asked to do later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._timers: list[asyncio.TimerHandle] = []
        loop = asyncio.get_running_loop()
        call_later = loop.call_later

        def noted(delay, *args, **kwargs) -> asyncio.TimerHandle:
            timer = call_later(delay, *args, **kwargs)
            self._timers.append(timer)
            return timer

        monkeypatch.setattr(loop, "call_later", noted)

    def pending(self) -> list[asyncio.TimerHandle]:
        return [timer for timer in self._timers if not timer.cancelled()]


async def test_who_is_done_first_does_not_end_the_work_of_others(monkeypatch):
    monkeypatch.setattr(lingering, "IDLE", timedelta())
    process = Lingering(60)
    first, second = (asyncio.ensure_future(process(work)) for work in (os.getpid, wait_for_ever))
    await first
    for _turn in ("its time would be up", "all would be told to go", "all would go"):
        await asyncio.sleep(0)
    assert process.is_there
    await process.close()
    with pytest.raises(ParseError):
        await second


async def test_work_that_nobody_waits_for_may_fail():
    process = Lingering(10)
    process.hurry(int, "no number")
    assert process.is_there
    with pytest.raises(ValueError, match="still"):
        await process(int, "still none")
    await process.close()


async def test_ending_it_ends_its_work():
    process = Lingering(60)
    working = asyncio.ensure_future(process(wait_for_ever))
    await asyncio.sleep(0)
    await process.close()
    with pytest.raises(ParseError):
        await working


def wait_for_ever() -> None:
    read, _ = os.pipe()
    os.read(read, 1)
