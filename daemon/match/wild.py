"""Words with wildcards: all that begin alike are asked of a word at once, a step for each of its letters.

Each pattern is a row of bits, one for how much of it has been read; all rows stand in one number and move on
together: Baeza-Yates and Gonnet, «A new approach to text searching», 1992. However many stars a pattern has,
there is no going back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Wild:
    """Patterns of letters, `?` for any one and `*` for any or none, made by `wild`, each with its term."""

    begins: int = 0
    runs: int = 0
    any: int = 0
    takes: dict[str, int] = field(default_factory=dict)
    ends: int = 0
    terms: dict[int, int] = field(default_factory=dict)

    def fitting(self, word: str) -> Iterator[int]:
        """Give the terms of the patterns that a whole word fits."""
        state = self.begins
        for letter in word:
            state = (state << 1) & self.takes.get(letter, self.any) | state & self.runs
        left = state & self.ends
        while left:
            place = left.bit_length() - 1
            yield self.terms[place]
            left ^= 1 << place


def wild(patterns: Iterable[tuple[str, int]]) -> Wild:
    """Make patterns, each with its term, ready to be asked."""
    made, place = Wild(), 0
    taken: list[tuple[str, int]] = []
    for pattern, term in patterns:
        made.begins |= 1 << place
        for sign in pattern:
            if sign == "*":
                made.runs |= 1 << place
                continue
            place += 1
            if sign == "?":
                made.any |= 1 << place
            else:
                taken.append((sign, place))
        made.ends |= 1 << place
        made.terms[place] = term
        place += 1
    for letter, at in taken:
        made.takes[letter] = made.takes.get(letter, made.any) | 1 << at
    return made
