"""An article as the rules see it: words, the terms they answer to, and where."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from daemon.match.query import TEXT_FIELDS, WORD_FIELDS
from daemon.match.text import WORD, fold
from daemon.model import Article, Span

Places = list[tuple[int, int]]
"""First word and the word after the last, for each occurrence, in order."""


class Field:
    """One field of an article: `words` as written, `terms` of each, and `at`, a term's places."""

    def __init__(self, name: str, text: str, look_up: Callable[[str], tuple[int, ...]]) -> None:
        self.name = name
        self.text = text
        self.words = WORD.findall(text)
        self.terms = list(map(look_up, self.words))
        self.at: dict[int, list[int]] = defaultdict(list)
        for place, terms in enumerate(self.terms):
            for term in terms:
                self.at[term].append(place)
        self.at.default_factory = None

    @cached_property
    def offsets(self) -> list[tuple[int, int]]:
        """Where each word stands in the text; only articles that hit need it."""
        return [found.span() for found in WORD.finditer(self.text)]

    def span(self, first: int, after: int) -> Span:
        """Give the text from one word to another as a span."""
        start, end = self.offsets[first][0], self.offsets[after - 1][1]
        return Span(self.name, start, end, self.text[start:end])


class Reading:
    """An article read once for all rules. `present` holds every term that occurs in it."""

    def __init__(
        self,
        article: Article,
        look_up: Callable[[str], tuple[int, ...]],
        facts: Mapping[tuple[str, str, str], int],
        now: datetime | None,
    ) -> None:
        self.article = article
        self.language = language_code(article.language)
        self.now = now or article.found
        texts = {
            "title": article.title,
            "summary": article.summary,
            "body": article.text,
            "author": "\n".join(article.authors),
            "section": article.section,
        }
        self.fields = {name: Field(name, text, look_up) for name, text in texts.items()}
        self.present: set[int] = set()
        for field in self.fields.values():
            self.present.update(field.at)
        self.present.update(stated(article, facts))
        self.memo: dict[tuple[int, str], Places] = {}

    def length(self) -> int:
        """Count the words of the title, the summary and the body."""
        return sum(len(self.fields[name].words) for name in TEXT_FIELDS)


def stated(article: Article, facts: Mapping[tuple[str, str, str], int]) -> Iterator[int]:
    """Give the terms for what an article is; of an unknown language, it may be in any."""
    told = [("source", article.source), *(("tag", tag) for tag in article.source_tags)]
    if language := language_code(article.language):
        told.append(("lang", language))
    else:
        told += [(fact, value) for fact, value, _ in facts if fact == "lang"]
    for fact, value in told:
        term = facts.get((fact, fold(value), ""))
        if term is not None:
            yield term


def language_code(language: str) -> str:
    """Give the language alone: «pt» for «pt-BR»."""
    return language.replace("_", "-").partition("-")[0].lower()


def in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Give each span once, in the order of reading."""
    return tuple(sorted(set(spans), key=lambda span: (WORD_FIELDS.index(span.field), span.start, span.end)))
