"""A house of its own for each test, its books gone through at the end; and a small archive to ask."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.world import NOW, House, Inline, open_house

from daemon.dedup import canonical_url
from daemon.jobs import load_rules
from daemon.jobs.backtest import archive_of, backtest
from daemon.model import Article, Entry, Fate, Rule, Source, Verdict
from daemon.store import Store, articles, entries, sources, stories
from daemon.store.entries import Listed
from daemon.store.upkeep import upgrade

TIDES = Source(name="Tides", url="https://tides.example/feed", tags=("coast",))


def hold(*questions: Any) -> Inline:
    """Let this process hold rules, as a worker does."""
    load_rules(*questions, *[()] * (3 - len(questions)), {})
    return Inline()


@pytest.fixture
def here() -> Callable[..., Inline]:
    return hold


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def ask(url: str, store: Store) -> Callable[..., Any]:
    """Backtest rules over so many days."""

    async def ask(
        *rules: Rule, days: float = 30, progress: Callable[[int, int], None] = lambda *_: None
    ) -> Any:
        archive = archive_of(url, NOW - timedelta(days=days), [TIDES])
        return await backtest(hold(rules), store, archive, [rule.name for rule in rules], progress)

    return ask


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


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(template, tmp_path / 'tocsin.db')}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        opened.write_now(lambda conn: sources.sync(conn, [TIDES], NOW - timedelta(days=40)))
        yield opened


@pytest.fixture
def add(store: Store) -> Callable[..., int]:
    """Store an article as reading one does; `days` ago it was found, `of` is what it is a copy of."""

    def add(
        title: str, text: str = "", *, days: float = 1, of: int | None = None, language: str = "en"
    ) -> int:
        found = NOW - timedelta(days=days)
        address = f"https://tides.example/{title.replace(' ', '-')}"
        key = f"url:{canonical_url(address).hard}"
        entry = Listed(Entry(url=address, title=title), (key,), Verdict(Fate.NEW, "to be read"))

        def work(conn: Any) -> int:
            source_id = sources.find(conn, "Tides").id
            entries.add(conn, source_id, [entry], found)
            (known,) = entries.find(conn, [key])
            article = Article(url=address, title=title, text=text, language=language)
            made = articles.put(conn, known.id, article, "", found)
            stories.join(conn, stories.open_new(conn, title, found), made, found, original=of)
            return made

        return store.write_now(work)

    return add
