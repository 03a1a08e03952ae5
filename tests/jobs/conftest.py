"""A house of its own for each test, its books gone through at the end."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from servers.world import House, open_house


@pytest.fixture
async def house(template: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(Path(shutil.copy(template, tmp_path / "tocsin.db"))) as opened:
        yield opened
        opened.assert_sound()
