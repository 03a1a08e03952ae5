"""A PostgreSQL of our own: started in a directory, as a user without privileges, for one run of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql")
_SETTINGS = {"listen_addresses": "127.0.0.1", "max_connections": "100"}
# The machine will not lose power in mid-test, and if it does the test is lost anyway.
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path | None:
    """Find where initdb and pg_ctl are: Debian keeps them out of PATH."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    found_at = [f for place in _PLACES for f in Path(place).glob("*/bin") if (f / "pg_ctl").exists()]
    return max(found_at, default=None)


class Server:
    """A server that runs somewhere; each `create` gives the address of a new database on it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._made = 0
        # Kept open: to make a connection takes as long as to make a database.
        self._engine = create_engine(address, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)

    def create(self, template: str = "") -> str:
        """Make a database, a copy of another one's where `template` is an address; give its address."""
        self._made += 1
        name = f"tocsin_{os.getpid()}_{self._made}"
        of = f' TEMPLATE "{make_url(template).database}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{of}')
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def drop(self, address: str) -> None:
        """Remove a database that `create` made, whoever is still connected."""
        self._execute(f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)')

    def leave(self) -> None:
        """Close what is open to it."""
        self._engine.dispose()

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as conn:
            conn.execute(text(statement))


class Postgres(Server):
    """A server of our own in a directory of its own."""

    def __init__(self, programs: Path, folder: Path, *, durable: bool = False, network: str = "") -> None:
        """Make a cluster in `folder`, for a free port; `resume` starts it.

        A `durable` one survives a crash. The first address of a `network` («10.1.2») leads to it too.
        """
        self._programs, self._folder = programs, folder
        self._user = _unprivileged(folder)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        super().__init__(f"postgresql+psycopg://tocsin@127.0.0.1:{port}/postgres")
        manner = ("-U", "tocsin", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _run(self._user, programs / "initdb", "-D", folder / "data", *manner)
        settings = _SETTINGS if durable else _SETTINGS | _HASTY
        settings |= {"port": str(port), "unix_socket_directories": str(folder)}
        if network:
            settings["listen_addresses"] += f",{network}.1"
            with (folder / "data" / "pg_hba.conf").open("a") as doors:
                doors.write(f"host all all {network}.0/24 trust\n")
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    @property
    def pid(self) -> int:
        return int((self._folder / "data" / "postmaster.pid").read_text().partition("\n")[0])

    def resume(self) -> None:
        """Start it, for the first time or again."""
        self._control("start", "-w", "-l", str(self._folder / "log"))

    def halt(self, mode: str = "immediate") -> None:
        """Stop it, at once as a crash does unless told otherwise."""
        self.leave()
        self._control("stop", "-w", "-m", mode)

    def _control(self, *words: str) -> None:
        _run(self._user, self._programs / "pg_ctl", "-D", self._folder / "data", *words)


@contextmanager
def running(network: str = "") -> Iterator[Postgres | None]:
    """Run a durable server for a while; None where its programs are not installed."""
    if (found := programs()) is None:
        yield None
        return
    # A temporary folder of our own: others may not enter pytest's.
    with tempfile.TemporaryDirectory(prefix="tocsin-postgres-") as folder:
        made = Postgres(found, Path(folder), durable=True, network=network)
        made.resume()
        try:
            yield made
        finally:
            made.halt()


def _unprivileged(folder: Path) -> str | None:
    """Give `folder` to a user that PostgreSQL will run as, where we are root; None where we are not."""
    if os.geteuid() != 0:
        return None
    user = "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
    shutil.chown(folder, user)
    return user


def _run(user: str | None, *command: object) -> None:
    """Run a command to its end; a server that it leaves behind must not hold our pipes open."""
    with tempfile.TemporaryFile("w+") as said:
        words = [str(word) for word in command]
        done = subprocess.run(words, user=user, cwd="/", stdout=said, stderr=said, check=False)
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{words[0]} failed: {said.read()}")
