"""An article as the rules see it: words, the terms they answer to, and where."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from daemon.match.query import TEXT_FIELDS, WORD_FIELDS
from daemon.match.text import WORD, fold
from daemon.model import Article, Span

LookUp = Callable[[str], tuple[int, ...]]
_ORDER = {name: place for place, name in enumerate(WORD_FIELDS)}
NOWHERE: set[int] = set()
Places = list[tuple[int, int]]
"""First word and the word after the last, for each occurrence, in order."""


class Field:
    """One field of an article: `words` as written, the terms `present` in it, and where they stand.

    What most articles do not need, because no rule comes so far, is made when it is asked for.
    """

    def __init__(self, name: str, text: str, look_up: LookUp) -> None:
        self.name = name
        self.text = text
        self.words = WORD.findall(text) if text else []
        self.present = set().union(*map(look_up, set(self.words))) if text else NOWHERE
        self._look_up = look_up
        self._starts: list[int] = []

    @cached_property
    def at(self) -> dict[int, list[int]]:
        """The places of each term, in order."""
        spots: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            if word in spots:
                spots[word].append(place)
            else:
                spots[word] = [place]
        at: dict[int, list[int]] = {}
        for word, places in spots.items():
            for term in self._look_up(word):
                at[term] = sorted(at[term] + places) if term in at else places
        return at

    def start(self, place: int) -> int:
        """Give where a word starts in the text; words are sought from the last one known."""
        known = self._starts
        if place >= len(known):
            text, words = self.text, self.words
            after = known[-1] + len(words[len(known) - 1]) if known else 0
            for word in words[len(known) : place + 1]:
                start = text.index(word, after)
                known.append(start)
                after = start + len(word)
        return known[place]

    def range(self, first: int, after: int) -> tuple[int, int]:
        """Give the characters from one word to the one before another."""
        last = after - 1
        end = self.start(last) + len(self.words[last])
        return self._starts[first], end

    def span(self, first: int, after: int) -> Span:
        """Give the text from one word to the one before another as a span."""
        start, end = self.range(first, after)
        return Span(self.name, start, end, self.text[start:end])


class Reading:
    """An article read once for all rules. `present` holds every term that occurs in it."""

    def __init__(
        self,
        article: Article,
        look_up: LookUp,
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
            self.present.update(field.present)
        self.present.update(stated(article, facts))
        self._among: dict[tuple[str, ...], list[Field]] = {}
        self.memo: dict[tuple[int, str], Places] = {}

    def among(self, names: tuple[str, ...]) -> list[Field]:
        """Give the fields of these names that hold a word."""
        if names not in self._among:
            self._among[names] = [self.fields[name] for name in names if self.fields[name].words]
        return self._among[names]

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


def in_order(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Give each span once, in the order of reading."""
    if len(spans) <= 1:
        return tuple(spans)
    return tuple(sorted(set(spans), key=lambda span: (_ORDER[span.field], span.start, span.end)))
