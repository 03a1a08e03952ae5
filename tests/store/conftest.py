"""Real databases on disk: one is migrated for the whole run, and each test has a copy of it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.model import Source
from daemon.store import Store, sources
from daemon.store.upkeep import upgrade

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tocsin.db"
    upgrade(f"sqlite:///{path}", NOW)
    return path


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(template, tmp_path / 'tocsin.db')}"


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
