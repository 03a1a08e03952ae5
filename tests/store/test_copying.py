"""A store moves to another engine whole, in one go or in several, or says what is in the way."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from servers.postgres import Server
from sqlalchemy import func, insert, select

from daemon.errors import ConflictError, StoreError
from daemon.model import Entry, Fate, Source, Verdict
from daemon.store import Store, copying, entries, facts, sources, stories
from daemon.store.copying import copy
from daemon.store.entries import Listed
from daemon.store.tables import fingerprint_keys, metadata

HARBOUR = Source(name="harbour", url="https://harbour.example/feed")


class PowerCutError(Exception):
    """Stops a copy, as a power cut would."""


@pytest.fixture
def full(file: Path, now: datetime) -> str:
    """A store in a file that holds some of what stores hold."""
    url = f"sqlite:///{file}"
    listed = [
        Listed(Entry(title=f"Pier {n}"), (f"k{n}", f"Straße\u2028{n}"), Verdict(Fate.NEW, ""))
        for n in range(9)
    ]
    with Store.open(url) as store:
        store.write_now(lambda conn: sources.sync(conn, [HARBOUR], now))
        store.write_now(lambda conn: entries.add(conn, 1, listed, now))
        pairs = [{"key": key, "article_id": one} for key in (-(2**62), 5, 2**62) for one in range(3)]
        store.write_now(lambda conn: conn.execute(insert(fingerprint_keys), pairs))
        store.write_now(lambda conn: facts.put(conn, "pulse", {"pid": 1}, now))
    return url


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    address = postgres.create()
    yield address
    postgres.drop(address)


def contents(url: str) -> dict[str, list[object]]:
    with Store.open(url) as store:
        return {
            table.name: sorted(
                repr(row)
                for row in store.read_now(lambda conn, table=table: conn.execute(select(table)).all())
                if row[0] != facts.SERVES  # each database says for itself
            )
            for table in metadata.sorted_tables
        }


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PART", 4)


def test_there_and_back_again(full: str, empty: str, now: datetime, tmp_path: Path) -> None:
    there = copy(full, empty, now)
    assert there.rows["entries"] == 9
    assert contents(empty) == contents(full)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    copy(empty, back, now)
    assert contents(back) == contents(full)


def test_a_copy_numbers_on_from_where_its_rows_end(full: str, empty: str, now: datetime) -> None:
    copy(full, empty, now)
    with Store.open(empty) as store:
        store.write_now(lambda conn: stories.open_new(conn, "first", now))
        store.write_now(
            lambda conn: entries.add(conn, 1, [Listed(Entry(), ("new",), Verdict(Fate.NEW, ""))], now)
        )
        assert (
            store.read_now(
                lambda conn: conn.scalar(select(func.count()).select_from(metadata.tables["entries"]))
            )
            == 10
        )


@pytest.mark.parametrize("stop_at", range(1, 30, 4))
def test_an_interrupted_copy_goes_on_and_is_used_by_nobody_before(
    full: str, tmp_path: Path, now: datetime, stop_at: int
) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    steps = iter(range(stop_at))

    def stop(*_: object) -> None:
        if next(steps, None) is None:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        copy(full, target, now, stop)
    with pytest.raises(StoreError, match="unfinished copy"):
        Store.open(target)
    done = copy(full, target, now)
    assert done.resumed > 0 or stop_at == 1
    assert contents(target) == contents(full)


def test_a_source_that_moved_on_between_two_attempts_is_found_out(
    full: str, tmp_path: Path, now: datetime
) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"

    def stop(stage: str, *_: object) -> None:
        if stage == "verifying entries":
            raise PowerCutError

    with pytest.raises(PowerCutError):
        copy(full, target, now, stop)
    with Store.open(full) as store:
        store.write_now(lambda conn: sources.pause(conn, "harbour"))
    with pytest.raises(StoreError, match="copy of sources is not what it should be"):
        copy(full, target, now)


def in_use(full: str, target: Path, now: datetime) -> str:
    copy(full, f"sqlite:///{target}", now)
    return "the target is in use"


def of_another(full: str, target: Path, now: datetime) -> str:
    in_use(full, target, now)
    with sqlite3.connect(target) as conn:
        mark = '{"from": "the database other.db", "after": {}}'
        conn.execute("INSERT INTO facts VALUES ('copying', ?, ?)", (mark, "2026-11-22 12:00:00"))
    conn.close()
    return "an unfinished copy of the database other.db"


@pytest.mark.parametrize("spoil", [in_use, of_another])
def test_a_target_that_is_not_empty_is_left_alone(
    full: str, tmp_path: Path, now: datetime, spoil: Callable[[str, Path, datetime], str]
) -> None:
    target = tmp_path / "copy.db"
    complaint = spoil(full, target, now)
    before = target.read_bytes()
    with pytest.raises(ConflictError, match=complaint):
        copy(full, f"sqlite:///{target}", now + timedelta(days=1))
    assert target.read_bytes() == before


def test_no_store_is_copied_to_itself(full: str, now: datetime) -> None:
    with pytest.raises(ConflictError, match="to itself"):
        copy(full, full, now)
