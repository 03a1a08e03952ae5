"""What runs in a worker process: bytes in, values out, nothing else touched."""

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.dedup import (
    Fingerprint,
    Frequencies,
    Revision,
    fingerprint,
    learned,
    line_keys,
    revise,
)
from daemon.match import Explanation, Forms, RuleSet, compile_rules
from daemon.model import (
    Article,
    ArticleSelectors,
    Entity,
    Entry,
    Hit,
    Rule,
    Source,
    WordList,
)
from daemon.parse import combine, extract_article

# A worker process matches one configuration all its life; a reload starts other processes.
_rules: RuleSet = compile_rules(())


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched article page."""

    body: bytes
    url: str
    content_type: str
    selectors: ArticleSelectors


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was read, with what it matched.

    `from_feed` counts the characters at the start of its text that only the feed gave.
    """

    article: Article
    from_feed: int
    fingerprint: Fingerprint
    lines: tuple[int, ...]
    hits: tuple[Hit, ...]


def load_rules(
    rules: Iterable[Rule],
    entities: Iterable[Entity],
    lists: Iterable[WordList],
    forms: Forms,
    compiled: Callable[..., RuleSet] = compile_rules,
) -> None:
    """Prepare this process for its work; `compiled` makes the rules ready, or has them ready."""
    global _rules  # noqa: PLW0603  see above
    # They live as long as the process: nothing of them need be looked through for garbage, now or later.
    gc.disable()
    try:
        _rules = compiled(rules, entities, lists, forms=forms)
    finally:
        gc.enable()
    gc.freeze()


def count_terms(articles: Iterable[Article]) -> Frequencies:
    """Count in how many articles each word stands."""
    return learned(fingerprint(article).terms for article in articles)


def lookup_keys(articles: Iterable[tuple[Article, frozenset[int]]]) -> list[tuple[int, ...]]:
    """Make the lookup keys of articles, each given with the lines that its host repeats."""
    return [fingerprint(article, known_lines).keys for article, known_lines in articles]


def match(article: Article) -> tuple[Hit, ...]:
    """Ask this process's rules of an article, its age counted to when it was found."""
    return _rules.match(article)


def matching(article: Article) -> list[str]:
    """Name the rules of this process that `match` would find, without evidence."""
    return _rules.matching(article)


def explain(rule: str, article: Article) -> Explanation:
    """Give the tree of one of this process's rules; raise NotFoundError if it holds no such rule."""
    return _rules.explain(rule, article)


@dataclass(frozen=True, slots=True)
class Listing:
    """Who listed an entry and when, and the lines that its host repeats under every article."""

    entry: Entry
    source: Source
    found: datetime
    known_lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Rereading:
    """An article as it was read again: what changed, and the rules that it matched `before`."""

    reading: Reading
    revision: Revision
    before: frozenset[str]


def read_article(page: Page | None, listing: Listing, now: datetime) -> Reading:
    """Read an entry's page, or without one what the feed gave, and match it."""
    extracted = _extract(page) if page else None
    article = combine(extracted, listing.entry)
    # The feed may give a longer text than the page does: then all of it is the feed's.
    tail = extracted.text if extracted and article.text.endswith(extracted.text) else ""
    return _reading(article, len(article.text) - len(tail), listing, now)


def read_again(
    page: Page | None, listing: Listing, before: Article, from_feed: int | None, now: datetime
) -> Rereading:
    """Read a page again and say what changed since `before`, `from_feed` of whose characters the feed gave.

    None for `from_feed` means that the feed gives other words by now.
    """
    if page is None or from_feed is None:
        reading = read_article(page, listing, now)
    else:
        reading = _reading(
            _as_before(_extract(page), listing.entry, before, from_feed), from_feed, listing, now
        )
    had = frozenset(hit.rule for hit in _rules.match(before, now))
    return Rereading(reading, revise(before, reading.article), had)


def _as_before(page: Article, entry: Entry, before: Article, from_feed: int) -> Article:
    """Combine a page with the feed's words as it was done before.

    Done anew, words that the page no longer has would come back from the feed, and hide that they went.
    """
    title = entry.title if not page.title or entry.title in page.title else ""
    article = combine(page, replace(entry, title=title, summary="", content=""))
    feeds = before.text[:from_feed]
    all_of_it = from_feed == len(before.text)
    text = max(feeds, page.text, key=len) if all_of_it else feeds + page.text
    return replace(article, text=text, summary=page.summary or before.summary)


def _reading(article: Article, from_feed: int, listing: Listing, now: datetime) -> Reading:
    source = listing.source
    article = replace(
        article,
        source=source.name,
        source_tags=source.tags,
        found=listing.found,
        language=article.language or source.language,
    )
    marks = fingerprint(article, listing.known_lines)
    return Reading(
        article=article,
        from_feed=from_feed,
        fingerprint=marks,
        lines=line_keys(article.text),
        hits=_rules.match(article, now),
    )


def _extract(page: Page) -> Article:
    return extract_article(page.body, url=page.url, content_type=page.content_type, selectors=page.selectors)
