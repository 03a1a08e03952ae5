"""How fast rules are asked of the stored archive: articles a second, and CPU an article.

    python bench/backtest.py [--articles 30000] [--rules 1 1000] [--words 400]

The archive is made up, its words drawn as often as words are in news. The goal, a
million articles in two minutes on two cores, is 240 µs of CPU an article.
"""

import argparse
import asyncio
import itertools
import random
import string
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from daemon.jobs import load_rules
from daemon.jobs.backtest import archive_of, backtest
from daemon.model import Rule, Source
from daemon.runtime.workers import Workers
from daemon.store import Store, sources, upkeep
from daemon.store.tables import articles, entries

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
T = TypeVar("T")
VOCABULARY = 50_000


def batched(words: list[str], size: int) -> list[list[str]]:
    """Cut a list into lists of one size."""
    return [words[start : start + size] for start in range(0, len(words), size)]


def vocabulary(rng: random.Random) -> list[str]:
    """Make up words of two to twelve letters."""
    return ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 12))) for _ in range(VOCABULARY)]


def article(drawn: list[str]) -> dict[str, Any]:
    """Make a row of drawn words: sentences of 14 words, paragraphs of 60."""
    paragraphs = [batched(paragraph, 14) for paragraph in batched(drawn, 60)]
    text = "\n\n".join(". ".join(map(" ".join, sentences)) + "." for sentences in paragraphs)
    told = {"title": " ".join(drawn[:9]), "summary": " ".join(drawn[9:40]), "text": text}
    return told | {"authors": ["A. Author"], "language": "en", "published_precision": "second"}


def fill(store: Store, count: int, words: int) -> list[str]:
    """Store articles over the last thirty days; give the words, commonest first."""
    rng = random.Random(1)
    known = vocabulary(rng)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
    store.write_now(lambda conn: sources.sync(conn, [Source("wire", "https://wire.example/feed")], NOW))
    for start in range(1, count + 1, 1000):
        listed, read = [], []
        for number in range(start, min(start + 1000, count + 1)):
            drawn = rng.choices(known, cum_weights=weights, k=rng.randint(words // 2, words * 3 // 2))
            found = NOW - timedelta(days=30) * (1 - number / count)
            place = {"id": number, "url": f"https://wire.example/{number}"}
            listed.append(place | {"source_id": 1, "found_at": found})
            read.append(
                place | article(drawn) | {"entry_id": number, "published": found, "fetched_at": found}
            )
        store.write_now(lambda conn, rows=listed: conn.execute(entries.insert(), rows))
        store.write_now(lambda conn, rows=read: conn.execute(articles.insert(), rows))
    return known


async def run(url: str, known: list[str], count: int) -> None:
    """Ask and print."""
    rng = random.Random(2)
    rare = known[2000:40_000]
    rules = [
        Rule(f"rule {n}", query=f"({rng.choice(rare)} OR {rng.choice(rare)}) -{rng.choice(rare)}")
        for n in range(count)
    ]
    names = [rule.name for rule in rules]
    archive = archive_of(url, NOW - timedelta(days=31), ())
    workers = Workers(2, load_rules, (rules, (), (), {}), limit=60)
    load_rules(rules, (), (), {})
    with Store.open(url) as store:
        await backtest(workers, store, archive, [])  # the workers start
        wall = time.perf_counter()
        asked, results = await backtest(workers, store, archive, names)
        wall = time.perf_counter() - wall
        cpu = time.process_time()
        await backtest(_Here(), store, archive, names)
        cpu = time.process_time() - cpu
    await workers.close()
    print(f"{asked} articles, {count} rules, {sum(result.hits for result in results)} hits")
    cost = cpu / asked * 1e6
    print(f"  {cost:8.0f} µs CPU an article: a million in {cost / 2:.0f} s on two cores")
    print(f"  {asked / wall:8.0f} articles/s with two workers, on this machine as busy as it is now")


class _Here:
    """Runs the errands in this process, so that its CPU time is theirs."""

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        return work(*args, **kwargs)

    async def close(self) -> None:
        pass


def main() -> None:
    """Make the archive once, ask it with each number of rules."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=30_000)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--rules", type=int, nargs="+", default=[1, 1000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tocsin.db"
        upkeep.upgrade(url, NOW)
        with Store.open(url) as store:
            known = fill(store, options.articles, options.words)
        for count in options.rules:
            asyncio.run(run(url, known, count))


if __name__ == "__main__":
    main()
