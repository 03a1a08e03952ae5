"""A rule as it runs: a tree of questions about a `Reading`, each true or false with its evidence.

`anchor` says when the index calls a rule: each call is a rare term and another that must occur with it, and
without any of the calls the node cannot hold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from daemon.match.reading import Places, Reading, Spots
from daemon.model import Span

Cost = Callable[[int], float]
Call = tuple[int, int, int]
"""A rare term, another that must occur, and how many words after it; 0 for anywhere.

The same term twice when there is no other.
"""
Anchor = tuple[float, tuple[Call, ...]]
_FEW = 2  # places that are sooner looked at than compared with another word's
_SHORT = 50  # words of a list, whose cost is estimated anew for each rule
_MOST_PAIRS = 8  # calls with which another is paired: more would take more room than they save time


class Node:
    """A question about an article; `label` is how a person would put it."""

    __slots__ = ()
    label: str

    def inner(self) -> "tuple[Node, ...]":
        """Give the questions that it is made of."""
        return ()

    def holds(self, reading: Reading) -> bool:
        """Answer it."""
        raise NotImplementedError

    def spans(self, reading: Reading) -> list[Span]:
        """Give the places in the text that make it true."""
        return [span for part in self.inner() if part.holds(reading) for span in part.spans(reading)]

    def anchor(self, cost: Cost) -> Anchor | None:
        """Give the calls of which one must come for it to hold; None if it can hold without any."""
        del cost
        return None


class Placed(Node):
    """A question that is answered by places in the text."""

    __slots__ = ()
    fields: tuple[str, ...]

    def find(self, reading: Reading) -> Places:
        """Give the places."""
        raise NotImplementedError

    def holds(self, reading: Reading) -> bool:
        return bool(self.find(reading))

    def spans(self, reading: Reading) -> list[Span]:
        return list(map(reading.spans.__getitem__, self.find(reading)))


@dataclass(slots=True, eq=False)
class OneWord(Placed):
    """A word."""

    term: int
    fields: tuple[str, ...]
    label: str

    def holds(self, reading: Reading) -> bool:
        return self.term in reading[self.fields].present

    def find(self, reading: Reading) -> Places:
        places = reading[self.fields].places(self.term, reading.spots)
        return [(place, place + 1) for place in places]

    def anchor(self, cost: Cost) -> Anchor:
        return cost(self.term), ((self.term, self.term, 0),)


@dataclass(slots=True, eq=False)
class WordsInOrder(Placed):
    """A phrase, looked for where the rarest of its words stands in the text."""

    terms: tuple[int, ...]
    fields: tuple[str, ...]
    label: str
    rarest: int = field(default=0, init=False)

    def find(self, reading: Reading) -> Places:
        # Remembered, since it is asked whether it holds and where, and by each rule of a list.
        found = reading.memo.get(self)
        if found is None:
            there = reading.present.issuperset(self.terms)
            found = reading.memo[self] = self._found(reading) if there else []
        return found

    def _found(self, reading: Reading) -> Places:
        words, reader = reading.spots.words, reading.spots.reader
        found, size = [], len(self.terms)
        for start in self._possible(reading.spots):
            for at, term in enumerate(self.terms, start):
                if term not in reader[words[at]]:
                    break
            else:
                if reading.field(start).name in self.fields:
                    found.append((start, start + size))
        return found

    def _possible(self, spots: Spots) -> list[int]:
        """Give the places where it may start, by its rarest word in this text, or one that is rare enough."""
        lead = self.rarest
        places = spots[self.terms[lead]]
        if len(places) > _FEW:
            lead = min(range(len(self.terms)), key=lambda at: len(spots[self.terms[at]]))
            places = spots[self.terms[lead]]
        return [place - lead for place in places] if lead else places

    def anchor(self, cost: Cost) -> Anchor:
        costs = list(map(cost, self.terms))
        rarest = self.rarest = costs.index(min(costs))
        term = self.terms[rarest]
        # The two rarest words tell most; a word said twice tells no more than once.
        others = [at for at in range(len(costs)) if at != rarest]
        other = min(others, key=lambda at: (self.terms[at] == term, costs[at]))
        return costs[rarest], ((term, self.terms[other], other - rarest),)


@dataclass(slots=True, eq=False)
class AllOf(Node):
    """All parts hold."""

    parts: tuple[Node, ...]
    label: str = "all of"

    def inner(self) -> tuple[Node, ...]:
        return self.parts

    def holds(self, reading: Reading) -> bool:
        return all(part.holds(reading) for part in self.parts)

    def anchor(self, cost: Cost) -> Anchor | None:
        return cheapest(self.parts, cost)


@dataclass(slots=True, eq=False)
class AnyOf(Placed):
    """At least `least` parts hold."""

    parts: tuple[Node, ...]
    least: int
    fields: tuple[str, ...]
    label: str = "any of"
    words: tuple[int, ...] = field(init=False)
    others: tuple[Node, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Part single words, which are asked of all at once, from the rest."""
        words, others = [], []
        for part in self.parts:
            if isinstance(part, OneWord) and part.fields == self.fields:
                words.append(part.term)
            else:
                others.append(part)
        self.words, self.others = tuple(words), tuple(others)

    def inner(self) -> tuple[Node, ...]:
        return self.parts

    def holds(self, reading: Reading) -> bool:
        if self.least == 1:
            if self.words and not reading[self.fields].present.isdisjoint(self.words):
                return True
            for part in self.others:  # noqa: SIM110 - the hottest loop: any() is half as fast
                if part.holds(reading):
                    return True
            return False
        return sum(part.holds(reading) for part in self.parts) >= self.least

    def find(self, reading: Reading) -> Places:
        return sorted(
            {place for part in self.parts if isinstance(part, Placed) for place in part.find(reading)}
        )

    def spans(self, reading: Reading) -> list[Span]:
        return Node.spans(self, reading)

    def anchor(self, cost: Cost) -> Anchor | None:
        # With two of three wanted, one of any two must hold: the cheapest two do.
        return either(self.parts, cost, len(self.parts) - self.least + 1)


@dataclass(slots=True, eq=False)
class Listed(AnyOf):
    """A list of words, which rules share: the calls of a long one are worked out once for all of them."""

    known: Anchor | None = field(default=None, init=False)

    def anchor(self, cost: Cost) -> Anchor | None:
        if len(self.parts) <= _SHORT:
            return AnyOf.anchor(self, cost)
        if self.known is None:
            self.known = AnyOf.anchor(self, cost)
        return self.known


@dataclass(slots=True, eq=False)
class NoneOf(Node):
    """The part does not hold."""

    part: Node
    label: str = "not"

    def inner(self) -> tuple[Node, ...]:
        return (self.part,)

    def holds(self, reading: Reading) -> bool:
        return not self.part.holds(reading)

    def spans(self, reading: Reading) -> list[Span]:
        del reading
        return []


@dataclass(slots=True, eq=False)
class Fact(Node):
    """The article is so: from this source, in this language."""

    term: int
    label: str

    def holds(self, reading: Reading) -> bool:
        return self.term in reading.present

    def anchor(self, cost: Cost) -> Anchor:
        # A source or a language is shared by many articles: a word, if there is one, is rarer.
        return 1000 + cost(self.term), ((self.term, self.term, 0),)


@dataclass(slots=True, eq=False)
class Younger(Node):
    """The article is not older than that, or of unknown age."""

    age: timedelta
    label: str

    def holds(self, reading: Reading) -> bool:
        published, now = reading.article.published, reading.now
        return published is None or now is None or now - published <= self.age


@dataclass(slots=True, eq=False)
class Longer(Node):
    """The article has at least so many words."""

    words: int
    label: str

    def holds(self, reading: Reading) -> bool:
        return reading.length() >= self.words


def either(parts: Sequence[Node], cost: Cost, wanted: int) -> Anchor | None:
    """Give the calls of the cheapest parts, of which one must hold; None if one of them has none."""
    anchors = [anchor for part in parts if (anchor := part.anchor(cost)) is not None]
    if len(anchors) < wanted:
        return None
    chosen = sorted(anchors)[:wanted]
    return sum(cost for cost, _ in chosen), tuple(call for _, calls in chosen for call in calls)


def cheapest(parts: Sequence[Node], cost: Cost) -> Anchor | None:
    """Give the rarest calls among parts that must all hold, each with what another part needs."""
    anchors = sorted(anchor for part in parts if (anchor := part.anchor(cost)) is not None)
    if not anchors:
        return None
    rarity, calls = anchors[0]
    seconds = next((more for _, more in anchors[1:] if len(more) <= _MOST_PAIRS), ())
    return rarity, tuple(pair for call in calls for pair in _paired(call, seconds))


def _paired(call: Call, seconds: Sequence[Call]) -> tuple[Call, ...]:
    """Give a call with each of those one of which must come, too, unless it has another term already."""
    term, other, _ = call
    return tuple((term, second, 0) for second, _, _ in seconds) if other == term and seconds else (call,)
