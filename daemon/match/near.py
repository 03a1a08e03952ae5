"""Words that stand near each other."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.match.nodes import Anchor, Cost, Node, Placed, cheapest
from daemon.match.reading import Places, Reading
from daemon.model import Span


@dataclass(slots=True, eq=False)
class Nearby(Placed):
    """Parts with at most so many words between the end of each and the start of the last.

    In order: at most so many between each part and the next. Overlapping parts are near. The meaning is
    that of SQLite's FTS5, https://sqlite.org/fts5.html#fts5_near_queries, which is our oracle in tests.
    """

    parts: tuple[Placed, ...]
    words: int
    ordered: bool
    fields: tuple[str, ...]
    label: str

    def inner(self) -> tuple[Node, ...]:
        return self.parts

    def find(self, reading: Reading) -> Places:
        return sorted({(min(g)[0], max(end for _, end in g)) for g in self.groups(reading)})

    def groups(self, reading: Reading) -> list[tuple[tuple[int, int], ...]]:
        """Give, for each place where they meet, the parts' places."""
        found: list[Places] = []
        for part in self.parts:
            places = part.find(reading)
            if not places:
                return []
            found.append(places)
        return self._in_order(found) if self.ordered else self._around(found)

    def _around(self, found: list[Places]) -> list[tuple[tuple[int, int], ...]]:
        starts = [[start for start, _ in places] for places in found]
        longest = [max(end - start for start, end in places) for places in found]
        groups = []
        for last in sorted({start for part in starts for start in part}):
            near = [
                _closest(places, begins, last, last - self.words, size)
                for places, begins, size in zip(found, starts, longest, strict=True)
            ]
            if all(place is not None for place in near):
                groups.append(tuple(place for place in near if place is not None))
        return groups

    def _in_order(self, found: list[Places]) -> list[tuple[tuple[int, int], ...]]:
        chains: list[tuple[tuple[int, int], ...]] = [(place,) for place in found[0]]
        for places in found[1:]:
            # One chain for each place that is reached: how it came there no longer matters.
            chains.sort(key=_end)
            ends = list(map(_end, chains))
            firsts = [(bisect_left(ends, place[0] - self.words), place) for place in places]
            chains = [(*chains[at], place) for at, place in firsts if at < len(ends) and ends[at] <= place[0]]
        return chains

    def spans(self, reading: Reading) -> list[Span]:
        return [
            reading.spans[place]
            for place in sorted({place for group in self.groups(reading) for place in group})
        ]

    def anchor(self, cost: Cost) -> Anchor | None:
        return cheapest(self.parts, cost)


def _closest(
    places: Places, starts: Sequence[int], last: int, earliest_end: int, longest: int
) -> tuple[int, int] | None:
    """Give the place that starts latest among those that start by `last` and end at or after a point."""
    at = bisect_right(starts, last) - 1
    while at >= 0 and starts[at] + longest >= earliest_end:
        if places[at][1] >= earliest_end:
            return places[at]
        at -= 1
    return None


def _end(chain: tuple[tuple[int, int], ...]) -> int:
    return chain[-1][1]
