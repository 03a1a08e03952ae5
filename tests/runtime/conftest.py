"""A configuration file, a newsroom of its own, and the process that watches it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from servers.wordforms import share_forms

from daemon.runtime.demo.newsroom import Newsroom
from daemon.runtime.shipped import shipped

RULES = """
[[rules]]
name = "drones"
any = ["drone incursion"]
severity = "high"
"""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """One outlet: the service's ways do not depend on how many there are."""
    shutil.copytree(shipped("seeds") / "newsroom" / "harbour-post", tmp_path / "newsroom" / "harbour-post")
    opened = Newsroom(tmp_path / "newsroom", datetime.now(UTC))
    yield opened
    opened.close()


@pytest.fixture
def config_file(tmp_path: Path, newsroom: Newsroom) -> Path:
    """A configuration that watches the newsroom and tells a channel that nobody hears."""
    (source,) = newsroom.sources()
    file = tmp_path / "etc" / "config.toml"
    file.parent.mkdir()
    share_forms(tmp_path / "state")
    file.write_text(
        f'[daemon]\nstate_directory = "{tmp_path / "state"}"\n{RULES}\n'
        f'[[sources]]\nname = "{source.name}"\nurl = "{source.url}"\nallow_private = true\nevery = "1s"\n'
        '[[channels]]\nname = "desk"\nurl = "json://127.0.0.1:9/k3wZ9sLr0vXq2bTn"\n'
    )
    return file
