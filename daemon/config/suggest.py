"""«Did you mean»: the known word nearest to the one that was written."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_FARTHEST = 3
_SHORTEST_BEGINNING = 4


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest of the known words as a sentence, or "" when none is near."""
    return _nearest(word, frozenset(known))


@lru_cache  # the same slip often stands in many rules
def _nearest(word: str, known: frozenset[str]) -> str:
    by_fold = {candidate.casefold(): candidate for candidate in sorted(known)}
    folded = word.casefold()
    letters = set(folded)
    # A cheap sieve first: difflib over a thousand names takes longer than all the rest.
    near = [
        candidate
        for candidate in by_fold
        if abs(len(candidate) - len(folded)) <= _FARTHEST
        and len(letters.symmetric_difference(candidate)) <= _FARTHEST
    ]
    matches = get_close_matches(folded, near, n=1, cutoff=0.65) or _abbreviated(folded, by_fold)
    return f"did you mean «{by_fold[matches[0]]}»?" if matches else ""


def _abbreviated(word: str, known: Iterable[str]) -> list[str]:
    """Give the only word that begins as this one does, which may be much shorter («state_dir»)."""
    longer = [candidate for candidate in known if candidate.startswith(word)]
    return longer if len(word) >= _SHORTEST_BEGINNING and len(longer) == 1 else []
