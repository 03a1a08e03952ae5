"""Work that travels between machines: each name is worked on once at a time, and no death loses one."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from servers.postgres import Server

pytest.importorskip("pgqueuer", reason="pgqueuer is not installed: pip install 'tocsin[postgres]'")

from daemon.runtime.election import Election
from daemon.runtime.queue import Queue

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
async def url(postgres: Server) -> AsyncIterator[str]:
    address = postgres.create()
    async with Queue(address) as queue:
        await queue.install()
    yield address
    postgres.drop(address)


async def test_a_name_is_in_the_queue_once_and_worked_on_once_at_a_time(url: str) -> None:
    at_work: set[str] = set()
    begun: asyncio.Queue[str] = asyncio.Queue()
    let_go = asyncio.Event()

    async def visit(host: str) -> None:
        assert host not in at_work
        at_work.add(host)
        begun.put_nowait(host)
        await let_go.wait()
        at_work.remove(host)

    async with Queue(url) as scheduler, Queue(url) as one, Queue(url) as other:
        assert await scheduler.offer("host", ["a", "b"]) == 2
        assert await scheduler.offer("host", ["b", "c"]) == 1
        working = [asyncio.create_task(queue.work({"host": visit}, 4)) for queue in (one, other)]
        assert {await begun.get() for _ in range(3)} == {"a", "b", "c"}
        assert await scheduler.offer("host", ["a", "b", "c"]) == 0, "they are being worked on"
        let_go.set()
        async with asyncio.timeout(20):
            while not await scheduler.offer("host", ["a"]):
                pass  # until the worker's note that it is done is in
        assert await begun.get() == "a"
        one.stop()
        other.stop()
        await asyncio.gather(*working)
    assert begun.empty()


async def test_installing_twice_changes_nothing(url: str) -> None:
    async with Queue(url) as queue:
        await queue.offer("host", ["a"])
        await queue.install()
        assert await queue.offer("host", ["a"]) == 0


async def test_one_of_two_schedulers_leads_until_its_session_ends(url: str) -> None:
    one, other = Election(url), Election(url)
    assert await one.leads()
    assert await one.leads()
    assert not await other.leads()
    await one.resign()
    assert await other.leads()
    assert not await one.leads()
    await one.resign()
    await other.resign()


async def test_a_server_that_is_away_has_no_leader() -> None:
    assert not await Election("postgresql+psycopg://tocsin@127.0.0.1:9/tocsin").leads()
