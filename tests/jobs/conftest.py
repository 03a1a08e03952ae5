"""A house of its own for each test, its books gone through at the end."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from servers.world import NOW, House, open_house

from daemon.store.upkeep import upgrade


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tocsin.db"
    upgrade(f"sqlite:///{path}", NOW)
    return path


@pytest.fixture
async def house(template: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(Path(shutil.copy(template, tmp_path / "tocsin.db"))) as opened:
        yield opened
        opened.assert_sound()
