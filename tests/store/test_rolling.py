"""A schema serves the programs that it says it serves: since theirs it only grew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from servers.postgres import Server
from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table, UniqueConstraint

from daemon.store import database, upkeep
from daemon.store.tables import REVISION, SERVES

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def hindrances(before: MetaData, after: MetaData) -> list[str]:
    """Say what a program that knows the schema before cannot do as it did with the one after."""
    said = [f"{name} is gone" for name in before.tables.keys() - after.tables.keys()]
    for name in before.tables.keys() & after.tables.keys():
        said += of_table(before.tables[name], after.tables[name])
    return sorted(said)


def of_table(before: Table, after: Table) -> Iterator[str]:
    known, now = before.columns, after.columns
    yield from (f"{column} is gone" for column in known if column.name not in now)
    for column in now:
        if column.name in known:
            yield from of_column(known[column.name], column)
        elif not column.nullable and column.server_default is None:
            yield f"{column} must be filled"
    for key in unique(after) - unique(before):
        yield f"{after.name} is unique by {', '.join(sorted(key))}"
    for column in now:
        if column.name in known and len(column.foreign_keys) > len(known[column.name].foreign_keys):
            yield f"{column} must refer to what is there"
    if len(checks(after)) > len(checks(before)):
        yield f"{after.name} takes fewer values"


def of_column(before: Column, after: Column) -> Iterator[str]:
    if str(before.type) != str(after.type):
        yield f"{after} is of another type"
    if before.nullable and not after.nullable:
        yield f"{after} must be filled"
    if before.server_default is not None and after.server_default is None:
        yield f"{after} has no default"


def unique(table: Table) -> set[frozenset[str]]:
    keys = [index.columns for index in table.indexes if index.unique]
    keys += [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    return {frozenset(column.name for column in columns) for columns in keys}


def checks(table: Table) -> list[CheckConstraint]:
    return [each for each in table.constraints if isinstance(each, CheckConstraint)]


def schema(address: str, revision: str) -> MetaData:
    """Bring a database to a revision, and read its schema."""
    where = database.at(address)
    upkeep.migrate(where, revision)
    engine = where.reader()
    try:
        with engine.begin() as conn:
            return reflected(conn)
    finally:
        engine.dispose()


def reflected(conn: Connection) -> MetaData:
    made = MetaData()
    made.reflect(conn)
    return made


def test_what_the_oldest_program_served_could_do_it_can_still_do(postgres: Server) -> None:
    assert SERVES in {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    address = postgres.create()
    assert hindrances(schema(address, SERVES), schema(address, REVISION)) == []
    postgres.drop(address)


@pytest.mark.parametrize(
    ("before", "after", "hindered"),
    [
        ("0002", "0007", []),
        ("0007", "0008", ["articles.content_hash is gone"]),
    ],
)
def test_a_migration_that_takes_away_is_told_from_one_that_adds(
    postgres: Server, before: str, after: str, hindered: list[str]
) -> None:
    address = postgres.create()
    assert hindrances(schema(address, before), schema(address, after)) == hindered
    postgres.drop(address)


@pytest.mark.parametrize(
    ("change", "hindered"),
    [
        ("DROP TABLE tokens", ["tokens is gone"]),
        ("ALTER TABLE polls ADD COLUMN by TEXT", []),
        ("ALTER TABLE polls ADD COLUMN by TEXT NOT NULL DEFAULT ''", []),
        ("ALTER TABLE polls ADD COLUMN by TEXT NOT NULL", ["polls.by must be filled"]),
        ("ALTER TABLE polls ALTER COLUMN status TYPE BIGINT", ["polls.status is of another type"]),
        ("ALTER TABLE alerts ALTER COLUMN replay_at SET NOT NULL", ["alerts.replay_at must be filled"]),
        ("ALTER TABLE alerts ALTER COLUMN muted DROP DEFAULT", ["alerts.muted has no default"]),
        ("CREATE INDEX more ON stories (title)", []),
        ("CREATE UNIQUE INDEX one ON stories (title)", ["stories is unique by title"]),
        ("ALTER TABLE users ADD UNIQUE (password)", ["users is unique by password"]),
        (
            "ALTER TABLE alerts ADD FOREIGN KEY (silence_id) REFERENCES silences",
            ["alerts.silence_id must refer to what is there"],
        ),
        ("ALTER TABLE polls ADD CHECK (status > 0)", ["polls takes fewer values"]),
    ],
)
def test_each_way_to_hinder_an_older_program_is_seen(
    postgres: Server, change: str, hindered: list[str]
) -> None:
    address = postgres.create()
    before = schema(address, REVISION)
    engine = database.at(address).migrator()
    with engine.begin() as conn:
        conn.exec_driver_sql(change)
        assert hindrances(before, reflected(conn)) == hindered
    engine.dispose()
    postgres.drop(address)
