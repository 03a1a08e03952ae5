"""A rule as it runs: a tree of questions about a `Reading`, each true or false with its evidence.

`needs` are terms without which a node cannot hold; `anchor` says when the index calls a rule: each call
is a rare term and another that must occur with it, and without any of the calls the node cannot hold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from daemon.match.reading import Places, Reading, Scope
from daemon.model import Span

Cost = Callable[[int], float]
Call = tuple[int, int]
"""A term and another, both of which must occur; the same twice when there is no other."""
Anchor = tuple[float, tuple[Call, ...]]
NOTHING: frozenset[int] = frozenset()


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

    def needs(self) -> frozenset[int]:
        """Give terms that must all occur for it to hold."""
        return NOTHING

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
        return [reading.span(*place) for place in self.find(reading)]


@dataclass(slots=True, eq=False)
class OneWord(Placed):
    """A word."""

    term: int
    fields: tuple[str, ...]
    label: str

    def holds(self, reading: Reading) -> bool:
        return self.term in reading[self.fields].present

    def find(self, reading: Reading) -> Places:
        scope = reading[self.fields]
        return [(place, place + 1) for place in scope.at[self.term]] if self.term in scope.present else []

    def needs(self) -> frozenset[int]:
        return frozenset((self.term,))

    def anchor(self, cost: Cost) -> Anchor:
        return cost(self.term), ((self.term, self.term),)


@dataclass(slots=True, eq=False)
class WordsInOrder(Placed):
    """A phrase; the places of its `lead`, a word that is likely to be rare, are looked at first."""

    terms: tuple[int, ...]
    lead: int
    fields: tuple[str, ...]
    label: str

    def holds(self, reading: Reading) -> bool:
        scope = reading[self.fields]
        return scope.present.issuperset(self.terms) and bool(self._starts(scope))

    def find(self, reading: Reading) -> Places:
        scope = reading[self.fields]
        if not scope.present.issuperset(self.terms):
            return []
        return [(start, start + len(self.terms)) for start in self._starts(scope)]

    def _starts(self, scope: Scope) -> list[int]:
        starts = [place - self.lead for place in scope.at[self.terms[self.lead]]]
        for step, term in enumerate(self.terms):
            if step != self.lead and starts:
                there = scope.places(term)
                starts = [start for start in starts if start + step in there]
        return starts

    def needs(self) -> frozenset[int]:
        return frozenset(self.terms)

    def anchor(self, cost: Cost) -> Anchor:
        rarest, *others = sorted(set(self.terms), key=cost)
        return cost(rarest), ((rarest, others[0] if others else rarest),)


@dataclass(slots=True, eq=False)
class AllOf(Node):
    """All parts hold."""

    parts: tuple[Node, ...]
    label: str = "all of"

    def inner(self) -> tuple[Node, ...]:
        return self.parts

    def holds(self, reading: Reading) -> bool:
        return all(part.holds(reading) for part in self.parts)

    def needs(self) -> frozenset[int]:
        return NOTHING.union(*(part.needs() for part in self.parts))

    def anchor(self, cost: Cost) -> Anchor | None:
        return cheapest(self.parts, self.needs(), cost)


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

    def needs(self) -> frozenset[int]:
        return frozenset((self.term,))

    def anchor(self, cost: Cost) -> Anchor:
        # A source or a language is shared by many articles: a word, if there is one, is rarer.
        return 1000 + cost(self.term), ((self.term, self.term),)


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


def cheapest(parts: Sequence[Node], needs: frozenset[int], cost: Cost) -> Anchor | None:
    """Give the rarest calls among parts that must all hold, with what the others need."""
    anchors = [anchor for part in parts if (anchor := part.anchor(cost)) is not None]
    if not anchors:
        return None
    rarity, calls = min(anchors)
    rarest = sorted(needs, key=cost)[:2]
    return rarity, tuple((term, _other(term, other, rarest)) for term, other in calls)


def _other(term: int, other: int, needs: list[int]) -> int:
    """Give the other term that a call wants: its own, or else one that the whole needs."""
    if other != term:
        return other
    return next((need for need in needs if need != term), term)
