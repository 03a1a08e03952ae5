"""Which revision a database is at, and whether this program can work with it."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from daemon.errors import StoreError
from daemon.store import sqlite
from daemon.store.tables import REVISION


def revision_of(conn: Connection) -> str:
    """Give the revision of a database, or "" when it is empty.

    Raises StoreError for a database that holds something else.
    """
    tables = set(inspect(conn).get_table_names())
    if "alembic_version" in tables:
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    if tables:
        raise StoreError(
            f"the database holds other tables ({', '.join(sorted(tables)[:3])}) and is not Tocsin's: it was "
            "left as it is; name another file in [daemon] database"
        )
    return ""


def at(path: Path) -> str:
    """Give the revision of a database file, or "" when there is none yet."""
    if not path.exists():
        return ""
    engine: Engine = sqlite.reader(path)
    try:
        with engine.connect() as conn:
            return revision_of(conn)
    finally:
        engine.dispose()


def refuse_newer(path: Path, revision: str) -> None:
    """Raise StoreError for a database that a later release has changed already."""
    if revision > REVISION:
        raise StoreError(
            f"the database {path} was last used by a newer Tocsin (its schema is {revision}, this program "
            f"knows {REVISION}): install that release again, or put back the backup taken before its upgrade"
        )


def require_head(path: Path) -> None:
    """Raise StoreError unless a database exists and has the schema that this program needs."""
    if not path.exists():
        raise StoreError(
            f"there is no database at {path}: `tocsin db upgrade` makes one, and so does `tocsin run`"
        )
    revision = at(path)
    refuse_newer(path, revision)
    if revision != REVISION:
        raise StoreError(
            f"the database {path} has {f'the schema {revision}' if revision else 'no schema yet'}, and this "
            f"program needs {REVISION}: run `tocsin db upgrade`, which takes a backup first"
        )
