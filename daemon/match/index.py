"""Which rules to ask of an article: each is called only where its rarest words occur.

Rare is what few rules ask for: the words that many rules share are common in texts, too.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress, repeat
from operator import not_

from daemon.match.nodes import AnyOf, Call, Cost, Node
from daemon.match.reading import Reading
from daemon.model import Rule


@dataclass(slots=True, eq=False)
class Compiled:
    """A rule ready to run, with the entities and lists it uses, and the numbers of the calls it waits for."""

    rule: Rule
    node: Node
    refs: frozenset[str]
    calls: tuple[int, ...] = ()


_NOTHING = array("I")
Clause = tuple[Node, Compiled]
"""A question that makes a rule hold by itself, and the rule."""


@dataclass(slots=True, eq=False)
class Index:
    """The calls by number: two terms that must occur, how far apart, and the clauses that then may hold.

    `begun` are the calls of which a term is the first, and `awaited`, in step, the others that they want. All
    is packed as machine integers, since with many rules most of the time goes into fetching what is scattered
    in memory; only clauses that are called are fetched. `ever` counts the rules that the index has held.
    """

    begun: "dict[int, array[int]]" = field(default_factory=dict)
    awaited: "dict[int, array[int]]" = field(default_factory=dict)
    firsts: "array[int]" = field(default_factory=lambda: array("I"))
    others: "array[int]" = field(default_factory=lambda: array("I"))
    steps: "array[int]" = field(default_factory=lambda: array("b"))
    clauses: list[tuple[Clause, ...]] = field(default_factory=list)
    ever: int = 0

    def holding(self, reading: Reading) -> set[Compiled]:
        """Give the rules that hold."""
        found: set[Compiled] = set()
        coming = self._coming(reading.present)
        reading.calls = len(coming)
        for call in coming:
            step = self.steps[call]
            if not step or reading.spots.meet(self.firsts[call], self.others[call], step):
                for node, each in self.clauses[call]:
                    if each not in found and node.holds(reading):
                        found.add(each)
        return found

    def _coming(self, present: set[int]) -> list[int]:
        """Give the calls of which both terms are present."""
        terms = list(present)
        vain = map(present.isdisjoint, map(self.awaited.get, terms, repeat(_NOTHING)))
        firsts = list(compress(terms, map(not_, vain)))
        calls = chain.from_iterable(map(self.begun.__getitem__, firsts))
        others = chain.from_iterable(map(self.awaited.__getitem__, firsts))
        return list(compress(calls, map(present.__contains__, others)))

    def changed(self, gone: Iterable[Compiled], added: list[Compiled], cost: Cost) -> "Index":
        """Give an index without the rules that are gone and with the new ones."""
        left = set(gone)
        clauses = self.clauses.copy()
        for number in {number for each in left for number in each.calls}:
            clauses[number] = tuple(clause for clause in clauses[number] if clause[1] not in left)
        fresh: dict[Call, list[Clause]] = defaultdict(list)
        numbers: dict[Call, int] = {}
        for each in added:
            waits = [
                (call, (node, each))
                for node in alternatives(each.node)
                for call in dict.fromkeys((node.anchor(cost) or (0, ()))[1])
            ]
            for call, clause in waits:
                numbers.setdefault(call, len(clauses) + len(numbers))
                fresh[call].append(clause)
            each.calls = tuple(numbers[call] for call, _ in waits)
        begun: dict[int, list[int]] = defaultdict(list)
        awaited: dict[int, list[int]] = defaultdict(list)
        for (first, other, _), number in numbers.items():
            begun[first].append(number)
            awaited[first].append(other)
        return Index(
            _with(self.begun, begun),
            _with(self.awaited, awaited),
            self.firsts + array("I", (first for first, _, _ in numbers)),
            self.others + array("I", (other for _, other, _ in numbers)),
            self.steps + array("b", (step for _, _, step in numbers)),
            clauses + [tuple(fresh[call]) for call in numbers],
            self.ever + len(added),
        )


def _with(known: "dict[int, array[int]]", more: dict[int, list[int]]) -> "dict[int, array[int]]":
    """Give what is known with more at the end of each."""
    return known | {term: known.get(term, _NOTHING) + array("I", each) for term, each in more.items()}


def alternatives(node: Node) -> Iterator[Node]:
    """Give the questions of which one must hold for a node to hold."""
    if isinstance(node, AnyOf) and node.least == 1:
        for part in node.parts:
            yield from alternatives(part)
    else:
        yield node
