"""What it costs to put articles in their stories, on the real store: `bench/placing.py [DIR] [--window N]`.

DIR holds ecb.jsonl.gz (news texts); without it texts are made up. Half of the articles are reposts. An
article is fingerprinted, looked up, verified, placed and stored, fifty to a commit. `--window` first puts
so many made-up articles in the window. CPU is this process's, all threads.
"""

import argparse
import asyncio
import gc
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import process_time, thread_time

from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.mangled.copies import reposts
from bench.mangled.texts import LEAST, labelled
from daemon.dedup import Role, background, fingerprint, line_keys
from daemon.jobs.place import Newcomer, place
from daemon.jobs.work import Reading
from daemon.model import Article, Entry, Fate, Source, Verdict
from daemon.store import Store, entries, fingerprints, sources, upkeep

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BATCH = 50
FIRST = 100_000_000  # id of the first made-up article
KEYS = 20


def main() -> None:
    """Place the articles and print what one cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path)
    parser.add_argument("--window", type=int, default=0)
    parser.add_argument("--articles", type=int, default=2000)
    options = parser.parse_args()
    measure(options.directory, options.window, options.articles)


def measure(directory: Path | None, window: int, articles: int = 2000) -> None:
    """Place articles in a store of their own, with so many others in the window."""
    dice = random.Random(5)
    texts = list(stream(directory, dice, articles))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tocsin.db"
        upkeep.upgrade(f"sqlite:///{path}", NOW)
        with Store.open(f"sqlite:///{path}") as store:
            fill(store, window, dice)
            words = sum(len(text.text.split()) for text in texts) / len(texts)
            print(f"{len(texts)} articles of {words:.0f} words, {window:,} before them:")
            if window:
                pages = store.read_now(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one())
                print(f"  {'index':<20} {4096 * pages / window:6.0f} bytes an article")
            run(store, texts)


def stream(directory: Path | None, dice: random.Random, count: int) -> Iterator[Article]:
    """Give articles and a repost of each, in any order."""
    real = [one.article for one in labelled(directory)] if directory else _made(dice, count // 2)
    originals = [one for one in real if len(one.text.split()) >= LEAST][: count // 2]
    both = [copy for one in originals for copy in (one, *reposts(one, 1, dice))]
    dice.shuffle(both)
    for number, article in enumerate(both):
        yield replace(article, url=f"https://host{number % 97}.example/{number}", found=NOW)


def _made(dice: random.Random, count: int) -> list[Article]:
    words = [f"{dice.choice('bdfgklmnprst')}{number}ward" for number in range(20_000)]
    return [
        Article(title=" ".join(dice.choices(words, k=8)), text=". ".join(dice.choices(words, k=400)))
        for _ in range(count)
    ]


def fill(store: Store, count: int, dice: random.Random) -> None:
    """Put keys, stories and terms of made-up articles into the window: four days of stories of fourteen."""
    if count:
        store.write_now(lambda conn: _fill(conn, count, dice))


def _fill(conn: Connection, count: int, dice: random.Random) -> None:
    """Insert in the order of the tables: the driver takes millions of rows in a minute then."""
    driver = conn.connection.cursor()
    total = count * KEYS
    gap = 2**48 // total

    def keys() -> Iterator[tuple[int, int]]:
        key = -(2**47)
        for _ in range(total):
            key += 1 + int(dice.random() * 2 * (gap - 1))
            yield key, FIRST + int(dice.random() * count)

    driver.executemany("INSERT INTO fingerprint_keys (key, article_id) VALUES (?, ?)", keys())
    terms = list(background().counts)
    pairs = {
        (terms[int(dice.paretovariate(0.6)) % len(terms)], FIRST + story)
        for story in range(count * 4 // 14 // 2)
        for _ in range(12)
    }
    driver.executemany("INSERT INTO story_terms (term, story_id) VALUES (?, ?)", sorted(pairs))


def run(store: Store, texts: list[Article]) -> None:
    """Place every text, fifty at a time, and print the share of each step."""
    source = Source("bench", "https://bench.example/")
    store.write_now(lambda conn: sources.sync(conn, [source], NOW))
    ids = store.write_now(lambda conn: _entries(conn, texts))
    # As the worker processes and the service do: what lives as long as they is not looked through again.
    gc.collect()
    gc.freeze()
    done = asyncio.run(_Run(store, texts, ids).all())
    done.print()


@dataclass
class _Run:
    """What one run has spent, in seconds of CPU: of all threads, and of the slowest pieces."""

    store: Store
    texts: list[Article]
    ids: list[int]
    reading: float = 0.0
    storing: float = 0.0
    lookups: list[float] = field(default_factory=list)
    pieces: list[float] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)

    async def all(self) -> "_Run":
        """Read fifty, then hand each to the writer as production does: one piece in a shared commit."""
        for start in range(0, len(self.texts), BATCH):
            before = process_time()
            readings = [_reading(text) for text in self.texts[start : start + BATCH]]
            self.reading += process_time() - before
            before = process_time()
            pieces = (partial(self.place, number, reading) for number, reading in enumerate(readings, start))
            await asyncio.gather(*map(self.store.write, pieces))
            self.storing += process_time() - before
        return self

    def place(self, number: int, reading: Reading, conn: Connection) -> None:
        """Do what reading an entry does to the store, as far as its story goes."""
        began = thread_time()
        placed = place(conn, Newcomer(self.ids[number], reading, background()), None, NOW)
        if placed.decision.role is not Role.COPY:
            fingerprints.count_lines(conn, f"host{number % 97}.example", reading.lines, NOW)
        self.pieces.append(thread_time() - began)
        self.roles[placed.decision.role.value] += 1
        began = thread_time()
        fingerprints.candidates(conn, reading.fingerprint.keys, besides=placed.article, since=NOW)
        self.lookups.append(thread_time() - began)

    def print(self) -> None:
        """Print the means and the hundredths that took longest."""
        count = len(self.texts)
        spent = self.reading + self.storing - sum(self.lookups)  # looked up once more, only to time it
        print(f"  {'fingerprint':<20} {self.reading / count * 1e3:6.3f} ms")
        print(f"  {'place and store':<20} {(spent - self.reading) / count * 1e3:6.3f} ms")
        print(f"  {'all':<20} {spent / count * 1e3:6.3f} ms: {count / spent:,.0f} articles/s on one core")
        for name, times in (("placing", self.pieces), ("lookup", self.lookups)):
            print(f"  {'p99 of a ' + name:<20} {sorted(times)[int(0.99 * count)] * 1e3:6.3f} ms")
        print(f"  {dict(self.roles)}")


def _entries(conn: Connection, texts: list[Article]) -> list[int]:
    source_id = sources.find(conn, "bench").id
    listed = [
        entries.Listed(Entry(url=text.url, title=text.title), (text.url,), Verdict(Fate.NEW, ""))
        for text in texts
    ]
    return [added.id for added in entries.add(conn, source_id, listed, NOW)]


def _reading(article: Article) -> Reading:
    marks = fingerprint(article)
    return Reading(article, 0, marks, line_keys(article.text), ())


if __name__ == "__main__":
    main()
