"""How common words are: what tells the words of one story from the words of all."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from math import log

from daemon.dedup.facts import word_id
from daemon.dedup.lists import lines

_MOST_TERMS = 50_000  # 400 kB in the store
_MOST_DOCUMENTS = 100_000
_COMMON = 0.15  # share of an archive's texts: what stands in fewer may be the words of its stories
_DOUBT = 200  # texts that an archive must have before its shares are taken for half of what they say
_RARE = 3  # texts; a word in fewer is as good as unknown, and most words are


@dataclass(frozen=True)
class Frequencies:
    """In how many of `documents` texts each term (`word_id`) stands; rare terms are left out."""

    documents: int
    counts: Mapping[int, int]

    @cached_property
    def weights(self) -> Mapping[int, float]:
        """Give the inverse document frequencies, at least 0, of the terms that are not rare."""
        return {term: self._weight(count) for term, count in self.counts.items()}

    @cached_property
    def rare(self) -> float:
        """Give the inverse document frequency of every other term."""
        return self._weight(0)

    def _weight(self, count: int) -> float:
        return max(0.0, log((self.documents + 1) / (count + 0.5)))

    def plus(self, other: "Frequencies") -> "Frequencies":
        """Give the frequencies over both collections of texts."""
        return Frequencies(self.documents + other.documents, Counter(self.counts) + Counter(other.counts))

    def beside(self, archive: "Frequencies") -> "Frequencies":
        """Give these frequencies, and for the terms that they lack those of an archive, the larger the truer.

        Measured, an archive's own news told its stories apart less well by words that are known already.
        """
        share = self.documents / (archive.documents + _DOUBT)
        least = _COMMON * (archive.documents + _DOUBT)
        more = {term: round(count * share) for term, count in archive.counts.items() if count >= least}
        return Frequencies(self.documents, {**more, **self.counts})

    def bounded(self) -> "Frequencies":
        """Give the most common terms, and halve the counts of a large archive: what is new counts more."""
        share = 2 if self.documents > _MOST_DOCUMENTS else 1
        common = sorted(self.counts.items(), key=lambda item: item[1], reverse=True)[:_MOST_TERMS]
        kept = {term: count // share for term, count in common if count // share}
        return Frequencies(self.documents // share, kept)

    def to_bytes(self) -> bytes:
        """Give 8 bytes a term, for the store; see `from_bytes`."""
        return array("I", (self.documents, *self.counts.keys(), *self.counts.values())).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frequencies":
        """Give back what `to_bytes` stored, on the same kind of machine."""
        documents, *numbers = array("I", data)
        half = len(numbers) // 2
        return cls(documents, dict(zip(numbers[:half], numbers[half:], strict=True)))


def learned(texts: Iterable[Iterable[int]]) -> Frequencies:
    """Count in how many texts each term stands, given the `terms` of their fingerprints."""
    counts: Counter[int] = Counter()
    documents = 0
    for terms in texts:
        counts.update(iter(terms))  # of a mapping it would add the weights
        documents += 1
    return Frequencies(documents, {term: count for term, count in counts.items() if count >= _RARE})


@cache
def background() -> Frequencies:
    """Give the frequencies that Tocsin ships, for the time before its archive has its own."""
    head, *rest = lines("frequencies")
    counts: dict[int, int] = {}
    for line in rest:
        count, *listed = line.split()
        counts.update((word_id(word), int(count)) for word in listed)
    return Frequencies(int(head.split()[1]), counts)
