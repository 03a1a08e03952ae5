"""An article as the rules see it: words, the terms they answer to, and where."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from daemon.match.lexicon import Reader
from daemon.match.query import TEXT_FIELDS, WORD_FIELDS
from daemon.match.text import WORD, fold
from daemon.model import Article, Span

_BESIDES = tuple(name for name in WORD_FIELDS if name not in TEXT_FIELDS)
_ORDER = {name: place for place, name in enumerate(WORD_FIELDS)}
_APART = 10**9  # words from the start of one field to that of the next: no phrase, no NEAR reaches so far
_FEW = 30  # places that are sooner looked through than made a set of
Places = list[tuple[int, int]]
"""First word and the word after the last, for each occurrence, in order."""


class Field:
    """One field of an article: its `words` as written, the first of which has the number `first`.

    What most articles do not need, because no rule comes so far, is made when it is asked for.
    """

    def __init__(self, name: str, first: int, text: str) -> None:
        self.name = name
        self.first = first
        self.text = text
        self.words = WORD.findall(text) if text else []
        self._starts: list[int] = []

    def word(self, place: int) -> str:
        """Give the word at a place; "" behind the last."""
        at = place - self.first
        return self.words[at] if at < len(self.words) else ""

    def start(self, place: int) -> int:
        """Give where a word starts in the text."""
        return self._starts_to(place - self.first)[place - self.first]

    def _starts_to(self, last: int) -> list[int]:
        """Give where the words start, up to one at least, sought from the last one known."""
        known, index, words = self._starts, self.text.index, self.words
        if last >= len(known):
            after = known[-1] + len(words[len(known) - 1]) if known else 0
            for word in words[len(known) : last + 1]:
                start = index(word, after)
                known.append(start)
                after = start + len(word)
        return known

    def range(self, first: int, after: int) -> tuple[int, int]:
        """Give the characters from one word to the one before another."""
        last = after - 1 - self.first
        starts = self._starts_to(last)
        return starts[first - self.first], starts[last] + len(self.words[last])

    def span(self, first: int, after: int) -> Span:
        """Give the text from one word to the one before another as a span."""
        start, end = self.range(first, after)
        return Span(self.name, start, end, self.text[start:end])


class Scope:
    """The words of some fields: the terms `present` there and, when it comes to that, their places."""

    def __init__(self, fields: Sequence[Field], reader: Reader) -> None:
        self.fields = fields
        self._terms = reader.__getitem__
        words = set().union(*[field.words for field in fields])
        self.present: set[int] = set().union(*map(self._terms, words))
        self._sets: dict[int, frozenset[int]] = {}

    @cached_property
    def at(self) -> dict[int, list[int]]:
        """The places of each term, in order."""
        spots: dict[str, list[int]] = {}
        for field in self.fields:
            for place, word in enumerate(field.words, field.first):
                if word in spots:
                    spots[word].append(place)
                else:
                    spots[word] = [place]
        at: dict[int, list[int]] = {}
        for word, places in spots.items():
            for term in self._terms(word):
                at[term] = sorted(at[term] + places) if term in at else places
        return at

    def places(self, term: int) -> Collection[int]:
        """Give a term's places to look one up in."""
        places = self.at[term]
        if len(places) < _FEW:
            return places
        if term not in self._sets:
            self._sets[term] = frozenset(places)
        return self._sets[term]


class Reading(dict[tuple[str, ...], Scope]):
    """An article read once for all rules: the scope of any fields, made when it is asked for.

    `present` holds every term that occurs in it. Places count the words of all fields, far apart from one
    field to the next.
    """

    def __init__(
        self,
        article: Article,
        reader: Reader,
        facts: Mapping[tuple[str, str], int],
        now: datetime | None,
    ) -> None:
        super().__init__()
        self.article = article
        self.language = language_code(article.language)
        self.now = now or article.found
        texts = (
            article.title,
            article.summary,
            article.text,
            "\n".join(article.authors),
            article.section,
        )
        self.fields = [
            Field(name, number * _APART, text)
            for number, (name, text) in enumerate(zip(WORD_FIELDS, texts, strict=True))
        ]
        self._reader = reader
        self.present = self[TEXT_FIELDS].present.union(self[_BESIDES].present, stated(article, facts))
        self.memo: dict[int, Places] = {}

    def __missing__(self, names: tuple[str, ...]) -> Scope:
        fields = [field for field in self.fields if field.words and field.name in names]
        scope = self[names] = Scope(fields, self._reader)
        return scope

    def field(self, place: int) -> Field:
        """Give the field that a place is in."""
        return self.fields[place // _APART]

    def span(self, first: int, after: int) -> Span:
        """Give the text from one word to the one before another as a span."""
        return self.fields[first // _APART].span(first, after)

    def length(self) -> int:
        """Count the words of the title, the summary and the body."""
        return sum(len(field.words) for field in self[TEXT_FIELDS].fields)


def stated(article: Article, facts: Mapping[tuple[str, str], int]) -> Iterator[int]:
    """Give the terms for what an article is; of an unknown language, it may be in any."""
    told = [("source", article.source), *(("tag", tag) for tag in article.source_tags)]
    if language := language_code(article.language):
        told.append(("lang", language))
    else:
        told += [(fact, value) for fact, value in facts if fact == "lang"]
    for fact, value in told:
        term = facts.get((fact, fold(value)))
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
