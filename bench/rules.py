"""The cost of matching: CPU per article against the number of rules, beside `re` and SQLite FTS5.

    python bench/rules.py DIR [--nightly]

DIR holds *.jsonl.gz with real texts under `text`. Rules are drawn from half of the texts and asked of the
other half: phrases, boolean queries, NEAR, fields, case, prefixes; a third are inflected. Inert rules use
words that no text has. `--nightly` also puts a million pairs to FTS5 as an oracle.

Goals: ≤ 0.3 ms an article with 1,000 live and 99,000 inert rules, and an exponent ≤ 0.05 from 1k to 100k
inert; ≤ 0.6 ms at 10,000 and ≤ 1.5 ms at 100,000 mixed rules with at most 50 hits an article; 100,000
rules compile in < 10 s and 250 MB; after an edit of one rule, in < 200 ms.
"""

import argparse
import gc
import gzip
import json
import math
import random
import re
import resource
import runpy
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from daemon.match import compile_rules, expand
from daemon.match.text import WORD
from daemon.model import Article, Rule

MOST_TEXTS = 600
OPERATORS = {"AND", "OR", "NOT", "NEAR", "ONEAR"}


def read_texts(folder: Path) -> list[str]:
    """Give real texts of 50 to 800 words, the same ones each time: news is about that long."""
    texts = []
    for path in sorted(folder.rglob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [text for line in lines if (text := json.loads(line).get("text"))]
    fitting = [text for text in texts if 50 <= len(text.split()) <= 800]
    return random.Random(1).sample(fitting, min(MOST_TEXTS, len(fitting)))


class Drawer:
    """Draws rules as users write them from the words of real texts."""

    def __init__(self, texts: list[str], seed: int = 2) -> None:
        self.rng = random.Random(seed)
        self.words = [WORD.findall(text) for text in texts]
        spread = Counter(word.lower() for words in self.words for word in {w.lower() for w in words})
        most = max(1, len(texts) // 100)
        self.rare = sorted(w for w, n in spread.items() if n <= most and len(w) > 3 and w.isalpha())
        self.common = {word for word, n in spread.items() if n > most}

    def phrase(self, least: int = 1) -> str:
        """Draw up to four words that stand together, one of them rare."""
        while True:
            words = self.rng.choice(self.words)
            size = self.rng.choice([1, 2, 2, 3, 3, 4])
            start = self.rng.randrange(max(1, len(words) - size))
            drawn = words[start : start + size]
            if len(drawn) >= least and any(w.lower() not in self.common for w in drawn):
                # A shouted headline's AND would be an operator.
                return " ".join(w.lower() if w in OPERATORS else w for w in drawn)

    def live(self, name: str) -> Rule:
        """Draw a rule of any kind."""
        kind = self.rng.random()
        forms = "inflect" if self.rng.random() < 1 / 3 else "exact"
        if kind < 0.45:
            return Rule(name, any=(self.phrase(), self.phrase(2)), forms=forms)
        queries: list[Callable[[], str]] = [
            lambda: f'"{self.phrase(2)}" NOT {self.word()}',
            lambda: f"{self.word()} AND {self.word()}",
            lambda: f"{self.word()} ({self.word()} OR {self.word()} OR {self.word()})",
            lambda: f"{self.word()} NEAR/5 {self.word()}",
            lambda: f"title:{self.word()}",
            lambda: "{" + self.word().capitalize() + "}",
            lambda: f"{self.word()[:6]}* {self.word()}",
        ]
        return Rule(name, query=self.rng.choice(queries)(), forms=forms)

    def word(self) -> str:
        """Draw a rare word."""
        return self.rng.choice(self.rare)

    def inert(self, name: str) -> Rule:
        """Draw a rule whose rare word stands in no text."""
        word = "".join(self.rng.choice("bdfgklmnprstvz") + self.rng.choice("aeiou") for _ in range(5)) + "q"
        common = self.rng.choice(["the", "new", "minister", "border", "attack"])
        kind = self.rng.randrange(3)
        if kind == 0:
            return Rule(name, any=(f"{common} {word}", word), forms="exact")
        return Rule(name, query=f"{common} NEAR/5 {word}" if kind == 1 else f"{common} AND {word}")


def milliseconds(match: Callable[[Article], object], articles: list[Article], rounds: int = 3) -> float:
    """Give the best CPU time for an article of several rounds, after one to warm up."""
    best = math.inf
    gc.collect()
    gc.freeze()  # as workers do when they have read their rules
    for _ in range(rounds + 1):
        start = time.process_time()
        for article in articles:
            match(article)
        best = min(best, time.process_time() - start)
    gc.unfreeze()
    return best / len(articles) * 1000


def by_re(rules: list[Rule]) -> Callable[[Article], object]:
    """Match as a loop of regular expressions does."""
    patterns = [
        re.compile(r"\b" + r"\W+".join(map(re.escape, words)) + r"\b", re.IGNORECASE)
        for rule in rules
        if (words := WORD.findall((rule.any or (rule.query,))[0]))
    ]
    return lambda article: [n for n, pattern in enumerate(patterns) if pattern.search(article.text)]


def by_fts5(rules: list[Rule]) -> Callable[[Article], object]:
    """Match as one FTS5 document and all queries do."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE d USING fts5(body)")
    queries = ['"' + " ".join(WORD.findall((rule.any or (rule.query,))[0])) + '"' for rule in rules]

    def match(article: Article) -> object:
        base.execute("DELETE FROM d")
        base.execute("INSERT INTO d VALUES (?)", (article.text,))
        return [
            n
            for n, q in enumerate(queries)
            if base.execute("SELECT 1 FROM d WHERE d MATCH ?", (q,)).fetchone()
        ]

    return match


def report(name: str, value: float, unit: str, goal: float) -> None:
    """Print a figure beside its goal."""
    print(
        f"{name:58}{value:9.3f} {unit:5} goal ≤ {goal:g}: {'met' if value <= goal else 'MISSED'}", flush=True
    )


def memory() -> float:
    """Give the memory that this process holds, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def cost_of_inert(drawer: Drawer, articles: list[Article]) -> None:
    """Measure how inert rules weigh on 1,000 live ones."""
    live = [drawer.live(f"live{n}") for n in range(1000)]
    inert = [drawer.inert(f"inert{n}") for n in range(99_000)]
    costs = []
    for count in (1_000, 10_000, 99_000):
        rules = compile_rules([*live, *inert[:count]])
        costs.append(milliseconds(rules.match, articles))
        print(f"1,000 live and {count:,} inert{costs[-1]:40.3f} ms", flush=True)
    report("1,000 live and 99,000 inert rules", costs[-1], "ms", 0.3)
    report("exponent from 1k to 99k inert", math.log(costs[-1] / costs[0]) / math.log(99), "", 0.05)


def cost_of_mixed(drawer: Drawer, articles: list[Article], counts: Iterable[int]) -> None:
    """Measure mixed rules, their compilation and an edit."""
    goals = {1_000: 0.3, 10_000: 0.6, 100_000: 1.5}
    for count in counts:
        rules = [drawer.live(f"rule{n}") for n in range(count)]
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            forms = other.submit(expand, rules).result()
        before, start = memory(), time.process_time()
        gc.disable()  # as workers do
        compiled = compile_rules(rules, forms=forms)
        gc.enable()
        spent, grown = time.process_time() - start, memory() - before
        hits = sum(len(compiled.match(article)) for article in articles) / len(articles)
        report(
            f"{count:,} mixed rules, {hits:.1f} hits",
            milliseconds(compiled.match, articles),
            "ms",
            goals[count],
        )
        if count == max(counts):
            report(f"{count:,} rules compile", spent, "s", 10)
            report(f"{count:,} rules hold", grown, "MB", 250)
            rules[count // 2] = replace(rules[count // 2], query="", any=("entirely new words",))
            start = time.process_time()
            compile_rules(rules, forms=forms, previous=compiled)
            report("recompiled after an edit of one rule", (time.process_time() - start) * 1000, "ms", 200)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="The cost of matching rules.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--nightly", action="store_true", help="a million pairs against FTS5")
    options = parser.parse_args()
    if options.nightly:
        oracle = runpy.run_path(str(Path(__file__).parent.parent / "tests/match/test_oracle.py"))[
            "differences"
        ]
        differing = sum(len(oracle(seed, queries=500, documents=200)) for seed in range(100, 110))
        print(f"1,000,000 pairs of query and document against FTS5: {differing} differences")
    if options.folder is None:
        print("a folder of real texts is wanted: python bench/rules.py DIR")
        return
    texts = read_texts(options.folder)
    drawer = Drawer(texts[::2])
    articles = [Article(title=t.split("\n")[0][:100], text=t, language="en") for t in texts[1::2]]
    words = sum(len(article.text.split()) for article in articles) // len(articles)
    print(f"{len(articles)} articles of {words} words on average")
    few, some = articles[:5], [drawer.live(f"rule{n}") for n in range(1000)]
    print(f"a loop of re searches, 1,000 rules {milliseconds(by_re(some), few, 1):27.1f} ms")
    print(f"SQLite FTS5, one document, 1,000 queries {milliseconds(by_fts5(some), few, 1):21.1f} ms")
    cost_of_mixed(drawer, articles, (1_000, 10_000, 100_000))
    cost_of_inert(drawer, articles)


if __name__ == "__main__":
    main()
