"""Who hears that nothing can be written, when, and how often."""

import pytest

from daemon.errors import StoreError
from daemon.runtime.unwritten import Unwritten

FULL = "the disk is full"


class Operator:
    """Hears what is told, unless it cannot be reached."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.reached = True
        self.tried = 0

    async def tell(self, message) -> bool:
        self.tried += 1
        if self.reached:
            self.heard.append(f"{message.title}: {message.text}")
        return self.reached


async def write() -> None:
    pass


async def fail() -> None:
    raise StoreError(FULL)


async def failing(watched: Unwritten, times: int) -> None:
    for _ in range(times):
        with pytest.raises(StoreError, match=FULL):
            await watched.watch(fail)


async def working(watched: Unwritten, times: int) -> None:
    for _ in range(times):
        await watched.watch(write)


async def test_a_store_that_takes_nothing_for_long_is_told_once_and_so_is_its_end():
    operator = Operator()
    watched = Unwritten(operator.tell)
    await failing(watched, 5)
    await working(watched, 1)
    await failing(watched, 5)
    assert operator.heard == [], "a store that is restarted is no news"
    await failing(watched, 20)
    (told,) = operator.heard
    assert told.startswith("Tocsin is blind: it can write nothing: the disk is full\n")
    await working(watched, 20)
    assert len(operator.heard) == 2
    assert operator.heard[1].startswith("Tocsin sees again")
    await failing(watched, 6)
    assert len(operator.heard) == 3


async def test_a_disk_that_has_room_now_and_then_is_told_once():
    operator = Operator()
    watched = Unwritten(operator.tell)
    for _ in range(10):
        await failing(watched, 6)
        await working(watched, 5)
    assert len(operator.heard) == 1


async def test_an_operator_who_was_not_reached_is_told_later():
    operator = Operator()
    watched = Unwritten(operator.tell)
    operator.reached = False
    await failing(watched, 8)
    operator.reached = True
    await failing(watched, 4)
    assert len(operator.heard) == 1
    operator.reached = False
    await working(watched, 8)
    operator.reached = True
    await working(watched, 4)
    assert len(operator.heard) == 2


async def test_whoever_never_says_that_it_arrived_is_not_flooded():
    operator = Operator()
    operator.reached = False
    watched = Unwritten(operator.tell)
    await failing(watched, 720)
    assert operator.tried == 7, "within an hour"
    await failing(watched, 9 * 720)
    assert operator.tried == 16, "and then every hour"
