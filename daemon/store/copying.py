"""Move a store from one database to another: resumable, and verified row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, func, insert, select, text, tuple_

from daemon.errors import ConflictError, StoreError
from daemon.store import database, facts, revisions, upkeep
from daemon.store.tables import facts as facts_table
from daemon.store.tables import metadata

PART = 2000
"""Rows a transaction: what an interruption costs, and what is in memory at a time."""

_MARK = facts.UNFINISHED
_OWN = (facts.UNFINISHED, facts.SERVES)  # what a database says of itself
_TABLES = tuple(metadata.sorted_tables)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy did: the rows of each table, and how many of them an earlier attempt had brought."""

    rows: Mapping[str, int]
    resumed: int


def copy(source: str, target: str, now: datetime, progress: Progress = lambda *_: None) -> Copy:
    """Copy all that `source` holds to `target`, which must be empty, or hold an unfinished copy of it.

    `progress` is told a stage («copying articles»), and how many of its rows are done, of how many.
    Nothing is written to `source` meanwhile. Raises ConflictError when a daemon runs on it or the target
    holds anything else, StoreError when a row of the copy is not what it should be.
    """
    giver, taker = database.at(source), database.at(target)
    if str(giver) == str(taker):
        raise ConflictError(f"{giver} cannot be copied to itself: name another with --to")
    revisions.require_head(giver)
    upkeep.upgrade(target, now)
    with giver.taken(), _opened(giver.migrator()) as reading, _engine(taker.writer()) as writing:
        with writing.begin() as conn:
            resumed = _begin(conn, str(giver), now)
        rows = {table.name: _copy(reading, writing, table, now, progress) for table in _TABLES}
        for table in _TABLES:
            _verify(reading, writing, table, rows[table.name], progress)
        with writing.begin() as conn:
            _finish(conn)
    return Copy(rows, resumed)


@contextmanager
def _engine(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _opened(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that holds the source's writing lock, so that it stands still."""
    with _engine(engine), engine.connect() as conn, conn.begin():
        yield conn


def _begin(conn: Connection, giver: str, now: datetime) -> int:
    """Mark a target as being copied to, or find the mark of an earlier attempt; give the rows it has."""
    mark = facts.get(conn, _MARK)
    held = {table.name: _count(conn, table) for table in _TABLES}
    if mark is None and any(held.values()):
        full = next(name for name, count in held.items() if count)
        raise ConflictError(
            f"the target is in use: it holds {held[full]} rows in {full}; name an empty database with --to"
        )
    if mark is not None and mark.value["from"] != giver:
        raise ConflictError(
            f"the target holds an unfinished copy of {mark.value['from']}: finish that, or name an empty "
            "database"
        )
    if mark is None:
        facts.put(conn, _MARK, {"from": giver, "after": {}}, now)
    return sum(held.values())


def _copy(reading: Connection, writing: Engine, table: Table, now: datetime, progress: Progress) -> int:
    """Bring over the rows of one table that are not there yet; give how many it has in all."""
    total = _count(reading, table)
    with writing.connect() as conn:
        mark = _mark(conn)
    after, done = mark["after"].get(table.name, [None, 0])
    progress(f"copying {table.name}", done, total)
    for rows in _parts(reading, table, after):
        done += len(rows)
        with writing.begin() as conn:
            conn.execute(insert(table), [dict(row) for row in rows])
            mark["after"][table.name] = [_key(table, rows[-1]), done]
            facts.put(conn, _MARK, mark, now)
        progress(f"copying {table.name}", done, total)
    return total


def _mark(conn: Connection) -> dict[str, Any]:
    found = facts.get(conn, _MARK)
    if found is None:
        raise StoreError("somebody else has changed the target while it was copied to: begin again")
    mark: dict[str, Any] = found.value
    return mark


def _parts(conn: Connection, table: Table, after: Sequence[Any] | None) -> Iterator[Sequence[RowMapping]]:
    """Read a table in parts, by its primary key, from after a key on."""
    keys = tuple(table.primary_key.columns)
    query = _rows(table).order_by(*keys).limit(PART)
    while True:
        beyond = query if after is None else query.where(tuple_(*keys) > tuple(after))
        rows = conn.execute(beyond).mappings().all()
        if not rows:
            return
        yield rows
        after = _key(table, rows[-1])


def _verify(reading: Connection, writing: Engine, table: Table, total: int, progress: Progress) -> None:
    """Compare each row with its copy, and the count of all."""
    done = 0
    with writing.connect() as conn:
        if _count(conn, table) != total:
            raise _differs(table, f"it has {_count(conn, table)} rows for {total}")
        for rows in _parts(reading, table, None):
            copies = _looked_up(conn, table, [_key(table, row) for row in rows])
            if astray := next(
                (row for row in rows if copies.get(tuple(_key(table, row))) != dict(row)), None
            ):
                raise _differs(table, f"the row {_key(table, astray)} is not the same")
            done += len(rows)
            progress(f"verifying {table.name}", done, total)


def _differs(table: Table, what: str) -> StoreError:
    return StoreError(
        f"the copy of {table.name} is not what it should be: {what}. If the source was used between two "
        "attempts, begin again with an empty target"
    )


def _looked_up(
    conn: Connection, table: Table, keys: Sequence[list[Any]]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    columns = tuple(table.primary_key.columns)
    if len(columns) == 1:
        asked = columns[0].in_([key[0] for key in keys])
    else:
        asked = tuple_(*columns).in_([tuple(key) for key in keys])
    found = conn.execute(_rows(table).where(asked))
    return {tuple(_key(table, row)): dict(row) for row in found.mappings()}


def _rows(table: Table) -> Any:
    """Ask for all of a table but what each database says of itself."""
    query = select(table)
    return query.where(facts_table.c.key.not_in(_OWN)) if table is facts_table else query


def _count(conn: Connection, table: Table) -> int:
    return conn.scalar(select(func.count()).select_from(_rows(table).subquery())) or 0


def _key(table: Table, row: RowMapping) -> list[Any]:
    return [row[column.name] for column in table.primary_key.columns]


def _finish(conn: Connection) -> None:
    """Take the mark away, and let PostgreSQL number on from where the rows end."""
    conn.execute(facts_table.delete().where(facts_table.c.key == _MARK))
    if conn.dialect.name != "postgresql":
        return
    for table in _TABLES:
        if "id" in table.c and table.c.id.primary_key:
            last = conn.scalar(select(func.max(table.c.id)))
            if last is not None:
                conn.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))
