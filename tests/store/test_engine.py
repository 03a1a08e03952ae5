"""The store itself: one writer for many callers, readers that cannot write, errors that say what to do."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from servers.postgres import Server
from sqlalchemy import Connection, func, insert, make_url, select, text
from sqlalchemy.exc import IntegrityError

from daemon.errors import StoreError
from daemon.store import Store, database, facts, sqlite, writer
from daemon.store.tables import stories, story_clusters
from daemon.store.upkeep import upgrade


def put(key: str, now: datetime) -> Callable[[Connection], None]:
    return lambda conn: facts.put(conn, key, True, now)


def count(conn: Connection, now: datetime) -> int:
    known = facts.get(conn, "count")
    counted: int = known.value + 1 if known else 1
    facts.put(conn, "count", counted, now)
    return counted


async def test_a_write_is_there_when_its_caller_resumes(store: Store, now: datetime) -> None:
    await store.write(put("a", now))
    found = await store.read(lambda conn: facts.get(conn, "a"))
    assert found == facts.Fact(True, now)


async def test_a_failure_in_a_shared_commit_is_its_own(store: Store, now: datetime) -> None:
    holding, go = threading.Event(), threading.Event()

    def hold(conn: Connection) -> None:
        holding.set()
        go.wait()

    def half(conn: Connection) -> None:
        facts.put(conn, "half", True, now)
        conn.execute(insert(stories), [{"id": 1, "first_seen_at": now, "updated_at": now}] * 2)

    def bug(conn: Connection) -> None:
        facts.put(conn, "bug", True, now)
        raise ZeroDivisionError

    first = asyncio.create_task(store.write(hold))
    await asyncio.to_thread(holding.wait)
    turns = store.beats[0]
    shared = [asyncio.create_task(store.write(work)) for work in (put("a", now), half, bug, put("b", now))]
    await asyncio.sleep(0)
    go.set()
    await first
    results = await asyncio.gather(*shared, return_exceptions=True)

    assert [type(result) for result in results] == [type(None), IntegrityError, ZeroDivisionError, type(None)]
    there = store.read_now(
        lambda conn: [facts.get(conn, key) is not None for key in ("a", "half", "bug", "b")]
    )
    assert there == [True, False, False, True]
    store.close()
    assert store.beats[0] <= turns + 3, "the hold, the four in one commit, the close"


@pytest.mark.parametrize("failing", [False, True])
async def test_what_shares_a_commit_is_done_once_whether_or_not_a_piece_fails(
    store: Store, now: datetime, failing: bool
) -> None:
    """Pieces share a transaction as they are; only where one fails are all undone and set apart."""
    begun: list[Connection] = []
    holding, go = threading.Event(), threading.Event()

    def fail(conn: Connection) -> None:
        begun.append(conn)
        if failing:
            count(conn, now)
            raise ZeroDivisionError

    one = partial(count, now=now)
    held = asyncio.create_task(store.write(lambda conn: (holding.set(), go.wait())))
    await asyncio.to_thread(holding.wait)
    works = (one, one, fail, one)
    shared = [asyncio.create_task(store.write(work)) for work in works]
    await asyncio.sleep(0)
    go.set()
    await held
    results = await asyncio.gather(*shared, return_exceptions=True)

    assert [*results[:2], results[3]] == [1, 2, 3]
    assert isinstance(results[2], ZeroDivisionError) == failing
    assert len(begun) == 1 + failing, "what failed was done once more, apart from the others"
    assert store.read_now(lambda conn: facts.get(conn, "count")) == facts.Fact(3, now)


async def test_a_commit_that_is_refused_fails_whoever_shares_it_and_no_later_one(
    file: Path, now: datetime
) -> None:
    """A reference that is checked at the end only is nobody's own failure."""
    holding, go = threading.Event(), threading.Event()
    with Store.open(f"sqlite:///{file}") as store:

        def astray(conn: Connection) -> None:
            conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            conn.execute(insert(story_clusters), {"story_id": 404, "body": b"", "last_at": now})

        held = asyncio.create_task(store.write(lambda conn: (holding.set(), go.wait())))
        await asyncio.to_thread(holding.wait)
        shared = [asyncio.create_task(store.write(work)) for work in (put("a", now), astray)]
        await asyncio.sleep(0)
        go.set()
        await held
        results = await asyncio.gather(*shared, return_exceptions=True)
        assert [type(result) for result in results] == [IntegrityError, IntegrityError]
        store.write_now(put("b", now))
        keys = store.read_now(lambda conn: [facts.get(conn, key) is not None for key in ("a", "b")])
        assert keys == [False, True]


def test_a_full_disk_loses_nothing_and_passes(file: Path, now: datetime) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        _fill_up(store, now)


def _fill_up(store: Store, now: datetime) -> None:
    store.write_now(put("before", now))

    def fill(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA max_page_count = 1")
        facts.put(conn, "big", "x" * 1_000_000, now)

    with pytest.raises(StoreError, match="is full"):
        store.write_now(fill)
    store.write_now(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    store.write_now(put("after", now))
    keys = store.read_now(
        lambda conn: [facts.get(conn, key) is not None for key in ("before", "big", "after")]
    )
    assert keys == [True, False, True]


def test_a_reader_sees_one_moment(store: Store, now: datetime) -> None:
    def read_twice(conn: Connection) -> tuple[object, object]:
        before = facts.get(conn, "a")
        store.write_now(put("a", now))
        return before, facts.get(conn, "a")

    assert store.read_now(read_twice) == (None, None)
    assert store.read_now(lambda conn: facts.get(conn, "a")) is not None


def test_a_reader_cannot_write(store: Store, now: datetime) -> None:
    with pytest.raises(StoreError, match=r"cannot be written|takes no writes"):
        store.read_now(put("a", now))


def test_a_caller_who_gave_up_is_not_served(store: Store, now: datetime) -> None:
    holding, go = threading.Event(), threading.Event()
    held = threading.Thread(target=lambda: store.write_now(lambda conn: (holding.set(), go.wait())))
    held.start()
    holding.wait()

    async def give_up() -> None:
        waiting = asyncio.create_task(store.write(put("a", now)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(give_up())
    go.set()
    held.join()
    store.write_now(put("b", now))
    assert store.read_now(lambda conn: (facts.get(conn, "a"), facts.get(conn, "b") is not None)) == (
        None,
        True,
    )


@pytest.mark.parametrize("group", [2, 100])
def test_closing_commits_what_is_queued_and_ends_it(
    url: str, now: datetime, monkeypatch: pytest.MonkeyPatch, group: int
) -> None:
    monkeypatch.setattr(writer, "GROUP", group)
    store = Store.open(url)
    go = threading.Event()
    queued = [store._writer.submit(lambda conn: go.wait())]
    queued += [store._writer.submit(put(f"{n}", now)) for n in range(5)]
    go.set()
    store.close()
    store.close()
    assert all(future.done() for future in queued)
    with pytest.raises(StoreError, match="closed"):
        store.write_now(put("late", now))
    with Store.open(url) as again:
        assert again.read_now(lambda conn: all(facts.get(conn, f"{n}") for n in range(5)))


def test_the_writer_beats_without_work(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "IDLE_SECONDS", 0.001)
    with Store.open(url) as store:
        before, waiting = store.beats, threading.Event()
        while min(now - then for now, then in zip(store.beats, before, strict=True)) < 3:
            waiting.wait(0.001)


def test_four_writers_never_meet_a_lock_error(url: str, now: datetime) -> None:
    def run() -> None:
        with Store.open(url) as own:
            for _ in range(200):
                own.write_now(partial(count, now=now))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(url) as store:
        counted = store.read_now(lambda conn: facts.get(conn, "count"))
    assert counted is not None
    assert counted.value == 800


async def test_own_work_waits_for_nobody_who_is_alone_in_writing(
    postgres_store: Store, now: datetime
) -> None:
    holding, go = threading.Event(), threading.Event()
    held = asyncio.create_task(postgres_store.write(lambda conn: (holding.set(), go.wait())))
    await asyncio.to_thread(holding.wait)
    await postgres_store.write_own(put("own", now))
    assert postgres_store.read_now(lambda conn: facts.get(conn, "own")) is not None
    assert not held.done()
    go.set()
    await held


async def test_nobody_writes_while_the_store_is_moved(postgres_url: str, now: datetime) -> None:
    moving = database.at(postgres_url).migrator()
    with Store.open(postgres_url) as store:
        with moving.begin():
            writes = [asyncio.create_task(write(put("a", now))) for write in (store.write, store.write_own)]
            blocked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while await store.read(lambda conn: conn.scalar(text(blocked))) < len(writes):
                pass
            assert not any(write.done() for write in writes)
        await asyncio.gather(*writes)
    moving.dispose()


async def test_two_that_wait_for_each_other_are_both_served(postgres_url: str, now: datetime) -> None:
    """The server undoes one of them; it is done again."""
    met = threading.Barrier(2)

    def cross(first: str, second: str) -> Callable[[Connection], None]:
        tries = iter(range(5))

        def work(conn: Connection) -> None:
            facts.put(conn, first, True, now)
            if next(tries) == 0:
                met.wait()
            facts.put(conn, second, first, now)

        return work

    with Store.open(postgres_url) as one, Store.open(postgres_url) as other:
        await asyncio.gather(one.write_own(cross("a", "b")), other.write_own(cross("b", "a")))
        found = one.read_now(
            lambda conn: {key: fact.value for key, fact in facts.beginning(conn, "").items()}
        )
    assert (found["a"], found["b"]) in {(True, "a"), ("b", True)}


def test_a_lock_that_another_keeps_is_named(
    file: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    other = sqlite3.connect(file, isolation_level=None)
    with Store.open(f"sqlite:///{file}") as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked for 30 seconds"):
            store.write_now(put("a", now))
        other.execute("ROLLBACK")
        store.write_now(put("a", now))
    other.close()


CRASHING = """
import asyncio, sys
from datetime import UTC, datetime
from daemon.store import Store, stories

async def write(store, worker):
    for n in range(10**9):
        await store.write(lambda conn: stories.open_new(conn, f"{worker}-{n}", datetime.now(UTC)))
        print(f"{worker}-{n}", flush=True)

async def main():
    store = Store.open(sys.argv[1])
    await asyncio.gather(*(write(store, worker) for worker in range(8)))

asyncio.run(main())
"""


def test_a_killed_process_loses_no_acknowledged_write(url: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CRASHING, url], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().strip() for _ in range(300)]
    child.send_signal(signal.SIGKILL)
    acknowledged += child.stdout.read().splitlines()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    with Store.open(url) as store:
        stored = set(store.read_now(lambda conn: conn.scalars(select(stories.c.title)).all()))
        count = store.read_now(lambda conn: conn.execute(select(func.count()).select_from(stories)).scalar())
    assert set(acknowledged) <= stored
    assert count == len(stored)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://desk:hunter2@db/tocsin", "begins with 'mysql'"),
        ("postgresql+psycopg://desk:hunter2@127.0.0.1:9/tocsin", "cannot be used: connection failed"),
        ("postgresql+psycopg://desk:hunter2@127.0.0.1:9/tocsin", "is the server running"),
        ("postgresql+psycopg://desk:hunter2@127.0.0.1:9x/tocsin", "cannot be read"),
        ("postgresql+psycopg://desk:hunter2@127.0.0.1:9", "names no database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("desk:hunter2@db", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_an_address_that_is_none_says_so_without_its_secret(url: str, complaint: str) -> None:
    with pytest.raises(StoreError, match=complaint) as caught:
        Store.open(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("made", "user", "complaint"),
    [
        ("CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0", "", "keeps its text in LATIN1"),
        ("CREATE DATABASE {name}", "reader", "gives this user no right"),
        ("", "", "create it first: createdb"),
    ],
)
def test_a_database_that_cannot_be_ours_says_what_to_do(
    postgres: Server, now: datetime, made: str, user: str, complaint: str
) -> None:
    name = f"odd_{len(complaint)}"
    if user:
        postgres._execute(
            f"DO $$ BEGIN CREATE ROLE {user} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
        )
    if made:
        postgres._execute(made.format(name=name))
    whose = {"username": user} if user else {}
    address = make_url(postgres.address).set(database=name, **whose)
    with pytest.raises(StoreError, match=complaint):
        upgrade(address.render_as_string(hide_password=False), now)
    postgres._execute(f"DROP DATABASE IF EXISTS {name}")


def test_a_missing_database_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="tocsin db upgrade"):
        Store.open(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()
