"""The word lists that this room ships, in data/: readable, and open to a one-line addition."""

import re
from importlib.resources import files


def lines(name: str) -> tuple[str, ...]:
    """Give the lines of a list, without comments and blank lines."""
    text = files("daemon.dedup").joinpath("data", f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def words(name: str) -> frozenset[str]:
    """Give the words of a list."""
    return frozenset(word for line in lines(name) for word in line.split())


def starts(name: str) -> re.Pattern[str]:
    """Give one expression for lines that begin as any of a list's expressions says."""
    return re.compile(rf"\W*(?:{'|'.join(lines(name))})", re.IGNORECASE)


def anywhere(name: str) -> re.Pattern[str]:
    """Give one expression for texts in which any of a list's expressions is found."""
    return re.compile("|".join(lines(name)), re.IGNORECASE)
