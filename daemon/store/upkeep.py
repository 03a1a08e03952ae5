"""What keeps a database fit: its schema, its backup, its check."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

import daemon
from daemon.errors import StoreError
from daemon.store import revisions, sqlite
from daemon.store.tables import REVISION


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
    path = sqlite.locate(url)
    before = current(url)
    if before == REVISION:
        return Upgrade(before, before)
    saved = (
        backup(url, path.with_name(f"{path.name}.{before}.{now:%Y%m%dT%H%M%SZ}.backup")) if before else None
    )
    _make_folder(path)
    engine = sqlite.migrator(path)
    try:
        with engine.begin() as conn:
            migrate(conn, REVISION)
    finally:
        engine.dispose()
    return Upgrade(before, REVISION, saved)


def migrate(conn: Connection, revision: str) -> None:
    """Run the migrations up to a revision on a connection of the migrating engine."""
    settings = Config()
    settings.set_main_option("script_location", str(_migrations()).replace("%", "%%"))
    settings.attributes["connection"] = conn
    command.upgrade(settings, revision)
    if broken := sqlite.integrity(conn):
        raise StoreError(f"the upgrade was undone, since the database would not be sound: {broken[0]}")


def _migrations() -> Path:
    """Find the migrations: beside the package in a checkout, inside it when installed from a wheel."""
    package = Path(daemon.__file__).parent
    shipped = package / "_shipped" / "migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {path.parent} cannot be made: {error.strerror}") from error


def current(url: str) -> str:
    """Give a database's revision, "" when there is none; StoreError for a newer or damaged one."""
    path = sqlite.locate(url)
    revision = revisions.at(path)
    revisions.refuse_newer(path, revision)
    return revision


def backup(url: str, target: Path) -> Path:
    """Copy a database, in use or not, to a new file, and read the copy through.

    Raises StoreError when the target exists (a backup overwrites nothing) or cannot be written.
    """
    path = sqlite.locate(url)
    if not path.exists():
        raise StoreError(f"there is no database at {path}: nothing to back up")
    if target.exists():
        raise StoreError(f"{target} exists already, and a backup overwrites nothing: name another file")
    partial = target.with_name(target.name + ".part")
    try:
        sqlite.online_backup(path, partial)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise StoreError(f"no backup could be written to {target}: {error}") from error
    return target
