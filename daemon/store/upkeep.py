"""What keeps a database fit: its schema, its backup, its check, and what it forgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Select, Table, delete, or_, select

import daemon
from daemon.errors import StoreError
from daemon.model import Fate
from daemon.store import database, facts, revisions
from daemon.store.audit import audit
from daemon.store.database import Database
from daemon.store.engine import Store
from daemon.store.tables import (
    REVISION,
    SERVES,
    alerts,
    articles,
    deliveries,
    digests,
    entries,
    polls,
    sightings,
    sources,
    stories,
)

_PART = 500  # entries a commit: some 50 ms of the one writer


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did: from which revision ("" for nothing) to which, and the backup it took."""

    before: str
    after: str
    backup: Path | None = None


def upgrade(url: str, now: datetime) -> Upgrade:
    """Bring a database to this program's schema, made if there is none, backed up if there is one.

    Either the whole of it happens or nothing does. The backup stands beside the database.
    """
    where = database.at(url)
    before = current(url)
    if before >= REVISION:  # a newer one that serves this program too
        return Upgrade(before, before)
    saved = where.before_upgrade(before, now) if before else None
    where.prepare()
    migrate(where, REVISION)
    _note_whom_it_serves(where, now)
    return Upgrade(before, REVISION, saved)


def _note_whom_it_serves(where: Database, now: datetime) -> None:
    """Let programs of earlier releases work on beside this one, while machine after machine is upgraded."""
    engine = where.writer()
    try:
        with engine.begin() as conn:
            facts.put(conn, facts.SERVES, SERVES, now)
    finally:
        engine.dispose()


def migrate(where: Database, revision: str, scripts: Path | None = None) -> None:
    """Run the migrations, Tocsin's own or those in `scripts`, up to a revision: all of them or nothing."""
    settings = Config()
    settings.set_main_option("script_location", str(scripts or _migrations()).replace("%", "%%"))
    engine = where.migrator()
    try:
        with engine.begin() as conn:
            settings.attributes["connection"] = conn
            command.upgrade(settings, revision)
            if broken := where.integrity(conn):
                raise StoreError(
                    f"the upgrade was undone, since the database would not be sound: {broken[0]}"
                )
    finally:
        engine.dispose()


def _migrations() -> Path:
    """Find the migrations: beside the package in a checkout, inside it when installed from a wheel."""
    package = Path(daemon.__file__).parent
    shipped = package / "_shipped" / "migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def current(url: str) -> str:
    """Give a database's revision, "" when there is none; StoreError for a newer or damaged one."""
    where = database.at(url)
    revision = revisions.at(where)
    revisions.refuse_newer(where, revision)
    return revision


def backup(url: str, target: Path) -> Path:
    """Copy a database, in use or not, to a new file; StoreError says why it cannot be done."""
    database.at(url).backup(target)
    return target


def check(url: str) -> list[str]:
    """Read a database through and say what is wrong with it, a sentence each; an empty list is well.

    Raises StoreError for one that cannot be read at all, or whose schema is not this program's.
    """
    where = database.at(url)
    revisions.require_head(where)
    engine = where.reader()
    try:
        with engine.begin() as conn:
            return where.integrity(conn) or audit(conn)
    finally:
        engine.dispose()


def prune(store: Store, before: datetime) -> int:
    """Forget entries found before a time, with all that hangs on them; give how many.

    Kept are entries that wait for something, that a source still lists (forgotten, they would be new
    and could ring), or whose story has moved since. A story goes with its last article, and its
    alerts go with it; until then they keep it from ringing again. Blocks, a part at a time.
    """
    forgotten = _in_parts(store, _prunable_entries(before), entries)
    _in_parts(store, _prunable_stories(before), stories)
    _in_parts(store, _settled_digests(before), digests)
    _in_parts(store, select(polls.c.id).where(polls.c.at < before), polls)
    return forgotten


def _in_parts(store: Store, query: Select[int], table: Table) -> int:
    """Delete what a query of ids finds, looking again before each part since others write meanwhile."""
    found = store.read_now(lambda conn: conn.scalars(query).all())
    parts = [found[start : start + _PART] for start in range(0, len(found), _PART)]
    return sum(store.write_now(partial(_delete, query=query, table=table, ids=part)) for part in parts)


def _delete(conn: Connection, query: Select[int], table: Table, ids: Sequence[int]) -> int:
    still = query.where(table.c.id.in_(ids))
    return conn.execute(delete(table).where(table.c.id.in_(still))).rowcount


def _prunable_entries(before: datetime) -> Select[int]:
    listed = (
        select(sightings.c.entry_id)
        .join(sources, sources.c.id == sightings.c.source_id)
        .where(sightings.c.entry_id == entries.c.id)
        .where(or_(sightings.c.last_seen_at >= before, sightings.c.last_seen_at >= sources.c.last_listed_at))
    )
    moving = (
        select(articles.c.id)
        .join(stories, stories.c.id == articles.c.story_id)
        .where(articles.c.entry_id == entries.c.id, stories.c.updated_at >= before)
    )
    done = entries.c.fate.not_in([Fate.NEW, Fate.QUEUED]) & entries.c.next_read_at.is_(None)
    return select(entries.c.id).where(entries.c.found_at < before, done, ~listed.exists(), ~moving.exists())


def _settled_digests(before: datetime) -> Select[int]:
    """Find the digests whose deliveries have all gone."""
    members = select(deliveries.c.id).where(deliveries.c.digest_id == digests.c.id)
    return select(digests.c.id).where(digests.c.created_at < before, ~members.exists())


def _prunable_stories(before: datetime) -> Select[int]:
    told = select(articles.c.id).where(articles.c.story_id == stories.c.id)
    waiting = (
        select(deliveries.c.id)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(alerts.c.story_id == stories.c.id, deliveries.c.next_attempt_at.is_not(None))
    )
    return select(stories.c.id).where(stories.c.updated_at < before, ~told.exists(), ~waiting.exists())
