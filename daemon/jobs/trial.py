"""What a rule that is being written just missed, and which words of an article make an example of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import shorten

from daemon.alert import quote
from daemon.jobs.backtest import Archive, as_asked, open_archive
from daemon.jobs.work import explain, match
from daemon.match import Explanation, compile_rules
from daemon.model import Article, Entity, Rule, RuleTest, WordList
from daemon.store import articles

# Characters of an example's text: it stands in a configuration that people read.
_LONGEST = 2000
_SENTENCE = 300  # characters that say where it failed
_DRAWN = 500  # nodes of a tree


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An article that a rule all but matches; `failed` says where it failed."""

    article: int
    title: str
    url: str
    source: str
    found: datetime | None
    failed: str
    tree: Explanation


def near_misses(archive: Archive, rule: str, first: int, last: int, most: int) -> list[NearMiss]:
    """Give the latest articles with ids from one to another that a rule all but matches."""
    read = open_archive(archive.database).read_now(
        lambda conn: articles.page(conn, first=first, last=last, since=archive.since)
    )
    found: list[NearMiss] = []
    for stored in reversed(read):
        article = as_asked(stored, archive.tags)
        tree = explain(rule, article)
        if tree.came_near:
            about = (stored.id, article.title, article.url, article.source, article.found)
            failed = shorten(tree.near_miss, _SENTENCE, placeholder=" …")
            found.append(NearMiss(*about, failed, _drawn(tree)))
        if len(found) == most:
            break
    return found


def exemplify(archive: Archive, rule: str, number: int, *, matches: bool) -> RuleTest | None:
    """Make an example of an article: its title, and the sentence that decides, or the text if it takes more.

    Where words are not enough, it says as well where the article is from and who wrote it.
    None when the archive does not hold the article any more.
    """
    read = open_archive(archive.database).read_now(lambda conn: articles.get(conn, [number]))
    if not read:
        return None
    article = as_asked(read[0], archive.tags)
    spans = [span for hit in match(article) if hit.rule == rule for span in hit.spans]
    sentence = "".join(piece.text for piece in quote(article, spans)).strip("…")
    holds, text = explain(rule, article).holds, article.text[:_LONGEST]
    short = Article(title=article.title, text=text, language=article.language)
    if spans and explain(rule, replace(short, text=sentence)).holds is holds:
        return RuleTest(article.title, sentence, article.language, matches)
    made = RuleTest(article.title, text, article.language, matches)
    return made if explain(rule, short).holds is holds else _sourced(made, article)


def _sourced(test: RuleTest, article: Article) -> RuleTest:
    """Let an example say what else a rule may ask of its article."""
    return replace(
        test,
        summary=article.summary,
        source=article.source,
        source_tags=article.source_tags,
        section=article.section,
        authors=article.authors,
    )


def tree_of(rule: Rule, entities: Iterable[Entity], lists: Iterable[WordList]) -> Explanation:
    """Give what a rule asks, as a tree, or one leaf that says that it is too large for anybody to read."""
    named = [replace(words, terms=words.terms[:1]) for words in lists]  # a list is drawn by its name
    return _drawn(compile_rules((rule,), entities, named).explain(rule.name, Article()))


def _drawn(tree: Explanation) -> Explanation:
    legible = _legible(tree)
    parts = _size(legible)
    return legible if parts <= _DRAWN else Explanation(f"{parts} parts, too many to draw", tree.holds)


def _legible(tree: Explanation) -> Explanation:
    """Leave out the terms of lists that the article does not have: there may be thousands."""
    is_list = tree.label.startswith("#")
    return replace(tree, parts=tuple(_legible(part) for part in tree.parts if not is_list or part.found))


def _size(tree: Explanation) -> int:
    return 1 + sum(map(_size, tree.parts))
