"""Stories as clusters of weighed words, kept one article at a time.

TF-IDF with an incremental centroid, as in topic detection and tracking (Allan et al. 1998) and in the
online clustering of news (Miranda et al. 2018). A cluster groups; it never suppresses.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, sqrt

from daemon.dedup.frequencies import Frequencies

# Found on ECB+ (bench/stories.py): the strongest terms of an article and of a story; more blur it.
_TERMS = 100
_LOOKUP_TERMS = 12
# After so long without news a story's similarity has fallen to 1/e.
_DECAY_HOURS = 72.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story's state: its weighed terms (of length 1), how many articles, and the last one's time."""

    terms: Mapping[int, float]
    size: int
    last: datetime

    def to_bytes(self) -> bytes:
        """Give at most 820 bytes, for the store; see `from_bytes`."""
        head = array("d", (self.size, self.last.timestamp()))
        return head.tobytes() + array("I", self.terms).tobytes() + array("f", self.terms.values()).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Cluster":
        """Give back what `to_bytes` stored, on the same kind of machine."""
        size, last = array("d", data[:16])
        half = (len(data) - 16) // 2 + 16
        terms = dict(zip(array("I", data[16:half]), array("f", data[half:]), strict=True))
        return cls(terms, int(size), datetime.fromtimestamp(last, UTC))


def weigh(terms: Iterable[tuple[int, float]], frequencies: Frequencies) -> dict[int, float]:
    """Give the strongest terms of a fingerprint with their weights, as a vector of length 1."""
    weights, rare = frequencies.weights.get, frequencies.rare
    return _strongest({term: times * weights(term, rare) for term, times in terms})


def lookup_terms(weights: Mapping[int, float]) -> tuple[int, ...]:
    """Give the strongest terms of an article or a story, by which the store finds one for the other."""
    return tuple(sorted(weights, key=weights.__getitem__, reverse=True)[:_LOOKUP_TERMS])


def similarity(weights: Mapping[int, float], cluster: Cluster, now: datetime) -> float:
    """Give the cosine of an article and a story, less the longer the story has been silent."""
    terms = cluster.terms
    cosine = sum([weights[term] * terms[term] for term in weights.keys() & terms.keys()])
    silent = max(0.0, (now - cluster.last).total_seconds() / 3600)
    return cosine * exp(-silent / _DECAY_HOURS)


def started(weights: Mapping[int, float], now: datetime) -> Cluster:
    """Begin a story with one article."""
    return Cluster(dict(weights), 1, now)


def joined(cluster: Cluster, weights: Mapping[int, float], now: datetime) -> Cluster:
    """Give the story's state with one more article in it: the mean of its articles."""
    terms = dict(cluster.terms)
    share = 1.0 / cluster.size
    for term, weight in weights.items():
        terms[term] = terms.get(term, 0.0) + share * weight
    return Cluster(_strongest(terms), cluster.size + 1, max(cluster.last, now))


def _strongest(weights: Mapping[int, float]) -> dict[int, float]:
    chosen = sorted(weights, key=weights.__getitem__, reverse=True)[:_TERMS]
    length = sqrt(sum([weights[term] ** 2 for term in chosen])) or 1.0
    return {term: weights[term] / length for term in chosen}
