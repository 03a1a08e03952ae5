"""A small database with something of everything in it, and commands run on copies of it."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result
from servers.http import Response
from servers.wordforms import share_forms
from servers.world import NOW, Item, open_house

from daemon.cli import main
from daemon.store.upkeep import upgrade

CONFIG = """\
[daemon]
state_directory = "{state}"

[[sources]]
name = "harbour"
url = "http://harbour.example/feed"

[[sources]]
name = "broken"
url = "http://broken.example/feed"

[[rules]]
name = "drones"
any = ["drone incursion"]
severity = "high"

[[rules]]
name = "ferries"
any = ["ferry"]

[[channels]]
name = "desk"
url = "credential:tocsin_desk"

[[channels]]
name = "spare"
url = "env:NOT_SET_HERE"
rules = ["ferries"]
"""


async def _fill(database: Path) -> None:
    """A backlog entry, an alert delivered, one given up, one that waits, and a source that fails."""
    async with open_house(database) as house:
        site, broken = house.site("harbour", Item("old", "The old ferry")), house.site("broken")
        broken.answers["/feed"] = Response(500)
        await house.turn()
        for fault, item in (
            (None, Item("boat", "A new ferry \x1b[2J for the islands")),
            (Response(403), Item("drone", "A drone incursion over the port")),
            (Response(503), Item("late", "The last ferry is late", "It waits for the tide.")),
        ):
            site.items.append(item)
            house.channel_server.faults.append(fault)
            await house.turn(minutes=5)


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command that logs does so to a stream that its runner closes."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "tocsin.db"
    upgrade(f"sqlite:///{path}", NOW)
    asyncio.run(_fill(path))
    return path


@pytest.fixture
def config(tmp_path: Path, filled: Path) -> Path:
    state = tmp_path / "state"
    share_forms(state)
    shutil.copy(filled, state / "tocsin.db")
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(state=state))
    return file


@pytest.fixture
def tocsin(config: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on the prepared database, as an administrator whose shell knows no secret."""
    for name in ("TOCSIN_CONFIG", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY", "NOT_SET_HERE"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*words: object, typed: str = "") -> Result:
        result = CliRunner().invoke(main, ["--config", str(config), *map(str, words)], input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception  # what a user would see as a traceback
        return result

    return invoke
