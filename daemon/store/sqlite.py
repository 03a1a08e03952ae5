"""Everything that only SQLite has: its address, pragmas, locks, errors, backup, and ON CONFLICT.

https://sqlite.org/wal.html, https://sqlite.org/lang_transaction.html, https://sqlite.org/backup.html
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Engine,
    Table,
    TableValuedAlias,
    bindparam,
    column,
    create_engine,
    event,
    func,
    make_url,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from daemon.errors import StoreError

__all__ = [
    "as_list",
    "insert",
    "integrity",
    "locate",
    "migrator",
    "numbers",
    "online_backup",
    "reader",
    "upsert",
    "writer",
]

BUSY_SECONDS = 30
"""How long to wait for another process's transaction: a backup or a pruning may take seconds."""

# The keys of copies go to random pages, a score for an article: what is kept in memory, and what is
# written to the log several times before it goes to its place once, makes up for a million of articles.
CACHE_KIB = 64 * 1024
LOG_PAGES = 8192  # 32 MiB

_LEFT = "It was left as it is"
_EXPLANATIONS = {
    sqlite3.SQLITE_CORRUPT: (
        f"the database {{path}} is damaged ({{error}}). {_LEFT}: keep a copy of it, and put the latest "
        "backup in its place"
    ),
    sqlite3.SQLITE_NOTADB: (
        f"{{path}} is not a SQLite database. {_LEFT}: name another file in [daemon] database, or put "
        "the latest backup in its place"
    ),
    sqlite3.SQLITE_FULL: (
        "the disk that holds {path} is full: what was stored is safe, but nothing can be added until there "
        "is room"
    ),
    sqlite3.SQLITE_READONLY: (
        "the database {path} cannot be written: who runs Tocsin must be able to write the file and its folder"
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the database {path} cannot be opened: who runs Tocsin must be able to write the file and its folder"
    ),
    sqlite3.SQLITE_PERM: "the database {path} cannot be opened: who runs Tocsin may not",
    sqlite3.SQLITE_IOERR: "the disk that holds {path} reports an error ({error}): see to the disk first",
    sqlite3.SQLITE_BUSY: (
        f"another process has kept the database {{path}} locked for {BUSY_SECONDS} seconds: find it (another "
        "tocsin, a backup tool), and try again"
    ),
}
_ADDRESS_HINT = "write sqlite:///tocsin.db, or a full path as in sqlite:////var/lib/tocsin/tocsin.db"


def locate(url: str) -> Path:
    """Give the file that a database address names, such as sqlite:////var/lib/tocsin/tocsin.db."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"the database address cannot be read: {_ADDRESS_HINT}") from error
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(
            f"the database address begins with {parsed.drivername!r}, and this release keeps its store in "
            f"SQLite: {_ADDRESS_HINT}"
        )
    if not parsed.database or parsed.database.startswith((":memory:", "file:")):
        raise StoreError(f"the database address {url!r} names no file: {_ADDRESS_HINT}")
    return Path(parsed.database)


def writer(path: Path) -> Engine:
    """Make the engine that writes: one connection, its lock taken when a transaction begins.

    A deferred transaction that turns from reading to writing fails at once when another has written
    meanwhile, whatever the time-out; one that begins as a writer waits.
    """
    pragmas = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={LOG_PAGES}",
    )
    return _engine(path, begin="BEGIN IMMEDIATE", pragmas=pragmas, pool_size=1, max_overflow=0)


def reader(path: Path) -> Engine:
    """Make the engine that reads, each transaction from one moment's view; it cannot write."""
    return _engine(path, begin="BEGIN", pragmas=("query_only=ON",), pool_size=5)


def migrator(path: Path) -> Engine:
    """Make the engine that changes the schema: rebuilding a table must not take its dependants along."""
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF")
    return _engine(path, begin="BEGIN IMMEDIATE", pragmas=pragmas, poolclass=NullPool)


def _engine(path: Path, *, begin: str, pragmas: tuple[str, ...], **pool: Any) -> Engine:
    options = {"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None}
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args=options, **pool)

    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    def explain(context: ExceptionContext) -> None:
        cause = explanation(path, context.original_exception)
        if cause:
            raise cause from context.original_exception

    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", begin_transaction)
    event.listen(engine, "handle_error", explain)
    return engine


def explanation(path: Path, error: BaseException) -> StoreError | None:
    """Say what the machine or the file does not allow, and what to do; None for any other error."""
    code = getattr(error, "sqlite_errorcode", None)
    text = _EXPLANATIONS.get(code & 0xFF) if code is not None else None
    return StoreError(text.format(path=path, error=error)) if text else None


def upsert(table: Table, key: Sequence[str], anew: Sequence[str]) -> Insert:
    """Make the statement that inserts a row or, where one has the same key, writes `anew` over it."""
    statement = insert(table)
    values = {name: statement.excluded[name] for name in anew}
    return statement.on_conflict_do_update(index_elements=key, set_=values)


def numbers(name: str) -> TableValuedAlias:
    """Give a parameter, `as_list` of numbers, as a table of one column, `value`.

    One such parameter is much faster than a parameter or an execution for each number.
    """
    return func.json_each(bindparam(name)).table_valued(column("value", BigInteger))


def as_list(numbers: Iterable[int]) -> str:
    """Write numbers as `numbers` reads them."""
    return f"[{','.join(map(str, numbers))}]"


def integrity(conn: Connection) -> list[str]:
    """Let SQLite read every page and index, and follow every reference; give what is wrong."""
    found = [str(row[0]) for row in conn.exec_driver_sql("PRAGMA integrity_check")]
    if found != ["ok"]:
        return found
    astray = Counter((row[0], row[2]) for row in conn.exec_driver_sql("PRAGMA foreign_key_check"))
    return [f"{count} {table} refer to {to} that are gone" for (table, to), count in astray.items()]


def online_backup(path: Path, target: Path) -> None:
    """Copy a database while it is in use, and read the copy through before it counts as one."""
    source, copy = sqlite3.connect(path, timeout=BUSY_SECONDS), sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").close()
        verdict = copy.execute("PRAGMA integrity_check").fetchone()
    finally:
        copy.close()
        source.close()
    if verdict != ("ok",):
        raise sqlite3.DatabaseError(f"the copy does not read well: {verdict[0]}")
