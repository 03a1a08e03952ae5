"""Score extract_article on real pages, and trafilatura beside it where it is installed.

    python bench/extraction.py DIR [--set NAME] [--every N] [--news] [--alone]

DIR holds scrapinghub.jsonl.gz, wcxb-dev.jsonl.gz and trafilatura-a.jsonl.gz: one record a line with `id`,
`url`, `html` and what a reader finds in the page. About a sixth of each set, chosen by a hash of the id, is
held out: nobody looks at what fails there, so its row tells what a figure is worth.

Many records give as the date of publication what the page itself declares as that of its last change. They
count as wrong, and the last column tells how many of the dates they are.
"""

import argparse
import gc
import gzip
import hashlib
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from daemon.errors import ParseError
from daemon.parse.article import extract_article
from daemon.parse.people import read_people

SETS = ("scrapinghub", "wcxb-dev", "trafilatura-a")
WORD = re.compile(r"\w+")
# The first page loads what either extractor reads but once, models and tables, which is no page's cost.
FIRST = (
    "<h1>Port closed</h1><p class=date>3 May 2025</p>"
    + "<p>Nobody was hurt, the mayor said, and slept.</p>" * 9
)


@dataclass
class Record:
    """What an extractor made of a page, in the terms that are scored."""

    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()


Extractor = Callable[[str, str], Record]


def ours(html: str, url: str) -> Record:
    try:
        article = extract_article(html, url=url)
    except ParseError:
        return Record()
    return Record(
        article.text, article.title, article.authors, days(article.published), days(article.modified)
    )


def days(moment: datetime | None) -> tuple[str, ...]:
    """The calendar days of a moment on Earth: the records tell the day where the publisher sits."""
    return tuple({(moment + timedelta(hours=h)).date().isoformat() for h in (-12, 0, 14)}) if moment else ()


def theirs() -> Extractor | None:
    try:
        from trafilatura import bare_extraction  # noqa: PLC0415 - a bench extra, often absent
    except ImportError:
        return None

    def extract(html: str, url: str) -> Record:
        found = bare_extraction(html, url=url or None, with_metadata=True)
        if found is None:
            return Record()
        authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
        return Record(found.text or "", found.title or "", authors, (found.date or "",))

    return extract


# --- the measures ----------------------------------------------------------------------------


def f1(found: Counter[Any], wanted: Counter[Any]) -> float:
    if not found and not wanted:
        return 1.0
    shared = (found & wanted).total()
    if not shared:
        return 0.0
    precision, recall = shared / found.total(), shared / wanted.total()
    return 2 * precision * recall / (precision + recall)


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def shingles(text: str) -> Counter[Any]:
    tokens = WORD.findall(text)
    if len(tokens) < 4:
        return Counter([tuple(tokens)] if tokens else [])
    return Counter(zip(*(tokens[i:] for i in range(4)), strict=False))


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def body_score(name: str, page: dict[str, Any], record: Record) -> float:
    if name == "scrapinghub":
        return f1(shingles(record.text), shingles(page["text"]))
    return f1(Counter(words(record.text)), Counter(words(page["text"])))


def same_title(found: str, wanted: str) -> bool:
    return words(found) == words(wanted)


def same_authors(found: tuple[str, ...], wanted: str | list[str]) -> bool:
    """Whether the same people are named, titles, degrees and posts aside: some records have them."""
    wanted = [wanted] if isinstance(wanted, str) else wanted
    names, expected = read_people(found), read_people(wanted)
    if not expected:
        return [words(name) for name in found] == [words(name) for name in wanted]
    return {tuple(words(name)) for name in names} == {tuple(words(name)) for name in expected}


@dataclass
class Tally:
    """The sums of one extractor over one part of a set."""

    body: list[float] = field(default_factory=list)
    with_: list[int] = field(default_factory=lambda: [0, 0])
    without: list[int] = field(default_factory=lambda: [0, 0])
    title: list[bool] = field(default_factory=list)
    authors: list[bool] = field(default_factory=list)
    published: list[bool] = field(default_factory=list)
    changed: list[bool] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)

    def add(self, name: str, page: dict[str, Any], record: Record, cost: float) -> None:
        self.cost.append(cost)
        if "text" in page:
            self.body.append(body_score(name, page, record))
        if "with" in page:
            text = fold(record.text)
            for tally, key in ((self.with_, "with"), (self.without, "without")):
                tally[0] += sum(fold(segment) in text for segment in page[key] or ())
                tally[1] += len(page[key] or ())
        if page.get("title"):
            self.title.append(same_title(record.title, page["title"]))
        if page.get("author"):
            self.authors.append(same_authors(record.authors, page["author"]))
        if page.get("published"):
            day = page["published"][:10]
            self.published.append(day in record.published)
            self.changed.append(day in record.modified and day not in record.published)

    def segment_f1(self) -> float:
        hits, wanted = self.with_
        wrong, _ = self.without
        return 2 * hits / (hits + wrong + wanted) if wanted else 0.0

    def row(self) -> str:
        p99 = quantiles(self.cost, n=100)[-1] if len(self.cost) > 1 else self.cost[0]
        cells = [
            fmean(self.body) if self.body else None,
            self.with_[0] / self.with_[1] if self.with_[1] else None,
            1 - self.without[0] / self.without[1] if self.without[1] else None,
            self.segment_f1() if self.with_[1] else None,
            *(fmean(each) if each else None for each in (self.title, self.authors, self.published)),
        ]
        shown = " ".join("      –" if cell is None else f"{cell:7.4f}" for cell in cells)
        cost = f"{fmean(self.cost) * 1000:7.2f} {p99 * 1000:7.2f}"
        return f"{len(self.cost):5d} {shown} {cost} {sum(self.changed):3d}/{len(self.changed)}"


def held_out(page: dict[str, Any]) -> bool:
    return int(hashlib.sha256(str(page["id"]).encode()).hexdigest(), 16) % 6 == 0


def pages(directory: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(directory / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--set", choices=SETS, action="append", dest="sets")
    parser.add_argument("--every", type=int, default=1, help="score only every Nth page")
    parser.add_argument("--news", action="store_true", help="only pages that declare themselves news")
    parser.add_argument("--alone", action="store_true", help="leave trafilatura out")
    options = parser.parse_args()
    extractors: dict[str, Extractor] = {"tocsin": ours}
    other = None if options.alone else theirs()
    if other:
        extractors["trafilatura"] = other
    for extract in extractors.values():
        extract(FIRST, "")
    gc.collect()
    print(f"{'':34} pages    body    with without  seg-F1   title authors    date  CPU ms  p99 ms  changed")
    totals = dict.fromkeys(extractors, 0.0)
    for name in options.sets or SETS:
        tallies = {(extractor, part): Tally() for extractor in extractors for part in ("tuned", "held out")}
        chosen = list(pages(options.directory, name))[:: options.every]
        chosen = [page for page in chosen if not options.news or "NewsArticle" in page["html"]]
        gc.freeze()  # the pages of the bench are no page's cost
        for page in chosen:
            for extractor, extract in extractors.items():
                start = time.process_time()
                record = extract(page["html"], page["url"] or "")
                cost = time.process_time() - start
                totals[extractor] += cost
                tallies[extractor, "held out" if held_out(page) else "tuned"].add(name, page, record, cost)
        for (extractor, part), tally in tallies.items():
            if tally.cost:
                print(f"{name:14}{extractor:12}{part:8}{tally.row()}")
    if other:
        print(f"trafilatura takes {totals['trafilatura'] / totals['tocsin']:.1f} times as long")


if __name__ == "__main__":
    sys.exit(main())
