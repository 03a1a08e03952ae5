"""Work that travels between machines: each name is worked on once at a time, and no death loses one."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from servers.postgres import Server
from sqlalchemy import make_url

pytest.importorskip("pgqueuer", reason="pgqueuer is not installed: pip install 'tocsin[postgres]'")

import psycopg

from daemon.jobs import shares
from daemon.model import Source
from daemon.runtime import crew
from daemon.runtime.crew import Crew
from daemon.runtime.election import Election
from daemon.runtime.queue import Queue
from daemon.runtime.roles import Role
from daemon.schedule import Budget
from daemon.store import Store, sources

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


async def test_who_is_stopped_while_it_connects_takes_nothing(url: str) -> None:
    async def visit(_: str) -> None:
        raise AssertionError("it was stopped before")

    async with Queue(url) as queue:
        await queue.offer("host", ["a"])
        working = asyncio.create_task(queue.work({"host": visit}, 4))
        await asyncio.sleep(0)  # it is on its way to the server
        queue.stop()
        await asyncio.wait_for(working, 20)
        assert await queue.offer("host", ["a"]) == 0, "it waits for another"


async def test_the_queues_log_is_cut_and_nothing_else(url: str) -> None:
    done = asyncio.Event()

    async def visit(_: str) -> None:
        done.set()

    async with Queue(url) as offering, Queue(url) as working:
        await offering.offer("host", ["a"])
        task = asyncio.create_task(working.work({"host": visit}, 4))
        await done.wait()
        working.stop()
        await task
        await offering.offer("host", ["b"])
        await offering.trim(timedelta(hours=1))
        assert await rows(url, "pgqueuer_log") >= 3
        await offering.trim(timedelta())
        assert await rows(url, "pgqueuer_log") == 0
        assert await rows(url, "pgqueuer_statistics") == 0, "what nobody reads is not written"
        assert await offering.offer("host", ["b"]) == 0, "it still waits"


async def rows(url: str, table: str) -> int:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address) as conn:
        cursor = await conn.execute(f"SELECT count(*) FROM queue.{table}")  # type: ignore[arg-type]
        row = await cursor.fetchone()
        assert row
        return int(row[0])


async def test_a_leader_cuts_the_queues_log(
    url: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "TRIM_TICKS", 1)
    monkeypatch.setattr(crew, "LOG_KEPT", timedelta())
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with Store.open(f"sqlite:///{shutil.copy(template, tmp_path / 'tocsin.db')}") as store:
        harbour = Source("harbour", "https://harbour.example/feed")
        store.write_now(lambda conn: sources.sync(conn, [harbour], now))
        context = SimpleNamespace(store=store, now=lambda: now, channels={}, budget=Budget())
        leader = Crew(url, Role.SCHEDULER, lambda: context)
        await leader.tick()
        assert leader.leads
        assert await rows(url, "pgqueuer") == 1
        assert await rows(url, "pgqueuer_log") == 0
        await leader.drain(0)


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


async def test_a_host_that_is_to_be_left_alone_is_kept_from_all_until_it_has_rested(
    url: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "daemon.runtime.crew.KEPT", timedelta(minutes=2)
    )  # so that a slow machine proves the same
    rests = {"tired": timedelta(minutes=1)}
    fetcher = SimpleNamespace(rest=lambda host: rests.get(host, timedelta()))
    with Store.open(f"sqlite:///{shutil.copy(template, tmp_path / 'tocsin.db')}") as store:
        now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        config = SimpleNamespace(polling=SimpleNamespace(concurrency=8))
        context = SimpleNamespace(
            store=store, now=lambda: now, channels={}, budget=Budget(), config=config, fetcher=fetcher
        )
        crew = Crew(url, Role.WORKER, lambda: context)
        async with Queue(url) as offering, asyncio.timeout(30):
            await offering.offer("host", ["tired", "fresh"])
            working = asyncio.create_task(crew.work())
            for _ in range(3):
                while not await offering.offer("host", ["fresh"]):
                    pass  # until the worker's note that it is done is in
                assert await offering.offer("host", ["tired"]) == 0
            await crew.drain(0)
            await working
            assert await offering.offer("host", ["tired"]) == 1, "an end waits for nobody's rest"


async def test_a_new_leader_makes_old_lookup_keys_anew_before_it_names_who_has_work(
    url: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def rekey(_context: object) -> int:
        done.append("rekey")
        return 0

    async def due(_context: object) -> shares.Due:
        done.append("due")
        return shares.Due((), ())

    monkeypatch.setattr("daemon.runtime.crew.rekey", rekey)
    monkeypatch.setattr("daemon.jobs.shares.due", due)
    with Store.open(f"sqlite:///{shutil.copy(template, tmp_path / 'tocsin.db')}") as store:
        now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        crew = Crew(url, Role.SCHEDULER, lambda: SimpleNamespace(store=store, now=lambda: now))
        await crew.tick()
        await crew.tick()
        await crew.drain(0)
    assert done == ["rekey", "due", "due"]


async def test_another_scheduler_leads_as_soon_as_the_leaders_session_is_gone(
    url: str, template: Path, tmp_path: Path
) -> None:
    with Store.open(f"sqlite:///{shutil.copy(template, tmp_path / 'tocsin.db')}") as store:
        now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        context = SimpleNamespace(store=store, now=lambda: now, channels={}, budget=Budget())
        one, other = (Crew(url, Role.SCHEDULER, lambda: context) for _ in range(2))
        await one.tick()
        await other.tick()
        assert (one.leads, other.leads) == (True, False)
        harbour = Source("harbour", "https://harbour.example/feed")
        store.write_now(lambda conn: sources.sync(conn, [harbour], now))
        await end_the_leader(url)
        await other.tick()
        await one.tick()
        assert (one.leads, other.leads) == (False, True)
        assert await rows(url, "pgqueuer") == 1, "who leads now offers what is due"
        await one.drain(0)
        await other.drain(0)


async def end_the_leader(url: str) -> None:
    """End the session that leads, as a server does with one that it hears nothing of."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as conn:
        cursor = await conn.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity JOIN pg_locks USING (pid) "
            "WHERE application_name = 'tocsin scheduler' AND locktype = 'advisory' AND granted"
        )
        assert await cursor.fetchall() == [(True,)]
