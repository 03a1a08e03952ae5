"""The two engines that can keep the store, and which of them an address names."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from daemon.errors import StoreError
from daemon.store import postgres, sqlite

_HINT = (
    "write sqlite:///tocsin.db, a full path as in sqlite:////var/lib/tocsin/tocsin.db, or "
    "postgresql+psycopg://user:password@host/database"
)


class Database(Protocol):
    """A database, there or not: what each engine does in its own way. `str` names it, without secrets."""

    @property
    def is_shared(self) -> bool:
        """Tell whether several daemons may use it at a time."""
        ...

    @property
    def is_there(self) -> bool:
        """Tell whether it exists and can be asked for its schema."""
        ...

    def writer(self) -> Engine:
        """Make the engine that writes; whoever has begun a transaction is alone in writing."""
        ...

    def companion(self) -> Engine | None:
        """Make the engine that writes beside `writer`; None where there can be but one."""
        ...

    def reader(self) -> Engine:
        """Make the engine that only reads."""
        ...

    def migrator(self) -> Engine:
        """Make the engine that changes the schema."""
        ...

    def prepare(self) -> None:
        """Do what comes before the first connection."""
        ...

    def integrity(self, conn: Connection) -> list[str]:
        """Let the engine look for damage; give what is wrong."""
        ...

    def before_upgrade(self, revision: str, now: datetime) -> Path | None:
        """Take a backup, where that is Tocsin's to do."""
        ...

    def backup(self, target: Path) -> None:
        """Copy it to a new file, or raise StoreError saying how it is done."""
        ...

    def taken(self) -> AbstractContextManager[None]:
        """Take it for a daemon, alone where it is not shared."""
        ...


def at(url: str) -> Database:
    """Give the database that an address names; StoreError says what is wrong with the address."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"the database address cannot be read: {_HINT}") from error
    match parsed.get_backend_name():
        case "sqlite":
            return sqlite.File(_file(parsed))
        case "postgresql":
            if not parsed.database:
                raise StoreError(f"the database address names no database: {_HINT}")
            return postgres.Server(parsed.set(drivername="postgresql+psycopg"))
        case _:
            raise StoreError(
                f"the database address begins with {parsed.drivername!r}, and Tocsin keeps its store in "
                f"SQLite or PostgreSQL: {_HINT}"
            )


def _file(url: URL) -> Path:
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise StoreError(f"the database address {str(url)!r} names no file: {_HINT}")
    return Path(url.database)
