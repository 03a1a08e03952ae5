"""How fast rules are asked of the stored archive: articles a second, and CPU an article.

    python bench/backtest.py [--articles 30000] [--rules 1 1000] [--words 400] [--database FILE] [--days 31]

With --database, the archive stays there for the next time (a million articles are 5 GB). It is made
up, its words drawn as often as words are in news. The goal, a million articles in two minutes on two
cores, is 240 µs of CPU an article.
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
from pathlib import Path
from typing import Any, TypeVar

from daemon.jobs import load_rules
from daemon.jobs.backtest import archive_of, backtest
from daemon.model import Rule, Source
from daemon.runtime.workers import Workers
from daemon.store import Store, sources, upkeep
from daemon.store.tables import articles, entries

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
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


def fill(store: Store, count: int, words: int) -> None:
    """Store articles over the last thirty days."""
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


async def run(url: str, known: list[str], count: int, days: float) -> None:
    """Ask and print."""
    rng = random.Random(2)
    rare = known[10_000:]
    rules = [
        Rule(f"rule {n}", query=f"({rng.choice(rare)} OR {rng.choice(rare)}) -{rng.choice(rare)}")
        for n in range(count)
    ]
    names = [rule.name for rule in rules]
    archive = archive_of(url, NOW - timedelta(days=days), ())
    workers = Workers(2, load_rules, (rules, (), (), {}), limit=60)
    with Store.open(url) as store:
        await asyncio.gather(*[workers(time.sleep, 0.5) for _ in range(2)])  # the workers start
        timed, mine, wall = _Timed(workers), time.process_time(), time.perf_counter()
        asked, results = await backtest(timed, store, archive, names)
        wall, mine = time.perf_counter() - wall, time.process_time() - mine
    await workers.close()
    print(f"{asked} articles, {count} rules, {sum(result.hits for result in results)} hits")
    print(f"  {wall:8.1f} s on the clock, on this machine as busy as it is now")
    print(f"  {timed.spent:8.1f} s of CPU in the workers, {mine:.1f} s beside them")
    cost = (timed.spent + mine) / asked * 1e6
    print(f"  {cost:8.0f} µs of CPU an article: a million in {cost / 2:.0f} s on two idle cores")


class _Timed:
    """Has errands done by workers, and counts the CPU that they take there."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.spent = 0.0

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        spent, answer = await self.workers(timed, work, *args, **kwargs)
        self.spent += spent
        return answer

    async def close(self) -> None:
        """Leave the workers to whoever started them."""


def timed(work: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[float, T]:
    """Do an errand; give the seconds of CPU that it took, too."""
    start = time.process_time()
    answer = work(*args, **kwargs)
    return time.process_time() - start, answer


def main() -> None:
    """Make the archive once, ask it with each number of rules."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=30_000)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--days", type=float, default=31)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--rules", type=int, nargs="+", default=[1, 1000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.database or Path(folder, "tocsin.db")
        url, known = f"sqlite:///{file.absolute()}", vocabulary(random.Random(1))
        if not file.exists():
            upkeep.upgrade(url, NOW)
            with Store.open(url) as store:
                fill(store, options.articles, options.words)
        for count in options.rules:
            asyncio.run(run(url, known, count, options.days))


if __name__ == "__main__":
    main()
