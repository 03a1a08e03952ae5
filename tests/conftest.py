"""What every test shares: a skipped test is a failure where nothing may be skipped."""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # for `servers`, the world's side of our sockets

from servers.postgres import Postgres, Server, programs

from daemon.store.upkeep import upgrade

ROOT = Path(__file__).parent.parent

# A busy machine is no fault of what is tested.
settings.register_profile("tocsin", deadline=None)
settings.load_profile("tocsin")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call) -> Iterator[None]:
    report = yield
    if report.skipped and os.environ.get("TOCSIN_NOTHING_SKIPPED") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database in one file, migrated once for the whole run: tests copy it."""
    path = tmp_path_factory.mktemp("template") / "tocsin.db"
    upgrade(f"sqlite:///{path}", datetime.now(UTC))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server: the one that TOCSIN_TEST_POSTGRES names, or one of our own for this run."""
    if address := os.environ.get("TOCSIN_TEST_POSTGRES"):
        yield Server(address)
        return
    if (found := programs()) is None:
        pytest.skip(
            "PostgreSQL's server is not installed: apt install postgresql, or set TOCSIN_TEST_POSTGRES"
        )
    with tempfile.TemporaryDirectory(
        prefix="tocsin-postgres-"
    ) as folder:  # pytest's own are closed to others
        server = Postgres(found, Path(folder))
        server.resume()
        yield server
        server.halt()


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """An empty database on that server, migrated once: tests have it copied."""
    address = postgres.create()
    upgrade(address, datetime.now(UTC))
    return address
