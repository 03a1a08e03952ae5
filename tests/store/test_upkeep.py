"""Databases made, upgraded, checked, saved and pruned; and refused, never overwritten."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from servers.outbox import claim_due
from sqlalchemy import Connection, Engine, MetaData, Table, insert, select

from daemon.errors import StoreError
from daemon.model import Article, DeliveryState, Entry, Fate, Message, Outcome, Severity, Source, Verdict
from daemon.store import Store, alerts, articles, deliveries, entries, polls, sources, sqlite, stories, upkeep
from daemon.store.tables import REVISION, metadata

MIGRATIONS = Path(__file__).parents[2] / "migrations"
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "fresh.db"


def fill(conn: Connection) -> dict[str, int]:
    """Put a row in every table, whatever its columns are at this revision; give the tables' counts."""
    there = MetaData()
    there.reflect(conn)
    there.remove(there.tables["alembic_version"])
    for table in there.sorted_tables:
        conn.execute(insert(table).values({column.name: sample(column.type) for column in table.columns}))
    return counts(conn, list(there.sorted_tables))


def sample(kind: Any) -> Any:
    """Give a value of a column's type; keys and references are all 1."""
    name = type(kind).__name__
    return {"DATETIME": datetime(2026, 1, 1), "TEXT": "text", "JSON": [], "BLOB": b"1"}.get(name, 1)  # noqa: DTZ001 as it is stored


def counts(conn: Connection, tables: list[Table]) -> dict[str, int]:
    return {table.name: len(conn.execute(select(table)).all()) for table in tables}


def at_revision(path: Path, revision: str, scripts: Path = MIGRATIONS) -> Engine:
    path.parent.mkdir(exist_ok=True)
    upkeep.migrate(sqlite.File(path), revision, scripts)
    return sqlite.File(path).migrator()


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_comes_up_to_head_with_its_rows(fresh: Path, revision: str, now: datetime) -> None:
    engine = at_revision(fresh, revision)
    with engine.begin() as conn:
        before = fill(conn)
    upkeep.upgrade(f"sqlite:///{fresh}", now)
    with engine.begin() as conn:
        after = counts(conn, list(metadata.sorted_tables))
    lost = {name: count for name, count in before.items() if after[name] < count}
    assert not lost, "a migration may add rows and tables, and loses none"
    assert set(before.values()) == {1}


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"

def upgrade():
    with op.batch_alter_table("sources") as batch:
        batch.alter_column("kind", new_column_name="format")
    {more}
"""


@pytest.fixture
def next_release(tmp_path: Path) -> Callable[[str], Path]:
    def write(more: str = "") -> Path:
        scripts = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        (scripts / "versions" / "9999_next.py").write_text(NEXT.format(more=more, head=REVISION))
        return scripts

    return write


def test_a_rebuilt_table_keeps_what_hangs_on_it(fresh: Path, next_release: Callable[[str], Path]) -> None:
    engine = at_revision(fresh, REVISION)
    with engine.begin() as conn:
        before = fill(conn)
    at_revision(fresh, "9999", next_release(""))
    with engine.begin() as conn:
        there = MetaData()
        there.reflect(conn)
        assert "format" in there.tables["sources"].columns
        assert before.items() <= counts(conn, list(there.sorted_tables)).items()


@pytest.mark.parametrize("more", ["raise RuntimeError('half way')", "op.execute('DELETE FROM sources')"])
def test_an_upgrade_that_fails_changes_nothing(
    fresh: Path, next_release: Callable[[str], Path], more: str
) -> None:
    engine = at_revision(fresh, REVISION)
    with engine.begin() as conn:
        fill(conn)
    before = list(sqlite3.connect(fresh).iterdump())
    with pytest.raises((RuntimeError, StoreError)):
        at_revision(fresh, "9999", next_release(more))
    assert list(sqlite3.connect(fresh).iterdump()) == before


def test_head_is_what_the_tables_say(store: Store) -> None:
    def compare(conn: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(conn), metadata)

    assert store.read_now(compare) == []
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(settings).get_current_head() == REVISION


def test_an_upgrade_makes_a_database_and_then_has_nothing_to_do(fresh: Path, now: datetime) -> None:
    url = f"sqlite:///{fresh}"
    assert upkeep.current(url) == ""
    assert upkeep.upgrade(url, now) == upkeep.Upgrade("", REVISION)
    assert upkeep.upgrade(url, now) == upkeep.Upgrade(REVISION, REVISION)
    assert upkeep.current(url) == REVISION
    assert upkeep.check(url) == []


def test_an_upgrade_saves_what_is_there_first(
    fresh: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = at_revision(fresh, "0001")
    with engine.begin() as conn:
        before = fill(conn)
    monkeypatch.setattr(upkeep, "REVISION", "head")  # as if this program were of a later release
    done = upkeep.upgrade(f"sqlite:///{fresh}", now)
    assert done.backup == fresh.with_name("fresh.db.0001.20261122T120000Z.backup")
    with sqlite3.connect(done.backup) as saved:
        rows = {name: saved.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in before}
    saved.close()
    assert rows == before


def write_garbage(path: Path) -> None:
    path.write_text("this is a diary, and no database at all\n" * 100)


def write_damage(path: Path) -> None:
    overwrite(path, start=100, end=4096)


def overwrite(path: Path, start: int, end: int) -> None:
    content = bytearray(path.read_bytes())
    content[start:end] = bytes(range(256)) * ((end - start) // 256) + bytes((end - start) % 256)
    path.write_bytes(content)


def write_newer(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '0099'")
        conn.execute("""UPDATE facts SET value = '"0098"' WHERE key = 'serves'""")
    conn.close()


def test_a_newer_schema_that_serves_this_program_too_is_used_as_it_is(file: Path, now: datetime) -> None:
    write_newer(file)
    with sqlite3.connect(file) as conn:
        conn.execute(f"""UPDATE facts SET value = '"{REVISION}"' WHERE key = 'serves'""")
    conn.close()
    assert upkeep.upgrade(f"sqlite:///{file}", now) == upkeep.Upgrade("0099", "0099")
    Store.open(f"sqlite:///{file}").close()


def write_stranger(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE recipes (id INTEGER)")
    conn.close()


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (write_garbage, "is not a SQLite database. It was left as it is"),
        (write_damage, "is damaged"),
        (write_newer, "by a newer Tocsin"),
        (write_stranger, "is not Tocsin's"),
    ],
)
def test_what_is_not_ours_to_use_is_refused_and_left_alone(
    file: Path, now: datetime, harm: Callable[[Path], None], complaint: str
) -> None:
    harm(file)
    before = file.read_bytes()
    for attempt in (Store.open, upkeep.current, upkeep.check, lambda url: upkeep.upgrade(url, now)):
        with pytest.raises(StoreError, match=complaint):
            attempt(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_check_finds_damage_deep_inside(file: Path) -> None:
    overwrite(file, start=4096 * 10, end=4096 * 14)
    with pytest.raises(StoreError, match="is damaged"):
        upkeep.check(f"sqlite:///{file}")


def test_a_row_that_breaks_its_own_table_is_found_and_not_backed_up(file: Path, tmp_path: Path) -> None:
    with sqlite3.connect(file) as conn:
        conn.execute("PRAGMA writable_schema = ON")
        schema = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'stories'"
        conn.execute(schema, ("title TEXT NOT NULL", "title TEXT"))
        conn.commit()
    conn.close()
    with sqlite3.connect(file) as conn:
        conn.execute("INSERT INTO stories VALUES (1, NULL, '', '')")
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute(schema, ("title TEXT", "title TEXT NOT NULL"))
    conn.close()
    assert "NULL value in stories.title" in upkeep.check(f"sqlite:///{file}")
    with pytest.raises(StoreError, match="the copy does not read well"):
        upkeep.backup(f"sqlite:///{file}", tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy*"))


def test_an_older_database_is_upgraded_before_it_is_used(fresh: Path) -> None:
    fresh.parent.mkdir()
    sqlite3.connect(fresh).close()
    with pytest.raises(StoreError, match=r"no schema yet.*tocsin db upgrade"):
        Store.open(f"sqlite:///{fresh}")


@pytest.mark.parametrize("name", ["tocsin.db", "deeper/tocsin.db"])
def test_a_folder_that_cannot_be_written_says_so(now: datetime, name: str) -> None:
    with pytest.raises(StoreError, match="cannot be"):  # not even root makes files there
        upkeep.upgrade(f"sqlite:////proc/{name}", now)


def test_a_folder_that_is_a_file_says_so(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be"):
        upkeep.upgrade(f"sqlite:///{tmp_path / 'file' / 'tocsin.db'}", now)


def test_a_backup_is_whole_while_the_store_is_in_use(file: Path, now: datetime, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        store.write_now(lambda conn: stories.open_new(conn, "before", now))
        saved = upkeep.backup(f"sqlite:///{file}", tmp_path / "saved.db")
        store.write_now(lambda conn: stories.open_new(conn, "after", now))
    assert upkeep.check(f"sqlite:///{saved}") == []
    with Store.open(f"sqlite:///{saved}") as copy:
        assert copy.read_now(lambda conn: stories.get(conn, 1)) is not None
        assert copy.read_now(lambda conn: stories.get(conn, 2)) is None


def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    for target in (tmp_path / "there", tmp_path / "no such folder" / "copy.db"):
        with pytest.raises(StoreError):
            upkeep.backup(url, target)
    with pytest.raises(StoreError, match="nothing to back up"):
        upkeep.backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert (tmp_path / "there").read_text() == "mine"


@pytest.mark.parametrize(
    ("lie", "complaint"),
    [
        ("UPDATE entries SET fate = 'no_rule'", "1 entries whose fate the ledger does not tell"),
        ("UPDATE entries SET next_read_at = NULL", "1 entries that are new and that nobody will read"),
        ("INSERT INTO sightings VALUES (1, 77, '', '')", "1 sightings refer to sources that are gone"),
    ],
)
def test_a_check_finds_what_does_not_add_up(file: Path, now: datetime, lie: str, complaint: str) -> None:
    url = f"sqlite:///{file}"
    harbour = Source(name="harbour", url="https://harbour.example/feed")
    listed = entries.Listed(Entry(), ("a",), Verdict(Fate.NEW, "to be read"))
    with Store.open(url) as store:
        store.write_now(lambda conn: sources.sync(conn, [harbour], now))
        store.write_now(lambda conn: entries.add(conn, 1, [listed], now))
    assert upkeep.check(url) == []
    with sqlite3.connect(file) as conn:
        conn.execute(lie)
    conn.close()
    (problem,) = upkeep.check(url)
    assert complaint in problem


class TestPruning:
    """Two entries of long ago, of which the source lists the second no more."""

    @pytest.fixture
    def long_ago(self, now: datetime) -> datetime:
        return now - timedelta(days=100)

    @pytest.fixture
    def ids(self, store: Store, source_id: int, now: datetime, long_ago: datetime) -> tuple[int, int]:
        backlog = Verdict(Fate.BACKLOG, "seen on the first poll")

        def listing(conn: Connection, names: str, at: datetime) -> list[int]:
            polls.record(conn, source_id, polls.Poll(at, polls.PollOutcome.LISTED), polls.NextPoll(at, ""))
            listed = [entries.Listed(Entry(title=name), (name,), backlog) for name in names]
            return [added.id for added in entries.add(conn, source_id, listed, at)]

        first, second = store.write_now(lambda conn: listing(conn, "ab", long_ago))
        store.write_now(lambda conn: listing(conn, "a", long_ago + timedelta(days=1)))
        return first, second

    def ring(self, store: Store, entry_id: int, at: datetime) -> int:
        def work(conn: Connection) -> int:
            article_id = articles.put(conn, entry_id, Article(), at)
            stories.join(conn, stories.open_new(conn, "", at), article_id, at)
            alert = alerts.add(conn, "rule", article_id, Severity.HIGH, at)
            assert alert is not None
            deliveries.add(conn, alert.id, "desk", Message(alert.key, "", ""), at)
            entries.settle(conn, entry_id, Verdict(Fate.QUEUED, "waiting"), at)
            return alert.story_id

        return store.write_now(work)

    def kept(self, store: Store) -> list[int]:
        return sorted(entry.id for entry in store.read_now(entries.page))

    def test_what_a_source_still_lists_stays(
        self, store: Store, source_id: int, now: datetime, ids: tuple[int, int]
    ) -> None:
        assert upkeep.prune(store, now - timedelta(days=30)) == 1
        assert self.kept(store) == [ids[0]]
        assert store.read_now(lambda conn: entries.known(conn, ["a", "b"])) == {"a": ids[0]}
        assert store.read_now(lambda conn: polls.of_source(conn, source_id)) == []

    def test_what_is_young_stays(self, store: Store, long_ago: datetime, ids: tuple[int, int]) -> None:
        assert upkeep.prune(store, long_ago) == 0
        assert self.kept(store) == list(ids)

    def test_what_waits_stays_and_goes_with_its_story_when_sent(
        self, url: str, store: Store, now: datetime, long_ago: datetime, ids: tuple[int, int]
    ) -> None:
        story_id = self.ring(store, ids[1], long_ago)
        before = now - timedelta(days=30)
        assert upkeep.prune(store, before) == 0

        def deliver(conn: Connection) -> DeliveryState:
            (due,) = claim_due(conn, now, channels=["desk"], lease=timedelta(minutes=1))
            return deliveries.record(conn, due.id, Outcome(ok=True), now)

        assert store.write_now(deliver) is DeliveryState.SENT
        assert upkeep.prune(store, before) == 1
        assert store.read_now(lambda conn: stories.get(conn, story_id)) is None
        assert store.read_now(alerts.page) == []
        assert store.read_now(deliveries.page) == []
        assert upkeep.check(url) == []

    def test_a_story_that_moved_keeps_its_articles(
        self, store: Store, now: datetime, long_ago: datetime, ids: tuple[int, int]
    ) -> None:
        def tell(conn: Connection) -> None:
            article_id = articles.put(conn, ids[1], Article(), long_ago)
            stories.join(conn, stories.open_new(conn, "", long_ago), article_id, now)

        store.write_now(tell)
        assert upkeep.prune(store, now - timedelta(days=30)) == 0


def test_sources_are_synced_in_an_upgraded_database(fresh: Path, now: datetime) -> None:
    upkeep.upgrade(f"sqlite:///{fresh}", now)
    with Store.open(f"sqlite:///{fresh}") as store:
        store.write_now(lambda conn: sources.sync(conn, [Source("a", "https://a.example/")], now))
        assert [state.name for state in store.read_now(sources.page)] == ["a"]
