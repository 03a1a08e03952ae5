"""Which revision a database is at, and whether this program can work with it."""

from sqlalchemy import Connection, inspect, text

from daemon.errors import StoreError
from daemon.store import facts
from daemon.store.database import Database
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


def at(database: Database) -> str:
    """Give the revision of a database, or "" when there is none yet."""
    if not database.is_there:
        return ""
    engine = database.reader()
    try:
        with engine.connect() as conn:
            return revision_of(conn)
    finally:
        engine.dispose()


def refuse_newer(database: Database, revision: str) -> None:
    """Raise StoreError for a database that a later release has changed beyond what this one can work with."""
    if revision > REVISION and not _serves(database):
        raise StoreError(
            f"{database} was last used by a newer Tocsin (its schema is {revision}, this program "
            f"knows {REVISION}): install that release again, or put back the backup taken before its upgrade"
        )


def require_head(database: Database) -> None:
    """Raise StoreError unless a database exists and has the schema that this program needs."""
    if not database.is_there:
        raise StoreError(f"{database} is not there: `tocsin db upgrade` makes it, and so does `tocsin run`")
    revision = at(database)
    refuse_newer(database, revision)
    if revision < REVISION:
        raise StoreError(
            f"{database} has {f'the schema {revision}' if revision else 'no schema yet'}, and this "
            f"program needs {REVISION}: run `tocsin db upgrade`, which takes a backup first"
        )
    if _is_unfinished(database):
        raise StoreError(f"{database} holds an unfinished copy: let `tocsin db copy` finish it first")


def outgrown(conn: Connection) -> bool:
    """Tell whether the schema says of itself that it no longer serves this program."""
    oldest = facts.get(conn, facts.SERVES)
    return oldest is not None and oldest.value > REVISION


def _serves(database: Database) -> bool:
    """Tell whether a newer schema says of itself that it serves this program too."""
    engine = database.reader()
    try:
        with engine.begin() as conn:
            return facts.get(conn, facts.SERVES) is not None and not outgrown(conn)
    finally:
        engine.dispose()


def _is_unfinished(database: Database) -> bool:
    engine = database.reader()
    try:
        with engine.begin() as conn:
            return facts.get(conn, facts.UNFINISHED) is not None
    finally:
        engine.dispose()
