"""What a query says, as a tree: the parser makes it, the plan turns it into something that runs.

`at` is the place in the query's text, counted in characters from 0, for errors that are found later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

TEXT_FIELDS = ("title", "summary", "body")
WORD_FIELDS = (*TEXT_FIELDS, "author", "section")
FACTS = ("source", "tag", "lang")


class How(StrEnum):
    """How a word is compared: in all its forms, as written, case kept, or with wildcards."""

    FORMS = "forms"
    EXACT = "exact"
    CASE = "case"
    WILD = "wild"


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `language` is "" when the word may be of any."""

    text: str
    how: How = How.FORMS
    at: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Parts with at most `words` other words between them; `ordered` when they stand in that order."""

    parts: "tuple[Node, ...]"
    words: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least `least` of the parts."""

    parts: "tuple[Node, ...]"
    least: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    """Anything but the part."""

    part: "Node"
    at: int = 0


@dataclass(frozen=True, slots=True)
class In:
    """The part, looked for in these fields only."""

    fields: tuple[str, ...]
    part: "Node"


@dataclass(frozen=True, slots=True)
class Is:
    """What the article is, not what it says: one of `FACTS`, and its value."""

    fact: str
    value: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression in RE2's syntax."""

    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Ref:
    """A name defined elsewhere: an entity (`@`) or a list (`#`)."""

    mark: str
    name: str
    at: int = 0


Node = Word | Phrase | Near | And | Or | Not | In | Is | Pattern | Ref


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was written, and what it says."""

    text: str
    root: Node


def walk(node: Node) -> Iterator[Node]:
    """Visit a node and all that is under it."""
    yield node
    match node:
        case Near(parts) | And(parts) | Or(parts):
            for part in parts:
                yield from walk(part)
        case Not(part) | In(_, part):
            yield from walk(part)
        case Phrase(words):
            yield from words
        case _:
            pass
