"""A named thing in a text: its names, told from their namesakes.

Strong names are enough by themselves. A weak one («Запад», which is also the plain west) wants its
capital, and evidence: a number tied to it («Запад-2025»), or a word of context within ten words; where
the language is one in which it is ambiguous, the context counts only if the name stands in quotation
marks. A name inside an excluded phrase («ФК Запад») never counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.match.nodes import Anchor, Cost, Node, Placed, either
from daemon.match.reading import Field, Places, Reading

NEAR_CONTEXT = 10
_OPENING = "«„“\"'‘”‹»"
_CLOSING = "»“”\"'’‹›«"
_DASHES = "-–—‑'’"


@dataclass(slots=True, eq=False)
class Named(Placed):
    """An entity. `capitals` gives, for each weak name, how it must be written: Any, Capital, CAPITALS."""

    name: str
    strong: tuple[Placed, ...]
    weak: tuple[Placed, ...]
    context: tuple[Placed, ...]
    exclude: tuple[Placed, ...]
    ambiguous_in: frozenset[str]
    fields: tuple[str, ...]
    label: str

    def inner(self) -> tuple[Node, ...]:
        return (*self.strong, *self.weak)

    def find(self, reading: Reading, field: Field) -> Places:
        key = (id(self), field.name)
        if key not in reading.memo:
            reading.memo[key] = sorted(set(self._find(reading, field)))
        return reading.memo[key]

    def _find(self, reading: Reading, field: Field) -> Iterator[tuple[int, int]]:
        excluded = _places(self.exclude, reading, field)
        for place in _places(self.strong, reading, field):
            if not _inside(place, excluded):
                yield place
        candidates = [
            place
            for part in self.weak
            for place in part.find(reading, field)
            if _written_as(part.label, field.words[place[0]]) and not _inside(place, excluded)
        ]
        if candidates:
            context = _places(self.context, reading, field)
            strict = reading.language in self.ambiguous_in or not reading.language
            for place in candidates:
                if _numbered(place, field) or (
                    _beside(place, context) and (not strict or _quoted(place, field))
                ):
                    yield place

    def anchor(self, cost: Cost) -> Anchor | None:
        names = self.inner()
        return either(names, cost, len(names))


def _places(parts: tuple[Placed, ...], reading: Reading, field: Field) -> Places:
    return [place for part in parts for place in part.find(reading, field)]


def _inside(place: tuple[int, int], others: Places) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)


def _beside(place: tuple[int, int], context: Places) -> bool:
    start, end = place
    return any(
        first - end <= NEAR_CONTEXT and start - after <= NEAR_CONTEXT and not (first < end and start < after)
        for first, after in context
    )


def _written_as(name: str, word: str) -> bool:
    """Whether a word has the capitals that the name is written with."""
    if name.isupper() and len(name) > 1:
        return word.isupper()
    return not name[:1].isupper() or word[:1].isupper()


def _numbered(place: tuple[int, int], field: Field) -> bool:
    """Whether a number is tied to the name: «Запад-2025», «Запад»-2025, Zapad'21."""
    if place[1] >= len(field.words) or not field.words[place[1]].isdecimal():
        return False
    between = field.text[field.range(*place)[1] : field.start(place[1])]
    return any(dash in between for dash in _DASHES) and len(between.strip()) <= 2  # noqa: PLR2004 - ”-


def _quoted(place: tuple[int, int], field: Field) -> bool:
    """Whether the name opens and closes a quotation, a number between allowed: «Запад — 2025»."""
    start, end = field.range(*place)
    before, after = field.text[max(start - 1, 0) : start], field.text[end : end + 1]
    return before != "" and before in _OPENING and after != "" and after in _CLOSING
