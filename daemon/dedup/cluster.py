"""Stories as clusters of weighed words, kept one article at a time.

TF-IDF with an incremental centroid, as in topic detection and tracking (Allan et al. 1998; Miranda
et al. 2018). A cluster groups; it never suppresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, log1p, sqrt

# The strongest terms of an article and of a story; more blur it.
_TERMS_OF_AN_ARTICLE = 60
_TERMS_OF_A_STORY = 60
_LOOKUP_TERMS = 12
# After so long without news a story's similarity has fallen to 1/e.
_DECAY_HOURS = 72.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story's state: its weighed terms (of length 1), how many articles, and the last one's time."""

    terms: Mapping[int, float]
    size: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many of `documents` texts each term stands."""

    documents: int
    counts: Mapping[int, int]

    def weight(self, term: int) -> float:
        """Give the inverse document frequency of a term."""
        return log((self.documents + 1) / (self.counts.get(term, 0) + 0.5))


def weigh(terms: Iterable[tuple[int, int]], frequencies: Frequencies) -> dict[int, float]:
    """Give the strongest terms of a fingerprint with their weights, as a vector of length 1."""
    weight = frequencies.weight
    weights = {term: (1.0 + log(count)) * weight(term) for term, count in terms}
    return _strongest(weights, _TERMS_OF_AN_ARTICLE)


def lookup_terms(weights: Mapping[int, float]) -> tuple[int, ...]:
    """Give the strongest terms, by which the store finds stories that may be the same."""
    return tuple(sorted(weights, key=weights.__getitem__, reverse=True)[:_LOOKUP_TERMS])


def similarity(weights: Mapping[int, float], cluster: Cluster, now: datetime) -> float:
    """Give the cosine of an article and a story, less the longer the story has been silent."""
    terms = cluster.terms
    cosine = sum(weight * terms[term] for term, weight in weights.items() if term in terms)
    silent = max(0.0, (now - cluster.last).total_seconds() / 3600)
    return cosine * exp(-silent / _DECAY_HOURS)


def started(weights: Mapping[int, float], now: datetime) -> Cluster:
    """Begin a story with one article."""
    return Cluster(dict(weights), 1, now)


def joined(cluster: Cluster, weights: Mapping[int, float], now: datetime) -> Cluster:
    """Give the story's state with one more article in it."""
    share = 1.0 / log1p(cluster.size + 1)
    terms = dict(cluster.terms)
    for term, weight in weights.items():
        terms[term] = terms.get(term, 0.0) + share * weight
    return Cluster(_strongest(terms, _TERMS_OF_A_STORY), cluster.size + 1, max(cluster.last, now))


def _strongest(weights: Mapping[int, float], most: int) -> dict[int, float]:
    chosen = sorted(weights.items(), key=lambda item: item[1], reverse=True)[:most]
    length = sqrt(sum(weight * weight for _, weight in chosen)) or 1.0
    return {term: weight / length for term, weight in chosen}
