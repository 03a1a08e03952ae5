"""Who speaks for many processes on one database, and who is struck off their roll."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from structlog.testing import capture_logs

from daemon.errors import StoreError
from daemon.runtime.guard import Guard
from daemon.runtime.pulse import Pulse, announced, bury, last_pulse, signed_off
from daemon.runtime.status import take_roll, take_status
from daemon.store import Store, facts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LEADER = Pulse(1, NOW, "old", node="scheduler 1 on a", role="scheduler")
WORKER = Pulse(2, NOW, "new", node="worker 2 on b", role="worker", leads=False)


def note(store: Store, pulse: Pulse, at: datetime) -> None:
    store.write_now(lambda conn: facts.put(conn, pulse.key, pulse.to_json(), at))


def test_a_dead_leader_does_not_speak_for_all(template: Path, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{copy(template, tmp_path / 'tocsin.db')}") as store:
        note(store, LEADER, NOW - timedelta(minutes=5))
        note(store, WORKER, NOW)
        status = store.read_now(lambda conn: take_status(conn, NOW))
        assert (status["running"], status["config"]) == (True, "new")
        note(store, replace(LEADER, config="newest"), NOW)
        assert store.read_now(lambda conn: take_status(conn, NOW))["config"] == "newest"


def test_who_is_gone_for_a_day_is_struck_off(template: Path, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{copy(template, tmp_path / 'tocsin.db')}") as store:
        note(store, LEADER, NOW - timedelta(days=1, seconds=1))
        note(store, WORKER, NOW - timedelta(hours=23))
        assert store.write_now(lambda conn: bury(conn, NOW)) == 1
        assert [each["node"] for each in store.read_now(lambda conn: take_roll(conn, NOW))] == [WORKER.node]


def test_a_daemon_that_can_write_nothing_is_not_taken_for_none(template: Path, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{copy(template, tmp_path / 'tocsin.db')}") as store:
        note(store, replace(LEADER, pid=4711), NOW - timedelta(minutes=5))
        (finding,) = store.read_now(lambda conn: take_status(conn, NOW))["findings"]
        assert "process 4711) has noted nothing since 2026-11-22 11:55 UTC" in finding
        note(store, replace(LEADER, running=False), NOW - timedelta(minutes=5))
        (finding,) = store.read_now(lambda conn: take_status(conn, NOW))["findings"]
        assert "no daemon is running" in finding


def test_a_refused_configuration_is_the_matter_of_who_runs(template: Path, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{copy(template, tmp_path / 'tocsin.db')}") as store:
        note(store, replace(LEADER, refused="config.toml:1: no"), NOW)
        (finding,) = store.read_now(lambda conn: take_status(conn, NOW))["findings"]
        assert "is refused, the one before it runs on:\nconfig.toml:1: no" in finding
        note(store, replace(LEADER, refused="config.toml:1: no", running=False), NOW)
        (finding,) = store.read_now(lambda conn: take_status(conn, NOW))["findings"]
        assert "no daemon is running" in finding


async def test_what_stays_wrong_with_a_timer_is_logged_once() -> None:
    guard, reasons = Guard(), iter(["full", "full", "read-only", ""])

    async def work() -> None:
        if reason := next(reasons):
            raise StoreError(reason)

    with capture_logs() as logged:
        for _ in range(4):
            await guard.do("poll", work)
    told = [(line["event"], line.get("why")) for line in logged]
    assert told == [("timer failed", "full"), ("timer failed", "read-only"), ("timer works again", None)]


async def test_a_process_is_on_the_roll_while_it_prepares_itself(template: Path, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{copy(template, tmp_path / 'tocsin.db')}") as store:
        note(store, LEADER, NOW - timedelta(hours=2))

        def state() -> str:
            roll = store.read_now(lambda conn: take_roll(conn, NOW))
            return next(each["state"] for each in roll if each["node"] == WORKER.node)

        async with announced(store, WORKER, lambda: NOW):
            await until_noted(store, WORKER)
            assert state() == "starting"
            assert store.read_now(last_pulse) == NOW - timedelta(hours=2), "nobody has worked since"
            assert store.read_now(lambda conn: take_status(conn, NOW))["starting"]
        note(store, WORKER, NOW)
        assert state() == "running"
        async with announced(store, WORKER, lambda: NOW + timedelta(seconds=1)), asyncio.timeout(20):
            while state() != "starting":  # noqa: ASYNC110  the store has to be asked
                await asyncio.sleep(0)
            assert store.read_now(last_pulse) == NOW, "the process before it had its name"
        with pytest.raises(StoreError):
            async with signed_off(store, WORKER, lambda: NOW), announced(store, WORKER, lambda: NOW):
                raise StoreError("what it was to read cannot be read")
        assert state() == "stopped"


async def until_noted(store: Store, pulse: Pulse) -> None:
    async with asyncio.timeout(20):
        while not await store.read(lambda conn: facts.get(conn, pulse.key)):
            pass


def test_who_is_ready_speaks_for_all_before_who_starts(template: Path, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{copy(template, tmp_path / 'tocsin.db')}") as store:
        note(store, WORKER, NOW - timedelta(seconds=10))
        note(store, replace(LEADER, config="next", starting=True, leads=False), NOW)
        status = store.read_now(lambda conn: take_status(conn, NOW))
        assert (status["config"], status["starting"]) == ("new", False)


async def test_a_timer_that_is_at_work_is_waited_for() -> None:
    guard, let_go, ended = Guard(), asyncio.Event(), []

    async def work() -> None:
        await let_go.wait()
        ended.append("work")

    working = asyncio.create_task(guard.do("tick", work))
    await asyncio.sleep(0)
    await guard.rest(0)
    assert not ended, "it has a limit"
    resting = asyncio.create_task(guard.rest(20))
    let_go.set()
    await resting
    assert ended == ["work"]
    await working
