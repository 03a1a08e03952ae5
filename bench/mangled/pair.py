"""A pair of articles and the truth about it."""

from dataclasses import dataclass

from daemon.model import Article


@dataclass(frozen=True, slots=True)
class Pair:
    """`kind` says how the pair was made; `known_lines` are the lines of the new article's host."""

    new: Article
    known: Article
    kind: str
    same: bool
    known_lines: frozenset[int] = frozenset()


def paragraphs(text: str) -> list[str]:
    """Give the paragraphs of a text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def joined(parts: list[str]) -> str:
    """Give a text of paragraphs as articles hold it."""
    return "\n\n".join(parts)
