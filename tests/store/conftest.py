"""Real databases on disk: one is migrated for the whole run, and each test has a copy of it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.postgres import Server

from daemon.model import Source
from daemon.store import Store, sources

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A database of the test's own, in a file."""
    return shutil.copy(template, tmp_path / "tocsin.db")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, on either engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('file')}"
        return
    yield request.getfixturevalue("postgres_url")


@pytest.fixture
def postgres_url(postgres: Server, postgres_template: str) -> Iterator[str]:
    """A database of the test's own, on PostgreSQL."""
    address = postgres.create(postgres_template)
    yield address
    postgres.drop(address)


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    with Store.open(postgres_url) as opened:
        yield opened


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


@pytest.fixture
def source_id(store: Store, now: datetime) -> int:
    """A source that has been there since yesterday."""
    source = Source(name="harbour", url="https://harbour.example/feed")
    store.write_now(lambda conn: sources.sync(conn, [source], now - timedelta(days=1)))
    return store.read_now(lambda conn: sources.find(conn, "harbour").id)
