"""News that nobody wrote: articles of invented words, each like no other."""

import random

from servers.world import Item

SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]


def invent(number: int, kind: str) -> Item:
    """An article like no other: its own words, and the kind in its title."""
    chance = random.Random(number)
    words = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(80)]
    lines = [" ".join(words[start : start + 16]).capitalize() + "." for start in range(0, 80, 16)]
    return Item(f"story-{number}", f"{words[0]} {kind} {words[1]}".capitalize(), "\n".join(lines))
