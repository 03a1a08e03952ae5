"""The real texts."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.mangled.pair import joined
from daemon.model import Article

LEAST = 80  # words: a shorter text is no article to mangle
_MOST = 1000  # words
_WEB_ARTICLES = 180
_HEAD = 4  # lines of an ECB+ text among which its headline and its date line stand


@dataclass(frozen=True, slots=True)
class Labelled:
    """An ECB+ text with the event it tells of."""

    article: Article
    topic: int
    event: str


def labelled(directory: Path) -> list[Labelled]:
    """Give the ECB+ texts without the headline and date line that the collection puts into them."""
    return [
        Labelled(Article(title=record["title"], text=_body(record)), int(record["topic"]), record["event"])
        for record in _records(directory / "ecb.jsonl.gz")
    ]


def web_articles(directory: Path) -> dict[str, list[Article]]:
    """Give texts of web articles by collection; none where the directory is not there."""
    found: dict[str, list[Article]] = {}
    for name in ("scrapinghub", "wcxb-dev"):
        path = directory / f"{name}.jsonl.gz"
        texts = (
            _cut(record["text"]) for record in (_records(path) if path.exists() else ()) if record["text"]
        )
        usable = (text for text in texts if len(text.split()) >= LEAST)
        found[name] = [Article(text=text) for text, _ in zip(usable, range(_WEB_ARTICLES), strict=False)]
    return found


def _records(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt") as lines:
        for line in lines:
            yield json.loads(line)


def _body(record: dict[str, str]) -> str:
    lines = [line for line in record["body"].split("\n") if line != record["title"]]
    head = [
        line
        for line in lines[:_HEAD]
        if len(line.split()) > 8 or line.rstrip("'\" ").endswith((".", "!", "?"))
    ]
    return joined(head + lines[_HEAD:])


def _cut(text: str) -> str:
    kept: list[str] = []
    words = 0
    for line in text.splitlines():
        words += len(line.split())
        if words > _MOST:
            break
        kept.append(line)
    return joined(kept)
