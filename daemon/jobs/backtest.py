"""Ask rules of the stored archive: how often they would have rung, and what is not as it was."""

import asyncio
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from daemon.alert import quote
from daemon.jobs.context import Compute
from daemon.jobs.work import match, matching
from daemon.model import Article, Piece, Source
from daemon.store import Store, articles, hits
from daemon.store.articles import StoredArticle

# Ids that one errand of a worker covers: a fraction of a second, so that progress shows.
ERRAND = 1000

EXAMPLES = 3


class Sighting(NamedTuple):
    """What counts a stored article that some rule matches: the article it copies, or itself, and its day."""

    original: int
    day: date


@dataclass(frozen=True, slots=True)
class Archive:
    """The stored articles found since a time, as a worker process can open them.

    `tags` are the configured sources' own, since the store does not keep them.
    """

    database: str
    since: datetime
    tags: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Example:
    """An article that a rule matches, or no longer does; `change` is «gained», «lost» or ""."""

    article: int
    change: str
    title: str
    url: str
    source: str
    found: datetime | None
    quote: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a rule would have done. `days` counts its alerts: an article and its copies ring once.

    `gained` are articles that it matches and that the daemon stored no hit for, `lost` the reverse, where
    the daemon `ran` a rule of this name: where it stored no hit of it, the two would mean nothing.
    """

    rule: str
    articles: frozenset[int]
    days: Mapping[date, int]
    ran: bool
    gained: frozenset[int]
    lost: frozenset[int]
    examples: tuple[Example, ...] = ()

    @property
    def hits(self) -> int:
        """How many articles it matches."""
        return len(self.articles)

    @property
    def alerts(self) -> int:
        """How often it would have rung."""
        return sum(self.days.values())

    @property
    def busiest(self) -> tuple[date | None, int]:
        """The day on which it would have rung most, and how often."""
        return max(self.days.items(), key=lambda item: item[1], default=(None, 0))

    def as_data(self) -> dict[str, Any]:
        """Give it in values that JSON can carry; changes are counted."""
        return {
            "rule": self.rule,
            "hits": self.hits,
            "alerts": self.alerts,
            "days": {day.isoformat(): count for day, count in self.days.items()},
            "gained": len(self.gained) if self.ran else None,
            "lost": len(self.lost) if self.ran else None,
            "examples": [asdict(example) for example in self.examples],
        }


def archive_of(database: str, since: datetime, sources: Iterable[Source]) -> Archive:
    """Describe the archive since a time, as these sources stand in the configuration."""
    return Archive(database, since, {source.name: source.tags for source in sources if source.tags})


def as_asked(stored: StoredArticle, tags: Mapping[str, tuple[str, ...]]) -> Article:
    """Give a stored article as the rules see a new one, with the tags of its source."""
    return replace(stored.article, source_tags=tags.get(stored.article.source, ()))


async def backtest(
    compute: Compute,
    store: Store,
    archive: Archive,
    rules: Sequence[str],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[int, tuple[Backtest, ...]]:
    """Ask the rules that the workers of `compute` hold; give the count of articles, and each one's result.

    `progress` is told how many articles of how many are done, about.
    """
    first, last = await store.read(lambda conn: articles.range_since(conn, archive.since))
    found: dict[str, array[int]] = {rule: array("q") for rule in rules}
    seen: dict[int, Sighting] = {}
    count = done = 0
    errands = [(start, min(start + ERRAND - 1, last)) for start in range(first, last + 1, ERRAND)]
    searches = [asyncio.ensure_future(compute(search, archive, *errand)) for errand in errands]
    try:
        for searching in asyncio.as_completed(searches):
            asked, sighted, matched = await searching
            count, done = count + asked, done + 1
            seen |= sighted
            for rule, more in matched.items():
                found.setdefault(rule, array("q")).extend(more)
            progress(min(done * ERRAND, last - first + 1), last - first + 1)
    finally:  # who interrupts one that takes minutes wants nothing of the rest
        for searching in searches:
            searching.cancel()
    return count, tuple([await _result(compute, store, archive, rule, found[rule], seen) for rule in rules])


def search(
    archive: Archive, first: int, last: int
) -> "tuple[int, dict[int, Sighting], dict[str, array[int]]]":
    """Ask this process's rules of the articles from one id to another.

    Gives how many there are, what was seen of each that a rule matches, and each rule's articles.
    """
    seen: dict[int, Sighting] = {}
    found: dict[str, array[int]] = {}
    read = open_archive(archive.database).read_now(
        lambda conn: articles.page(conn, first=first, last=last, since=archive.since)
    )
    for stored in read:
        for rule in matching(as_asked(stored, archive.tags)):
            if stored.id not in seen:
                day = (stored.article.found or stored.fetched_at).astimezone(UTC).date()
                seen[stored.id] = Sighting(stored.original_id or stored.id, day)
            if rule not in found:
                found[rule] = array("q")
            found[rule].append(stored.id)
    return len(read), seen, found


def illustrate(archive: Archive, rule: str, wanted: Mapping[int, str]) -> list[Example]:
    """Quote from articles, each with the change that its id stands for, what a rule finds there."""
    store = open_archive(archive.database)
    return [
        _example(rule, stored.id, as_asked(stored, archive.tags), wanted[stored.id])
        for stored in store.read_now(lambda conn: articles.get(conn, wanted))
    ]


async def _result(  # noqa: PLR0913, PLR0917  what the rule found, and where to ask on
    compute: Compute,
    store: Store,
    archive: Archive,
    rule: str,
    found: "array[int]",
    seen: Mapping[int, Sighting],
) -> Backtest:
    known = await store.read(lambda conn: hits.articles_of_rule(conn, rule, archive.since))
    now = frozenset(found)
    gained = now - known if known else frozenset[int]()
    days = _days(seen[article] for article in sorted(now))
    result = Backtest(rule, now, days, bool(known), gained, known - now)
    wanted = dict(_chosen(result, now))
    examples = await compute(illustrate, archive, rule, wanted) if wanted else []
    return replace(result, examples=tuple(examples))


def _days(sightings: Iterable[Sighting]) -> dict[date, int]:
    """Count by day the articles that would have rung: the first of each set of copies."""
    rung: dict[int, date] = {}
    for each in sightings:
        rung.setdefault(each.original, each.day)
    return dict(sorted(Counter(rung.values()).items()))


def _chosen(result: Backtest, now: Collection[int]) -> Iterator[tuple[int, str]]:
    """Choose the latest articles to show, of each kind of change or, without any, of all hits."""
    kinds = {"gained": result.gained, "lost": result.lost} if result.ran else {"": now}
    for change, ids in kinds.items():
        yield from ((article, change) for article in sorted(ids)[-EXAMPLES:])
    if result.ran and not (result.gained or result.lost):
        yield from ((article, "") for article in sorted(now)[-EXAMPLES:])


def _example(rule: str, number: int, article: Article, change: str) -> Example:
    spans = [span for hit in match(article) if hit.rule == rule for span in hit.spans]
    quoted = quote(article, spans)
    return Example(number, change, article.title, article.url, article.source, article.found, quoted)


@cache
def open_archive(database: str) -> Store:
    """Open the archive once in a worker's life."""
    return Store.open(database)
