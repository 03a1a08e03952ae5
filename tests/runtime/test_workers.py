"""Worker processes: what is slow is killed, what dies is told, and the pool works on."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest
import pytest_asyncio

from daemon.errors import ParseError
from daemon.runtime.workers import Workers

_named = ""


def name(text: str) -> None:
    global _named  # noqa: PLW0603  a worker's own memory
    _named = text


def named() -> str:
    return _named


def spin() -> None:
    while True:
        pass


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        die()
    return "lived"


def die_late_then_live_long(mark: Path) -> None:
    """Die after half a second; the next one writes down how long it lives."""
    began = monotonic()
    if not mark.exists():
        mark.touch()
        time.sleep(0.5)
        die()
    while True:
        mark.write_text(f"{monotonic() - began}")


def refuse() -> None:
    raise ParseError("not_a_feed", "it holds no feed")


def blunder() -> None:
    raise ZeroDivisionError


def double(number: int, *, more: int = 0) -> int:
    return 2 * number + more


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[Workers]:
    """One pool for all, as in a daemon: each test leaves it able to work."""
    workers = Workers(1, name, ("set up",), limit=0.5)
    assert await workers(double, 2) == 4
    yield workers
    await workers.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_each_worker_is_set_up(pool):
    assert await pool(named) == "set up"


async def test_a_worker_is_set_up_anew_and_so_is_the_one_after_it(pool):
    pool.prepare(name, ("anew",))
    assert await pool(named) == "anew"
    with pytest.raises(ParseError):
        await pool(die)
    assert await pool(named) == "anew"
    pool.prepare(blunder, ())
    with pytest.raises(ZeroDivisionError):
        await pool(named)
    pool.prepare(name, ("set up",))
    assert await pool(named) == "set up"


async def test_no_more_workers_start_than_there_is_work_for():
    workers = Workers(2)
    assert await workers(os.getpid) == await workers(os.getpid)
    await workers.close()


async def test_what_takes_too_long_is_killed_and_the_next_works(pool):
    with pytest.raises(ParseError) as caught:
        await pool(spin)
    assert caught.value.kind == "too_slow"
    assert "0.5 s" in str(caught.value)
    assert await pool(named) == "set up"


async def test_what_dies_is_told_and_the_next_works(pool):
    with pytest.raises(ParseError) as caught:
        await pool(die)
    assert caught.value.kind == "crashed"
    assert await pool(double, 2, more=1) == 5


async def test_what_died_by_chance_is_done_by_the_next(pool, tmp_path):
    assert await pool(die_once, tmp_path / "mark") == "lived"


async def test_what_dies_and_then_hangs_is_told_as_dead_and_shares_one_limit(tmp_path):
    workers = Workers(1, limit=1.0)
    await workers(double, 1)  # a process's first work waits for this module
    with pytest.raises(ParseError) as caught:
        await workers(die_late_then_live_long, tmp_path / "mark")
    await workers.close()
    assert caught.value.kind == "crashed"
    assert float((tmp_path / "mark").read_text() or 0) < 0.8  # of 0.5 s that are left


async def test_a_worker_killed_while_it_waits_is_no_loss(pool):
    """The kernel chooses whom it kills for memory, and when."""
    for _ in range(3):
        os.kill(await pool(os.getpid), signal.SIGKILL)
        assert await pool(named) == "set up"


async def test_deaths_in_a_row_wear_no_pool_out():
    workers = Workers(2)
    fates = await asyncio.gather(*(workers(die) for _ in range(6)), return_exceptions=True)
    assert [getattr(fate, "kind", fate) for fate in fates] == ["crashed"] * 6
    assert await workers(double, 2) == 4
    await workers.close()


async def test_an_error_comes_back_as_itself(pool):
    with pytest.raises(ParseError) as caught:
        await pool(refuse)
    assert (caught.value.kind, str(caught.value)) == ("not_a_feed", "it holds no feed")
    with pytest.raises(ZeroDivisionError):
        await pool(blunder)


async def test_work_that_waits_its_turn_is_not_too_slow(pool):
    """The limit is for the work, not for the queue before it."""
    spinning = [asyncio.create_task(pool(spin)) for _ in range(2)]
    await asyncio.sleep(0)
    assert await pool(double, 3) == 6
    results = await asyncio.gather(*spinning, return_exceptions=True)
    assert [type(result) for result in results] == [ParseError, ParseError]


async def test_close_kills_what_does_not_end():
    workers = Workers(1, limit=60)
    assert await workers(double, 1) == 2
    endless = asyncio.create_task(workers(spin))
    await asyncio.sleep(0.05)
    await workers.close(limit=0.1)
    (result,) = await asyncio.gather(endless, return_exceptions=True)
    assert isinstance(result, BaseException)


def hoard(size: int) -> int:
    return len(bytes(size))


class Late:
    """What is only made when it is handed over, as texts are that nobody has looked at."""

    def __init__(self, work, *args):
        self.made = (work, args)

    def __reduce__(self):
        work, args = self.made
        return str, (work(*args),)


async def test_what_fails_as_it_is_handed_over_is_told_as_well():
    workers = Workers(1, name, ("set up",), memory=50_000_000)
    try:
        assert await workers(Late, double, 3) == "6"
        with pytest.raises(ParseError) as caught:
            await workers(Late, hoard, 60_000_000)
        assert caught.value.kind == "too_large"
        with pytest.raises(ZeroDivisionError):
            await workers(Late, blunder)
    finally:
        await workers.close()


async def test_what_takes_too_much_memory_is_told_and_the_next_works():
    workers = Workers(1, name, ("set up",), memory=50_000_000)
    try:
        assert await workers(hoard, 30_000_000) == 30_000_000
        with pytest.raises(ParseError) as caught:
            await workers(hoard, 60_000_000)
        assert caught.value.kind == "too_large"
        assert await workers(hoard, 30_000_000) == 30_000_000
    finally:
        await workers.close()
