"""The store in one file: everything that only SQLite has, its pragmas, locks, errors and backup.

https://sqlite.org/wal.html, https://sqlite.org/lang_transaction.html, https://sqlite.org/backup.html
"""

import fcntl
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import NullPool

from daemon.errors import ConflictError, StoreError

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


@dataclass(frozen=True, slots=True)
class File:
    """A database that is a file, for one daemon at a time. The file need not be there yet."""

    path: Path

    def __str__(self) -> str:
        return f"the database {self.path}"

    @property
    def is_shared(self) -> bool:
        return False

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    def writer(self) -> Engine:
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
        return self._engine(begin="BEGIN IMMEDIATE", pragmas=pragmas, pool_size=1, max_overflow=0)

    def companion(self) -> None:
        """Make none: whoever writes to the file is alone."""

    def reader(self) -> Engine:
        """Make the engine that reads, each transaction from one moment's view; it cannot write."""
        return self._engine(begin="BEGIN", pragmas=("query_only=ON",), pool_size=5)

    def migrator(self) -> Engine:
        """Make the engine that changes the schema: rebuilding a table must not take its dependants along."""
        pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF")
        return self._engine(begin="BEGIN IMMEDIATE", pragmas=pragmas, poolclass=NullPool)

    def prepare(self) -> None:
        """Make the folder that the file will be in."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {self.path.parent} cannot be made: {error.strerror}") from error

    def integrity(self, conn: Connection) -> list[str]:
        """Let SQLite read every page and index, and follow every reference; give what is wrong."""
        found = [str(row[0]) for row in conn.exec_driver_sql("PRAGMA integrity_check")]
        if found != ["ok"]:
            return found
        astray = Counter((row[0], row[2]) for row in conn.exec_driver_sql("PRAGMA foreign_key_check"))
        return [f"{count} {table} refer to {to} that are gone" for (table, to), count in astray.items()]

    def before_upgrade(self, revision: str, now: datetime) -> Path:
        """Take a backup beside the file, named by the revision it is at; give where."""
        target = self.path.with_name(f"{self.path.name}.{revision}.{now:%Y%m%dT%H%M%SZ}.backup")
        self.backup(target)
        return target

    def backup(self, target: Path) -> None:
        """Copy the database, in use or not, to a new file, and read the copy through.

        Raises StoreError when the target exists (a backup overwrites nothing) or cannot be written.
        """
        if not self.is_there:
            raise StoreError(f"there is no database at {self.path}: nothing to back up")
        if target.exists():
            raise StoreError(f"{target} exists already, and a backup overwrites nothing: name another file")
        unread = target.with_name(target.name + ".part")
        try:
            _copy(self.path, unread)
            unread.replace(target)
        except (OSError, sqlite3.Error) as error:
            unread.unlink(missing_ok=True)
            raise StoreError(f"no backup could be written to {target}: {error}") from error

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the lock, a file beside it: two daemons on one file would ring twice."""
        path = self.path.with_name(f"{self.path.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.open("w")
        except OSError as error:
            raise StoreError(
                f"{path} cannot be written: {error.strerror}; who runs Tocsin must be able to write that "
                "folder, or name another in [daemon] state_directory"
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError(f"another tocsin runs on {self.path}: stop it first") from None
            yield

    def _engine(self, *, begin: str, pragmas: tuple[str, ...], **pool: Any) -> Engine:
        options = {"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None}
        address = URL.create("sqlite", database=str(self.path))
        engine = create_engine(address, connect_args=options, **pool)

        def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()

        def begin_transaction(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        def explain(context: ExceptionContext) -> None:
            cause = explanation(self.path, context.original_exception)
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


def _copy(path: Path, target: Path) -> None:
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
