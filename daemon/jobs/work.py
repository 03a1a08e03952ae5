"""What runs in a worker process: bytes in, values out, nothing else touched."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.dedup import Fingerprint, content_hash, fingerprint, line_keys
from daemon.match import Explanation, Forms, RuleSet, compile_rules, expand
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
    """An article as it was read, with what it matched."""

    article: Article
    content_hash: str
    fingerprint: Fingerprint
    lines: tuple[int, ...]
    hits: tuple[Hit, ...]


def expand_rules(
    rules: Iterable[Rule], entities: Iterable[Entity], lists: Iterable[WordList]
) -> tuple[Forms, tuple[str, ...]]:
    """Look up the forms of the rules' words, and say which languages lack a dictionary.

    The dictionaries take hundreds of megabytes: run it in a process that ends.
    """
    forms = expand(rules, entities, lists)
    return forms, compile_rules(rules, entities, lists, forms=forms).warnings


def load_rules(
    rules: Iterable[Rule], entities: Iterable[Entity], lists: Iterable[WordList], forms: Forms
) -> None:
    """Prepare this process for its work."""
    global _rules  # noqa: PLW0603  see above
    _rules = compile_rules(rules, entities, lists, forms=forms)


def match(article: Article) -> tuple[Hit, ...]:
    """Ask this process's rules of an article, its age counted to when it was found."""
    return _rules.match(article)


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


def read_article(page: Page | None, listing: Listing, now: datetime) -> Reading:
    """Read an entry's page, or without one what the feed gave, and match it."""
    source = listing.source
    article = combine(_extract(page) if page else None, listing.entry)
    article = replace(
        article,
        source=source.name,
        source_tags=source.tags,
        found=listing.found,
        language=article.language or source.language,
    )
    return Reading(
        article,
        content_hash(article),
        fingerprint(article, listing.known_lines),
        line_keys(article.text),
        _rules.match(article, now),
    )


def _extract(page: Page) -> Article:
    return extract_article(page.body, url=page.url, content_type=page.content_type, selectors=page.selectors)
