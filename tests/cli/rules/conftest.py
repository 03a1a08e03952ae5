"""The command, and a folder to run it in with a database that holds two articles."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.dedup import canonical_url
from daemon.model import Article, Entry, Fate, Hit, Severity, Source, Verdict
from daemon.store import Store, articles, entries, hits, sources, stories, upkeep
from daemon.store.entries import Listed

RULES = """\
[daemon]
state_directory = "."
[[sources]]
name = "Tides"
url = "https://tides.example/feed"
tags = ["coast"]
[[channels]]
name = "log"
url = "syslog://"
[[rules]]
name = "flood"
query = "flood -goals"
forms = "exact"
tests = [{ title = "A flood" }, { title = "A flood of goals", expect = "no match" }]
[[rules]]
name = "coast"
any = ["sea"]
forms = "exact"
source_tags = ["coast"]
enabled = false
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    runner = CliRunner()
    return lambda *arguments, **more: runner.invoke(main, [str(each) for each in arguments], **more)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: two rules, and articles of yesterday, of which one rang for «flood»."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(RULES, "utf-8")
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    found = datetime.now(UTC) - timedelta(days=1)
    upkeep.upgrade(url, found)
    with Store.open(url) as store:
        store.write_now(lambda conn: _fill(conn, found))
    return tmp_path


def _fill(conn: Any, found: datetime) -> None:
    sources.sync(conn, [Source("Tides", "https://tides.example/feed")], found)
    source_id = sources.find(conn, "Tides").id
    for title, text in (("Quiet", "The sea was calm."), ("Rising", "The sea came. A flood followed.")):
        url = f"https://tides.example/{title}"
        key = f"url:{canonical_url(url).hard}"
        entries.add(conn, source_id, [Listed(Entry(url=url), (key,), Verdict(Fate.NEW, "to read"))], found)
        (known,) = entries.find(conn, [key])
        article = Article(url=url, title=title, text=text, language="en")
        read = articles.put(conn, known.id, article, found)
        stories.join(conn, stories.open_new(conn, title, found), read, found)
        if title == "Quiet":
            hits.put(conn, read, [(Hit("flood"), Severity.NOTICE)], found)
