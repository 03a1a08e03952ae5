"""How well copies and stories are recognised, and how fast: `bench/stories.py DIR [--million]`.

DIR holds ecb.jsonl.gz (news texts with `topic` and `event`) and urls.txt.gz (addresses of which no two
are one article); texts of web articles beside it (../extraction) are used as well when there. Times
are CPU times of one process.
"""

import argparse
import gzip
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import placing
from bench.mangled import spaceless
from bench.mangled.copies import copies, reposts
from bench.mangled.pair import Pair
from bench.mangled.strangers import strangers
from bench.mangled.texts import LEAST, Labelled, labelled, web_articles
from daemon.dedup import (
    Cluster,
    Fingerprint,
    Frequencies,
    Known,
    Relation,
    StoryDecision,
    assign,
    background,
    canonical_url,
    compare,
    fingerprint,
    learned,
    lookup_terms,
    match,
    weigh,
)
from daemon.model import Article

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TAILS = (
    "?utm_source=rss&utm_medium=feed",
    "?fbclid=IwAR0x",
    "#comments",
    "/",
    "?ref=rss",
    "?gclid=a&utm_term=b",
)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path)
    parser.add_argument("--million", action="store_true", help="also with a million articles in the window")
    arguments = parser.parse_args()
    if arguments.directory is None:
        print("skipped: give the directory of the documents, see --help")
        return
    bench_urls(arguments.directory)
    documents = labelled(arguments.directory)
    web = web_articles(arguments.directory.parent / "extraction")
    long = [one for one in documents if len(one.article.text.split()) >= LEAST]
    tuned = [one.article for one in long if one.topic % 2 == 0] + web["scrapinghub"]
    held_out = [one.article for one in long if one.topic % 2 == 1] + web["wcxb-dev"]
    bench_pairs("documents tuned on", tuned)
    pairs = bench_pairs("documents held out", held_out)
    dice = random.Random(7)
    print_pairs("texts without spaces", [*spaceless.copies(dice), *spaceless.strangers(dice)])
    bench_minhash(pairs)
    one_of_each = {one.event: one.article for one in long if one.topic % 2 == 1}
    bench_groups([*one_of_each.values(), *web["wcxb-dev"]])
    bench_events(documents)
    bench_learned(documents)
    for window in (0, 1_000_000) if arguments.million else (0,):
        print()
        placing.measure(arguments.directory, window)


def bench_urls(directory: Path) -> None:
    """Count real addresses that merge, tracking tails that split, and the keys made a second."""
    with gzip.open(directory / "urls.txt.gz", "rt") as lines:
        urls = [line.strip() for line in lines if line.strip()]
    start = process_time()
    keys = [canonical_url(url) for url in urls]
    seconds = process_time() - start
    merged = len(urls) - len({key.hard for key in keys})
    split = sum(
        canonical_url(url.replace("http://", "https://") + tail).hard != key.hard
        for url, key in zip(urls, keys, strict=True)
        if "?" not in url and "#" not in url
        for tail in TAILS
    )
    print(f"addresses: {len(urls)}, {merged} false merges, {split} tails split, {len(urls) / seconds:,.0f}/s")


def bench_pairs(name: str, articles: list[Article]) -> list[Pair]:
    """Judge copies and strangers made from real texts."""
    dice = random.Random(7)
    pairs = [*copies(articles, dice), *strangers(articles, dice)]
    print_pairs(f"{name}: {len(articles)} texts", pairs)
    return pairs


def print_pairs(name: str, pairs: list[Pair]) -> None:
    """Print, by how a pair was made, how often it is called a copy or found to tell the same."""
    counts: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    most_keys = 0
    for pair, new, known, relation in _compared(pairs):
        most_keys = max(most_keys, len(new.keys))
        for row in ((pair.same, pair.kind), (pair.same, "ALL")):
            counts[row].update(pairs=1, copy=relation.kind == "copy", same=relation.tells_the_same)
            counts[row].update(found=bool(set(new.keys) & set(known.keys)))
    print(f"\n{name}, at most {most_keys} keys")
    for (same, kind), row in sorted(counts.items(), key=lambda item: (not item[0][0], item[0][1] == "ALL")):
        shares = " ".join(
            f"{what} {100 * row[what] / row['pairs']:6.2f}" for what in ("copy", "same", "found")
        )
        print(
            f"  {'copies' if same else 'strangers':9} {kind:13} {row['pairs']:6}  {shares}  ({row['same']})"
        )


def _compared(pairs: Iterable[Pair]) -> Iterator[tuple[Pair, Fingerprint, Fingerprint, Relation]]:
    for pair in pairs:
        new, known = fingerprint(pair.new, pair.known_lines), fingerprint(pair.known)
        yield pair, new, known, compare(new, known)


def bench_minhash(pairs: list[Pair]) -> None:
    """Print what MinHash-LSH (datasketch, 128 permutations, three-word shingles) makes of the pairs."""
    try:
        from datasketch import MinHash  # noqa: PLC0415 - only where the extra is installed
    except ImportError:
        print("\nMinHash: datasketch is not installed (pip install '.[bench]')")
        return

    def minhash(article: Article) -> MinHash:
        words = article.text.lower().split()
        made = MinHash(num_perm=128)
        made.update_batch([" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))])
        return made

    start = process_time()
    scores = [(minhash(pair.new), minhash(pair.known), pair.same) for pair in pairs]
    rate = 2 * len(pairs) / (process_time() - start)
    same = [new.jaccard(known) for new, known, truth in scores if truth]
    strange = sorted(new.jaccard(known) for new, known, truth in scores if not truth)
    at_none, at_one = strange[-1], strange[int(0.99 * len(strange))]
    recall = [100 * sum(score > least for score in same) / len(same) for least in (at_none, at_one)]
    banded = 100 * sum(_in_one_band(new, known) for new, known, truth in scores if truth) / len(same)
    print(
        f"\nMinHash on the held-out pairs: recall {recall[0]:.1f} at no false merge, {recall[1]:.1f} at 1 %;"
        f" LSH (32 × 4) finds {banded:.1f}; {rate:,.0f} texts/s"
    )


def _in_one_band(new: "MinHash", known: "MinHash") -> bool:  # noqa: F821 - the extra's own type
    return any(
        (new.hashvalues[at : at + 4] == known.hashvalues[at : at + 4]).all() for at in range(0, 128, 4)
    )


class Newsroom:
    """Stories in memory, as the store keeps them: keys and terms lead to candidates."""

    def __init__(self, frequencies: Frequencies | None = None) -> None:
        self.frequencies = frequencies or background()
        self.known: list[Known] = []
        self.clusters: dict[int, Cluster] = {}
        self.by_key: dict[int, list[int]] = defaultdict(list)
        self.by_term: dict[int, set[int]] = defaultdict(set)

    def take(self, article: Article) -> tuple[StoryDecision, int]:
        """Place an article and remember it; give the decision and its story."""
        print_ = fingerprint(article)
        weights = weigh(print_.terms, self.frequencies)
        shared = Counter(number for key in print_.keys for number in self.by_key[key])
        candidates = [self.known[number] for number, _ in shared.most_common(12)]
        found = match(print_, article.url, candidates, NOW)
        near = (
            {found.known.story}
            if found
            else {story for term in lookup_terms(weights) for story in self.by_term[term]}
        )
        decision = assign(weights, found, {story: self.clusters[story] for story in near}, NOW)
        number = len(self.known)
        story = len(self.clusters) if decision.story is None else decision.story
        if story in self.clusters:
            for term in lookup_terms(self.clusters[story].ids):
                self.by_term[term].discard(story)
        self.clusters[story] = decision.cluster
        for term in lookup_terms(decision.cluster.ids):
            self.by_term[term].add(story)
        for key in print_.keys:
            self.by_key[key].append(number)
        original = number if decision.original is None else decision.original
        self.known.append(Known(number, story, original, print_.to_bytes(), NOW))
        return decision, story


def bench_groups(articles: list[Article]) -> None:
    """Print into how many stories forty copies of one fall, and how often they would ring.

    First the original before its copies, as an agency's report comes before its reposts; then all of
    them shuffled, when a cut copy may come before a fuller one that tells more.
    """
    dice = random.Random(11)
    originals = dice.sample(articles, 60)
    told = [(number, copy) for number, one in enumerate(originals) for copy in reposts(one, 39, dice)]
    dice.shuffle(told)
    first = list(enumerate(originals))
    for name, stream in (("original first", first + told), ("shuffled", dice.sample(first + told, 2400))):
        newsroom, rings = Newsroom(), 0
        stories: dict[int, set[int]] = defaultdict(set)
        for number, article in stream:
            decision, story = newsroom.take(article)
            rings += not decision.tells_the_same
            stories[number].add(story)
        groups = sum(map(len, stories.values())) / len(originals)
        print(
            f"\nforty copies of each of 60 texts, {name}: {groups:.3f} groups a story,"
            f" {len(set.union(*stories.values()))} groups, {rings / len(originals):.2f} rings a story"
        )


def bench_events(documents: list[Labelled]) -> None:
    """Print how well ECB+ events come together, and pairs of different events called the same."""
    scores = []
    for seed in range(3):
        order = documents if not seed else random.Random(seed).sample(documents, len(documents))
        newsroom = Newsroom()
        start = process_time()
        stories = [newsroom.take(one.article)[1] for one in order]
        rate = len(order) / (process_time() - start)
        scores.append((*_bcubed(stories, [one.event for one in order]), rate))
    f1, precision, recall, rate = (statistics.mean(column) for column in zip(*scores, strict=True))
    prints = [fingerprint(one.article) for one in documents]
    merged = crossed = 0
    for at, one in enumerate(documents):
        for to in range(at + 1, len(documents)):
            if one.topic == documents[to].topic and one.event != documents[to].event:
                crossed += 1
                merged += compare(prints[at], prints[to]).tells_the_same
    print(
        f"\nECB+: {merged} of {crossed} pairs of different events called the same;"
        f"\n  stories: BCubed F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f}),"
        f" {rate:,.0f} articles/s"
    )


def bench_learned(documents: list[Labelled]) -> None:
    """Print what counting the words of one half of the topics does to the stories of the other half."""
    told = [one for one in documents if one.topic % 2 == 1]
    archive = learned(fingerprint(one.article).terms for one in documents if one.topic % 2 == 0)
    for name, counts in (("shipped", background()), ("shipped and learned", background().beside(archive))):
        newsroom = Newsroom(counts)
        found = [newsroom.take(one.article)[1] for one in told]
        f1, precision, recall = _bcubed(found, [one.event for one in told])
        print(f"  frequencies {name}: F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f})")


def _bcubed(found: list[int], truth: list[str]) -> tuple[float, float, float]:
    """Give F1, precision and recall by article (Bagga and Baldwin 1998)."""
    together, of_found, of_truth = Counter(zip(found, truth, strict=True)), Counter(found), Counter(truth)
    precision = sum(n * n / of_found[group] for (group, _), n in together.items()) / len(found)
    recall = sum(n * n / of_truth[event] for (_, event), n in together.items()) / len(found)
    return 2 * precision * recall / (precision + recall), precision, recall


if __name__ == "__main__":
    main()
