"""A desk on a small world: a real store, pages asked as a browser asks them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from servers.browser import chromium, demonstration
from servers.http import Response
from servers.world import NOW, House, Item, open_house
from starlette.testclient import TestClient

from daemon.config import Config, WebSettings
from daemon.runtime.trial import Trials
from daemon.runtime.wordforms import Looked
from daemon.store.upkeep import upgrade
from daemon.web.app import application
from daemon.web.desk import Desk
from daemon.web.server import LOOPBACK

HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> drone incursion \u202e'
HEBREW = "חדשות drone incursion"


@dataclass
class Visit:
    """A browser at the desk, and the house behind it."""

    house: House
    desk: Desk
    browser: TestClient

    def page(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def act(self, path: str, **fields: str) -> str:
        """Send a form as the desk's own page does, and give the page that follows."""
        own = {"Sec-Fetch-Site": "same-origin"}
        answer = self.browser.post(path, data=fields, headers=own)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something of everything: alerts sent, waiting and given up, and a source that fails."""
    path = tmp_path_factory.mktemp("filled") / "tocsin.db"
    upgrade(f"sqlite:///{path}", NOW)
    asyncio.run(_fill(path))
    return path


async def _fill(database: Path) -> None:
    async with open_house(database) as house:
        site, broken = house.site("harbour"), house.site("broken")
        broken.answers["/feed"] = Response(500)
        await house.turn()
        for fault, item in (
            (None, Item("boat", "A new ferry for the islands", "It crosses on Mondays.")),
            (Response(403), Item("drone", HOSTILE, "A drone incursion <b>closed</b> the port.")),
            (Response(503), Item("rtl", HEBREW, "A drone incursion, told from right to left.")),
            (None, Item("sum", "=1+1 ferry", "Sums of another kind, for a day at the seaside.")),
        ):
            site.items.append(item)
            house.channel_server.faults.append(fault)
            await house.turn(minutes=5)


async def _forms(_config: Config) -> Looked:
    """Do without dictionaries, which take seconds to load."""
    return {}, ()


@pytest.fixture
async def visit(filled: Path, tmp_path: Path) -> AsyncIterator[Visit]:
    async with open_house(Path(shutil.copy(filled, tmp_path / "tocsin.db"))) as house:
        house.clock.wait(minutes=20)
        desk = Desk(lambda: house.context)
        desk.trials = Trials(_forms)
        browser = TestClient(application(desk, LOOPBACK, WebSettings()), base_url="http://127.0.0.1:8420")
        yield Visit(house, desk, browser)
        await desk.trials.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory) -> Iterator[str]:
    with demonstration(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="module")
def browser(desk) -> Iterator[BrowserContext]:
    with chromium(base_url=desk) as opened:
        yield opened


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A tab in which nothing may go wrong unseen; a form that is answered with what to mend is no fault."""
    wrong: list[str] = []
    opened = browser.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "console", lambda said: wrong.append(f"{said.text} {said.location}") if _is_wrong(said) else None
    )
    yield opened
    opened.close()
    assert wrong == []


def _is_wrong(said: ConsoleMessage) -> bool:
    return said.type == "error" and "409 (Conflict)" not in said.text
