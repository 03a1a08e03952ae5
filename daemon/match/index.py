"""Which rules to ask of an article: each is called only where its rarest words occur.

Rare is what few rules ask for: the words that many rules share are common in texts, too.
"""

from array import array
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, compress

from daemon.match.nodes import Cost, Node
from daemon.model import Rule


@dataclass(slots=True, eq=False)
class Compiled:
    """A rule ready to run, with the entities and lists it uses.

    `row` is its place in the index, `calls` are the terms under which it stands there.
    """

    rule: Rule
    node: Node
    refs: frozenset[str]
    row: int = 0
    calls: tuple[int, ...] = ()


class Index:
    """For each term, the rows of the rules that it calls, and the other term that each of them wants.

    Rows and terms are packed as machine integers: with many rules, most of the time goes into fetching
    what is scattered in memory.
    """

    def __init__(self, rows: list[Compiled], calls: "dict[int, tuple[array[int], array[int]]]") -> None:
        self.rows = rows
        self.calls = calls

    def called(self, present: AbstractSet[int]) -> list[Compiled]:
        """Give the rules that may hold where these terms are present."""
        calls = [self.calls[term] for term in present & self.calls.keys()]
        others = chain.from_iterable([others for _, others in calls])
        rows = chain.from_iterable([rows for rows, _ in calls])
        found = set(compress(rows, map(present.__contains__, others)))
        return [self.rows[row] for row in found]

    def changed(self, gone: list[Compiled], added: list[Compiled], cost: Cost) -> "Index":
        """Give an index without the rules that are gone and with the new ones."""
        left = {each.row for each in gone}
        calls: dict[int, list[tuple[int, int]]] = {
            term: [call for call in self._pairs(term) if call[0] not in left]
            for each in gone
            for term in each.calls
        }
        rows = [*self.rows, *added]
        for row, each in enumerate(added, start=len(self.rows)):
            _, anchor = each.node.anchor(cost) or (0, ())
            each.row, each.calls = row, tuple(term for term, _ in anchor)
            for term, other in anchor:
                if term not in calls:
                    calls[term] = self._pairs(term)
                calls[term].append((row, other))
        return Index(rows, self.calls | {term: _packed(pairs) for term, pairs in calls.items()})

    def _pairs(self, term: int) -> list[tuple[int, int]]:
        return list(zip(*self.calls.get(term, ((), ())), strict=True))


def _packed(pairs: list[tuple[int, int]]) -> "tuple[array[int], array[int]]":
    return array("I", (row for row, _ in pairs)), array("I", (other for _, other in pairs))
