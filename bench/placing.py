"""What it costs to put articles in their stories, on the real store: `bench/placing.py [DIR] [--window N]`.

DIR holds ecb.jsonl.gz (news texts); without it texts are made up. Half of the articles are reposts. An
article is fingerprinted, looked up, verified, placed and stored, fifty to a commit. `--window` first puts
so many made-up articles in the window. CPU is this process's, all threads.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.mangled.copies import reposts
from bench.mangled.texts import LEAST, labelled
from daemon.dedup import background, content_hash, fingerprint, line_keys, weigh
from daemon.jobs.place import Newcomer, place
from daemon.jobs.work import Reading
from daemon.model import Article, Entry, Fate, Source, Verdict
from daemon.store import Store, articles, entries, fingerprints, sources, upkeep

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
    dice = random.Random(5)
    texts = list(stream(options.directory, dice, options.articles))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tocsin.db"
        upkeep.upgrade(url, NOW)
        with Store.open(url) as store:
            fill(store, options.window, dice)
            run(store, texts)


def stream(directory: Path | None, dice: random.Random, count: int) -> Iterator[Article]:
    """Give articles and reposts of them, in any order."""
    words = [f"{dice.choice('bdfgklmnprst')}{number}ward" for number in range(20_000)]
    real = [one.article for one in labelled(directory)] if directory else []
    real = [one for one in real if len(one.text.split()) >= LEAST]
    made = [
        Article(title=" ".join(dice.choices(words, k=8)), text=". ".join(dice.choices(words, k=400)))
        for _ in range(max(0, count // 2 - len(real)))
    ]
    originals = (real + made)[: count // 2]
    both = [copy for one in originals for copy in (one, *reposts(one, 1, dice))]
    dice.shuffle(both)
    for number, article in enumerate(both):
        yield replace(article, url=f"https://host{number % 97}.example/{number}", found=NOW)


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
    """Place every text in commits of fifty, and print the share of each step."""
    source = Source("bench", "https://bench.example/")
    store.write_now(lambda conn: sources.sync(conn, [source], NOW))
    spent = {"fingerprint": 0.0, "place and store": 0.0}
    ids = store.write_now(lambda conn: _entries(conn, texts))
    roles: dict[str, int] = {}
    slowest: list[float] = []
    wall = perf_counter()
    for start in range(0, len(texts), BATCH):
        before = process_time()
        readings = [_reading(text) for text in texts[start : start + BATCH]]
        spent["fingerprint"] += process_time() - before
        before = process_time()

        def work(conn: Connection, start: int = start, readings: list[Reading] = readings) -> None:
            for number, reading in enumerate(readings, start):
                began = process_time()
                article_id = articles.put(conn, ids[number], reading.article, reading.content_hash, NOW)
                weights = weigh(reading.fingerprint.terms, background())
                placed = place(conn, Newcomer(article_id, reading, weights), None, NOW)
                fingerprints.count_lines(conn, f"host{number % 97}.example", reading.lines, NOW)
                slowest.append(process_time() - began)
                role = placed.decision.role.value
                roles[role] = roles.get(role, 0) + 1

        store.write_now(work)
        spent["place and store"] += process_time() - before
    wall = perf_counter() - wall
    for name, seconds in spent.items():
        print(f"  {name:<20} {seconds / len(texts) * 1e3:6.3f} ms")
    slowest.sort()
    total = sum(spent.values())
    rate = len(texts) / total
    print(f"  {'all':<20} {total / len(texts) * 1e3:6.3f} ms: {rate:,.0f} articles/s on one core")
    print(f"  {'slowest hundredth':<20} {slowest[int(0.99 * len(slowest))] * 1e3:6.3f} ms")
    print(f"  wall {wall:.1f} s; {roles}")


def _entries(conn: Connection, texts: list[Article]) -> list[int]:
    source_id = sources.find(conn, "bench").id
    listed = [
        entries.Listed(Entry(url=text.url, title=text.title), (text.url,), Verdict(Fate.NEW, ""))
        for text in texts
    ]
    return [added.id for added in entries.add(conn, source_id, listed, NOW)]


def _reading(article: Article) -> Reading:
    marks = fingerprint(article)
    return Reading(article, 0, content_hash(article), marks, line_keys(article.text), ())


if __name__ == "__main__":
    main()
