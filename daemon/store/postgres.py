"""The store on a server that many machines share: everything that only PostgreSQL has.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from daemon.errors import ContentionError, StoreError

# Advisory locks are numbers of our own choice: «toc» in bytes, and which of its locks.
WRITING = 0x746F6300
MOVING = 0x746F6302
CONNECT_SECONDS = 10
"""How long to wait for a server that does not answer."""
PATIENCE: Mapping[str, Any] = MappingProxyType(
    {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 3,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
)
"""What a client asks of its connection: one that was cut is known as lost within 10 s, not within 15 min.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
"""
_STANDSTILL_SECONDS = 10
_OLDEST = 14  # it ends sessions that stand still


def patience(**more: str) -> str:
    """Ask the same of the server, and `more`; else a machine that was cut off holds its locks for hours.

    https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-CONNECTION-SETTINGS
    """
    settings = {
        "tcp_keepalives_idle": "3",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "10s",
        **more,
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a server, for any number of daemons at a time."""

    url: URL

    def __str__(self) -> str:
        return f"the database {self.url.render_as_string(hide_password=True)}"

    @property
    def is_shared(self) -> bool:
        return True

    @property
    def is_there(self) -> bool:
        """True: that it cannot be reached is told with its reason by whatever asks first."""
        return True

    def writer(self) -> Engine:
        """Make the engine that writes: one connection, and one such writer at a time among all machines.

        With the lock that SQLite has by nature, each promise that a transaction keeps there («one alert per
        rule and story») is kept between machines by the same code. It is held for a commit's length, and
        the work of a poll or a match is done outside of it.
        """
        return self._writing(f"pg_advisory_xact_lock_shared({MOVING}), pg_advisory_xact_lock({WRITING})")

    def companion(self) -> Engine:
        """Make the engine that writes beside all others, what its caller alone works on.

        It waits only for whoever changes the schema or moves the whole store.
        """
        return self._writing(f"pg_advisory_xact_lock_shared({MOVING})")

    def _writing(self, locks: str) -> Engine:
        """Make an engine with one connection.

        A writer that stands still in the middle, stopped or cut off, loses its session and with it its locks.
        """
        asked = patience(idle_in_transaction_session_timeout=f"{_STANDSTILL_SECONDS}s")
        return self._engine(f"SELECT {locks}", asked, pool_size=1, max_overflow=0)

    def reader(self) -> Engine:
        """Make the engine that reads, each transaction from one moment's view; it cannot write."""
        return self._engine("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", pool_size=5)

    def migrator(self) -> Engine:
        """Make the engine that changes the schema, while no one writes."""
        # A program of an earlier release asks for the second lock only.
        locks = f"pg_advisory_xact_lock({MOVING}), pg_advisory_xact_lock({WRITING})"
        return self._engine(f"SELECT {locks}", poolclass=NullPool)

    def prepare(self) -> None:
        """Refuse a server that is too old, and a database that does not take every text."""
        engine = self.reader()
        try:
            with engine.begin() as conn:
                version = conn.exec_driver_sql("SHOW server_version").scalar_one()
                encoding = conn.exec_driver_sql("SHOW server_encoding").scalar_one()
        finally:
            engine.dispose()
        if int(version.partition(".")[0].partition(" ")[0]) < _OLDEST:
            raise StoreError(f"{self} is on PostgreSQL {version}, and Tocsin needs {_OLDEST} or later")
        if encoding != "UTF8":
            raise StoreError(
                f"{self} keeps its text in {encoding}, which does not take every script: create it anew with "
                "createdb --encoding=UTF8 --template=template0"
            )

    def integrity(self, conn: Connection) -> list[str]:  # noqa: ARG002 the same face as SQLite's
        """Give nothing: a server checks its own pages, and its constraints are never off."""
        return []

    def before_upgrade(self, revision: str, now: datetime) -> None:
        """Take none: backups of a server are its keeper's, and an upgrade is one transaction."""

    def backup(self, target: Path) -> None:
        """Say how a server is backed up."""
        raise StoreError(
            f"a PostgreSQL database is backed up with its own tools: pg_dump --format=custom --file={target} "
            f"{self.url.set(drivername='postgresql').render_as_string(hide_password=True)}"
        )

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take nothing: others may be at work, here or elsewhere."""
        yield

    def _engine(self, begin: str, asked: str = patience(), **pool: Any) -> Engine:
        options = {**PATIENCE, "application_name": "tocsin", "options": asked}
        try:
            engine = create_engine(self.url, connect_args=options, pool_pre_ping=True, **pool)
        except (ImportError, NoSuchModuleError) as error:
            raise StoreError(
                f"{self} needs a driver that is not installed: pip install 'tocsin[postgres]'"
            ) from error

        def begin_transaction(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        event.listen(engine, "begin", begin_transaction)
        event.listen(engine, "handle_error", self._explain)
        return engine

    def _explain(self, context: ExceptionContext) -> None:
        """Turn what a server or the way to it does not allow into words."""
        found = context.original_exception
        lost = context.is_disconnect or (
            isinstance(context.sqlalchemy_exception, DBAPIError) and _unreached(found)
        )
        if lost:
            first = str(found).strip().partition("\n")[0]
            advice = next((words for sign, words in _ADVICE.items() if sign in first), "")
            raise StoreError(f"{self} cannot be used: {first}{advice}") from found
        state = getattr(found, "sqlstate", None) or ""
        if state.startswith(_CONTENTION) or state == _GONE_MEANWHILE:
            raise ContentionError(f"{self} is written by others at the same place: {found}") from found
        if text := _REFUSALS.get(state) or _REFUSALS.get(state[:2]):
            raise StoreError(f"{self} {text}: {str(found).strip().partition(chr(10))[0]}") from found


_CONTENTION = "40"  # two writers wait for each other, and the server chose one to be undone
_GONE_MEANWHILE = "23503"  # a row that another writer deleted between a question and its answer
_REFUSALS = {
    "25": "takes no writes now",
    "28": "refuses this user",
    "3D": "is not on that server: create it first, with createdb",
    "42501": "gives this user no right to what Tocsin must do, so let it own the database (createdb --owner)",
    "53": "is out of room or connections",
    "57": "was stopped by its keeper",
}


# What a server or libpq says before there is a session, and what to do then.
_ADVICE = {
    "authentication failed": "; check the user and the password in the address, or in PGPASSFILE",
    "no password supplied": "; give one in the address, or in PGPASSFILE",
    "does not exist": "; create it first: createdb --encoding=UTF8 --owner=USER NAME, as the server's keeper",
    "Connection refused": "; is the server running, and does it listen on that host and port?",
    "resolve host": "; check the name of the host in the address",
    "no pg_hba.conf entry": "; let this machine in, in the server's pg_hba.conf",
}


def _unreached(error: BaseException) -> bool:
    """Tell whether an error came before any answer of a server's: it has no SQLSTATE then."""
    return type(error).__name__ == "OperationalError" and getattr(error, "sqlstate", None) is None
