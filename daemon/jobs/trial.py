"""What a rule that is being written just missed, and which words of an article make an example of it."""

from dataclasses import dataclass
from datetime import datetime

from daemon.alert import quote
from daemon.jobs.backtest import Archive, as_asked, open_archive
from daemon.jobs.work import explain, match
from daemon.match import Explanation
from daemon.model import Article, RuleTest
from daemon.store import articles

# Characters of an example's text: it stands in a configuration that people read.
_LONGEST = 2000


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
            found.append(NearMiss(*about, tree.near_miss, tree))
        if len(found) == most:
            break
    return found


def exemplify(archive: Archive, rule: str, number: int, *, matches: bool) -> RuleTest | None:
    """Make an example of an article: its title, and the sentence that decides, or the text if it takes more.

    None when the archive does not hold the article any more.
    """
    read = open_archive(archive.database).read_now(lambda conn: articles.get(conn, [number]))
    if not read:
        return None
    article = as_asked(read[0], archive.tags)
    spans = [span for hit in match(article) if hit.rule == rule for span in hit.spans]
    sentence = "".join(piece.text for piece in quote(article, spans)).strip("…")
    short = Article(title=article.title, text=sentence, language=article.language)
    same = explain(rule, short).holds is explain(rule, article).holds
    body = sentence if same and spans else article.text[:_LONGEST]
    return RuleTest(article.title, body, article.language, matches)


def tree_of(rule: str) -> Explanation:
    """Give what a rule asks, as a tree."""
    return explain(rule, Article())
