"""A real database with a small archive, and a stand-in for the worker processes: this one."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.dedup import canonical_url
from daemon.jobs import load_rules
from daemon.jobs.backtest import archive_of, backtest
from daemon.model import Article, Entry, Fate, Rule, Source, Verdict
from daemon.store import Store, articles, entries, sources, stories
from daemon.store.entries import Listed
from daemon.store.stories import Part

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TIDES = Source(name="Tides", url="https://tides.example/feed", tags=("coast",))


class Here:
    """Computes in this process, which holds the rules it is given."""

    def __init__(self, *questions: Any) -> None:
        load_rules(*questions, *[()] * (3 - len(questions)), {})

    async def __call__(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return work(*args, **kwargs)

    async def close(self) -> None:
        pass


@pytest.fixture
def here() -> type[Here]:
    return Here


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
        return await backtest(Here(rules), store, archive, [rule.name for rule in rules], progress)

    return ask


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
            made = articles.put(conn, known.id, article, found)
            stories.join(conn, stories.open_new(conn, title, found), made, found, Part(original=of))
            return made

        return store.write_now(work)

    return add
