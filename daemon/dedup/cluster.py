"""Stories as clusters of weighed words, kept one article at a time.

TF-IDF with an incremental centroid, as in topic detection and tracking (Allan et al. 1998) and in the
online clustering of news (Miranda et al. 2018). A cluster groups; it never suppresses.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, repeat
from math import exp, hypot
from operator import mul

from daemon.dedup.frequencies import Frequencies

# Found on ECB+ (bench/stories.py): the strongest terms of an article and of a story; more blur it.
_TERMS = 100
_LOOKUP_TERMS = 12
# After so long without news a story's similarity has fallen to 1/e.
_DECAY_HOURS = 72.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story's state: its terms and their weights, how many articles it has, and the last one's time.

    The strongest terms come first; the weights make a vector of length 1. They stay packed: of most
    stories that an article is held against nothing else is asked.
    """

    ids: "array[int]"
    weights: "array[float]"
    size: int
    last: datetime

    @classmethod
    def of(cls, terms: Mapping[int, float], size: int, last: datetime) -> "Cluster":
        """Make the state of a story with these terms, strongest first."""
        return cls(array("I", terms), array("f", terms.values()), size, last)

    @property
    def terms(self) -> dict[int, float]:
        """Give each term with its weight, strongest first."""
        return dict(zip(self.ids, self.weights, strict=True))

    def to_bytes(self) -> bytes:
        """Give at most 820 bytes, for the store; see `from_bytes`."""
        head = array("d", (self.size, self.last.timestamp()))
        return head.tobytes() + self.ids.tobytes() + self.weights.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, last: datetime | None = None) -> "Cluster":
        """Give back what `to_bytes` stored, on the same kind of machine, or with a later time."""
        size, told = array("d", data[:16])
        half = (len(data) - 16) // 2 + 16
        last = last or datetime.fromtimestamp(told, UTC)
        return cls(array("I", data[16:half]), array("f", data[half:]), int(size), last)


def weigh(terms: Mapping[int, float], frequencies: Frequencies) -> dict[int, float]:
    """Give the strongest terms of a fingerprint with their weights, as a vector of length 1."""
    weights, rare = frequencies.weights.get, frequencies.rare
    return _strongest({term: times * weights(term, rare) for term, times in terms.items()})


def lookup_terms(strongest_first: Iterable[int]) -> tuple[int, ...]:
    """Choose of an article's or a story's terms those by which the store finds one for the other."""
    return tuple(islice(strongest_first, _LOOKUP_TERMS))


def similarity(weights: Mapping[int, float], cluster: Cluster, now: datetime) -> float:
    """Give the cosine of an article and a story, less the longer the story has been silent."""
    cosine: float = sum(map(mul, map(weights.get, cluster.ids, repeat(0.0)), cluster.weights))
    silent = max(0.0, (now - cluster.last).total_seconds() / 3600)
    return cosine * exp(-silent / _DECAY_HOURS)


def started(weights: Mapping[int, float], now: datetime) -> Cluster:
    """Begin a story with one article."""
    return Cluster.of(weights, 1, now)


def joined(cluster: Cluster, weights: Mapping[int, float], now: datetime) -> Cluster:
    """Give the story's state with one more article in it: the mean of its articles."""
    terms = cluster.terms
    share = 1.0 / cluster.size
    for term, weight in weights.items():
        terms[term] = terms.get(term, 0.0) + share * weight
    return Cluster.of(_strongest(terms), cluster.size + 1, max(cluster.last, now))


def _strongest(weights: Mapping[int, float]) -> dict[int, float]:
    chosen = sorted(weights, key=weights.__getitem__, reverse=True)[:_TERMS]
    values = list(map(weights.__getitem__, chosen))
    length = hypot(*values) or 1.0
    return dict(zip(chosen, [value / length for value in values], strict=True))
