"""An article as the rules see it: words, the terms they answer to, and where."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain

from daemon.match.lexicon import CUT, Reader
from daemon.match.query import TEXT_FIELDS, WORD_FIELDS
from daemon.match.text import fold, pieces
from daemon.model import Article, Span

_BESIDES = tuple(name for name in WORD_FIELDS if name not in TEXT_FIELDS)
_ORDER = {name: place for place, name in enumerate(WORD_FIELDS)}
_APART = 1200  # words from the end of one field to the start of the next: no phrase, no NEAR reaches so far
_GAP = ("",) * _APART
_FEW = 4  # calls whose words are sooner sought one by one than all words noted
Places = list[tuple[int, int]]
"""First word and the word after the last, for each occurrence, in order."""


class Field:
    """One field of an article: its `pieces`, and their `words`, as written; `whole` if each piece is a word.

    The first word has the number `first`, and `after` follows the last; `Spots` gives them. What most
    articles do not need, because no rule comes so far, is made when it is asked for.
    """

    def __init__(self, name: str, text: str, reader: Reader) -> None:
        self.name = name
        self.text = text
        self.first = self.after = 0
        self.whole = False
        self.pieces = pieces(text) if text else []
        self._words_of = reader.words.__getitem__
        self._ends: list[int] = []

    @cached_property
    def words(self) -> list[str]:
        """The words, in order: no word reaches from one piece to the next."""
        return self.pieces if self.whole else list(chain.from_iterable(map(self._words_of, self.pieces)))

    def word(self, place: int) -> str:
        """Give the word at a place; "" behind the last."""
        at = place - self.first
        return self.words[at] if at < len(self.words) else ""

    def start(self, place: int) -> int:
        """Give where a word starts in the text."""
        return self._end(place) - len(self.word(place))

    def _end(self, place: int) -> int:
        """Give where a word ends, sought from the last one whose end is known."""
        known, index, at = self._ends, self.text.index, place - self.first
        if at >= len(known):
            after = known[-1] if known else 0
            sought = self.words[len(known) : at + 1]
            known += [after := index(word, after) + len(word) for word in sought]
        return known[at]

    def range(self, first: int, after: int) -> tuple[int, int]:
        """Give the characters from one word to the one before another."""
        ends, at, last = self._ends, first - self.first, after - 1 - self.first
        # With an end, all those before it are known.
        end = ends[last] if last < len(ends) else self._end(after - 1)
        return ends[at] - len(self.words[at]), end


class Spots(dict[int, list[int]]):
    """The places of each term, in order, looked up when it is asked for.

    Places count the `words` of all fields, which stand far apart. Where a few words are asked for, each is
    sought; where many are, the places of all words are noted.
    """

    def __init__(self, fields: Sequence[Field], reader: Reader, calls: int) -> None:
        super().__init__()
        self.reader = reader
        self.fields = fields
        self.words: list[str] = []
        for field in fields:
            field.first = len(self.words)
            self.words += field.words
            field.after = len(self.words)
            self.words += _GAP
        self._left = 0 if calls > _FEW else 2 * _FEW
        self._noted: dict[str, list[int]] = {}

    def __missing__(self, term: int) -> list[int]:
        spelled = self.reader.spelled.get(term, ())
        if not self._noted and len(spelled) <= self._left:
            self._left -= len(spelled)
            found = [places for word in spelled if (places := self._seek(word))]
        else:
            noted = self._noted or self._note()
            found = [noted[word] for word in spelled if word in noted]
        places = self[term] = found[0] if len(found) == 1 else sorted(chain.from_iterable(found))
        return places

    def _seek(self, word: str) -> list[int]:
        places = []
        for field in self.fields:
            at, index = -1, field.words.index
            for _ in range(field.words.count(word)):
                at = index(word, at + 1)
                places.append(field.first + at)
        return places

    def _note(self) -> dict[str, list[int]]:
        noted: defaultdict[str, list[int]] = defaultdict(list)
        for field in self.fields:
            for place, word in enumerate(field.words, field.first):
                noted[word].append(place)
        self._noted = noted
        return noted

    def meet(self, term: int, other: int, step: int) -> bool:
        """Whether a term stands somewhere so many words after another."""
        words, reader = self.words, self.reader
        for place in self[term]:  # noqa: SIM110 - a hot loop: any() is half as fast
            if other in reader[words[place + step]]:
                return True
        return False


class Scope:
    """Some fields and the terms `present` there; they are `leading` when no other stands before them."""

    def __init__(self, fields: Sequence[Field], reader: Reader, *, leading: bool) -> None:
        self.fields = fields
        self.leading = leading
        distinct = set().union(*[field.pieces for field in fields])
        self.present: set[int] = set().union(*map(reader.__getitem__, distinct))

    def places(self, term: int, spots: Spots) -> list[int]:
        """Give the places of a term, in order."""
        if term not in self.present:
            return []
        places = spots[term]
        if self.leading and places[-1] < self.fields[-1].after:
            return places
        return [place for field in self.fields for place in places if field.first <= place < field.after]


class Spans(dict[tuple[int, int], Span]):
    """The text at each place, as a span, cut out when it is asked for: many rules ask for the same."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self.fields = fields

    def __missing__(self, place: tuple[int, int]) -> Span:
        field = _holding(self.fields, place[0])
        start, end = field.range(*place)
        span = self[place] = Span(field.name, start, end, field.text[start:end])
        return span


def _holding(fields: Sequence[Field], place: int) -> Field:
    """Give the field that a place is in."""
    for field in reversed(fields):
        if field.first <= place:
            return field
    raise IndexError(place)


class Reading(dict[tuple[str, ...], Scope]):
    """An article read once for all rules: the scope of any fields, made when it is asked for.

    `present` holds every term that occurs in it.
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
        self.fields = [Field(name, text, reader) for name, text in zip(WORD_FIELDS, texts, strict=True)]
        self.filled = [field for field in self.fields if field.pieces]
        self._reader = reader
        more = self[_BESIDES].present.union(stated(article, facts))
        self.present = self[TEXT_FIELDS].present | more if more else self[TEXT_FIELDS].present
        if CUT not in self.present:
            for field in self.filled:
                field.whole = True
        self.memo: dict[object, Places] = {}
        self.spans = Spans(self.filled)
        self.calls = 0

    def __missing__(self, names: tuple[str, ...]) -> Scope:
        fields = [field for field in self.filled if field.name in names]
        scope = self[names] = Scope(fields, self._reader, leading=fields == self.filled[: len(fields)])
        return scope

    @cached_property
    def spots(self) -> Spots:
        """Where each term stands."""
        return Spots(self.filled, self._reader, self.calls)

    def field(self, place: int) -> Field:
        """Give the field that a place is in."""
        return _holding(self.filled, place)

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
    # A span is hashed by its text, too, which takes longer than all the rest.
    placed = {(_ORDER[span.field], span.start, span.end): span for span in spans}
    return tuple([placed[place] for place in sorted(placed)])
