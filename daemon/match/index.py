"""Which rules to ask of an article: each is called only where its rarest words occur.

Rare is what few rules ask for: the words that many rules share are common in texts, too.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress

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


_NO_CALLS = array("I")
Clause = tuple[Node, Compiled]
"""A question that makes a rule hold by itself, and the rule."""


@dataclass(slots=True, eq=False)
class Index:
    """The calls by number: two terms that must occur, how far apart, and the clauses that then may hold.

    `begun` are the calls of which a term is the first. All is packed as machine integers, since with many
    rules most of the time goes into fetching what is scattered in memory; only clauses that are called are
    fetched. `ever` counts the rules that the index has held.
    """

    begun: "dict[int, array[int]]" = field(default_factory=dict)
    firsts: "array[int]" = field(default_factory=lambda: array("I"))
    others: "array[int]" = field(default_factory=lambda: array("I"))
    steps: "array[int]" = field(default_factory=lambda: array("b"))
    clauses: list[tuple[Clause, ...]] = field(default_factory=list)
    ever: int = 0

    def holding(self, reading: Reading) -> set[Compiled]:
        """Give the rules that hold."""
        present = reading.present
        calls = list(chain.from_iterable(map(self.begun.__getitem__, present & self.begun.keys())))
        both = map(present.__contains__, map(self.others.__getitem__, calls))
        found: set[Compiled] = set()
        for call in compress(calls, both):
            step = self.steps[call]
            if not step or reading.spots.meet(self.firsts[call], self.others[call], step):
                for node, each in self.clauses[call]:
                    if each not in found and node.holds(reading):
                        found.add(each)
        return found

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
        for (first, _, _), number in numbers.items():
            begun[first].append(number)
        return Index(
            self.begun
            | {first: self.begun.get(first, _NO_CALLS) + array("I", more) for first, more in begun.items()},
            self.firsts + array("I", (first for first, _, _ in numbers)),
            self.others + array("I", (other for _, other, _ in numbers)),
            self.steps + array("b", (step for _, _, step in numbers)),
            clauses + [tuple(fresh[call]) for call in numbers],
            self.ever + len(added),
        )


def alternatives(node: Node) -> Iterator[Node]:
    """Give the questions of which one must hold for a node to hold."""
    if isinstance(node, AnyOf) and node.least == 1:
        for part in node.parts:
            yield from alternatives(part)
    else:
        yield node
