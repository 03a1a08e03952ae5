"""Why a rule matches an article or does not: reasons for a hit, the tree for a question."""

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.match.entity import Named
from daemon.match.near import Nearby
from daemon.match.nodes import AllOf, AnyOf, Fact, Node, NoneOf, OneWord, WordsInOrder
from daemon.match.reading import Reading, in_order
from daemon.match.text import fold
from daemon.model import Span

_SHOWN = 3
_MOST_SPANS = 100
_MOST_PARTS = 12
_GROUPS = (AllOf, AnyOf)
_WORDS = (OneWord, WordsInOrder)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A node of a rule's tree: what it asks, whether it holds, where, and what is under it.

    `note` says, of a node that does not hold, what came near: «the words are there, but not together».
    """

    label: str
    holds: bool
    spans: tuple[Span, ...] = ()
    parts: "tuple[Explanation, ...]" = ()
    note: str = ""

    @property
    def near_miss(self) -> str:
        """Where it failed, as a sentence: «failed at NOT sport»; "" when it holds."""
        if self.holds:
            return ""
        failed = self
        while failed.label == _ALL and sum(not part.holds for part in failed.parts) == 1:
            failed = next(part for part in failed.parts if not part.holds)
        what = failed.label
        if failed.label == _ALL:
            labels = [part.label for part in failed.parts if not part.holds]
            more = [f"{len(labels) - _MOST_PARTS:,} more"] if len(labels) > _MOST_PARTS else []
            what = " and ".join(labels[:_MOST_PARTS] + more)
        return f"failed at {what}" + (f": {failed.note}" if failed.note else "")

    @property
    def came_near(self) -> bool:
        """Whether one thing alone keeps it from holding, while words that it asks for are there."""
        failing = [part for part in self.parts if not part.holds]
        if self.holds or len(failing) > 1:
            return False
        if self.note:
            return not self.parts or any(part.found for part in self.parts)
        if self.label != _ALL or not failing:
            return False
        return failing[0].came_near or any(part.holds and part.found for part in self.parts)

    @property
    def found(self) -> bool:
        """Whether words of the article answer it, or a part of it."""
        return bool(self.spans) or any(part.found for part in self.parts)


_ALL = "all of"


def explain(node: Node, reading: Reading) -> Explanation:
    """Give the tree of a node, each part asked by itself."""
    holds = node.holds(reading)
    parts = () if isinstance(node, Named) else tuple(explain(part, reading) for part in node.inner())
    found = node.spans(reading) if holds and not isinstance(node, _GROUPS) else []
    note = "" if holds else _note(node, reading)
    return Explanation(_label(node), holds, in_order(found), parts, note)


def _note(node: Node, reading: Reading) -> str:
    """Say what came near to making a node hold."""
    match node:
        case WordsInOrder(terms) if reading.present.issuperset(terms):
            return "the words are there, but not together"
        case Nearby(parts, words):
            absent = [_label(part) for part in parts if not part.holds(reading)]
            return (
                f"not there: {' and '.join(absent)}"
                if absent
                else f"all are there, but not within {words} words in one field"
            )
        case NoneOf(part):
            return _reason(part, part.spans(reading), reading)
        case Named():
            return "; ".join(dict.fromkeys(node.doubts(reading)))
        case _:
            return ""


def _label(node: Node) -> str:
    """Put a node as its query would."""
    match node:
        case NoneOf(part):
            return f"NOT {_label(part)}"
        case Nearby(parts):
            return f" {node.label} ".join(map(_operand, parts))
        case AnyOf(parts) if not node.label.startswith("#"):
            return f"{node.label} {_some(parts, ', ')}"
        case WordsInOrder():
            return f'"{node.label}"'
        case _:
            return node.label


def _operand(part: Node) -> str:
    """Put one side of a NEAR, in parentheses if it is several."""
    if isinstance(part, AnyOf) and not part.label.startswith("#"):
        return f"({_some(part.parts, ' OR ')})"
    return f"({_label(part)})" if isinstance(part, Nearby) else _label(part)


def _some(parts: Sequence[Node], between: str) -> str:
    """Put the first of the parts: a list may have thousands."""
    left = len(parts) - _MOST_PARTS
    return between.join(map(_label, parts[:_MOST_PARTS])) + (f"{between}{left:,} more" if left > 0 else "")


def evidence(node: Node, reading: Reading) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Give where a node that holds is answered, the first hundred places, and a sentence for each thing."""
    answers: list[tuple[Node, list[Span]]] = []
    _gather(node, reading, answers)
    if len(answers) == 1:  # as most are, and its places are in order
        ((leaf, found),) = answers
        return tuple(found[:_MOST_SPANS]), (_reason(leaf, found, reading),)
    spans = in_order([span for _, found in answers for span in found])
    return spans[:_MOST_SPANS], tuple([_reason(leaf, found, reading) for leaf, found in answers])


def named(node: Node, reading: Reading) -> tuple[str, ...]:
    """Give the entities of a node that the article names, by their names in the configuration."""
    found: dict[str, None] = {}
    left = [node]
    while left:
        part = left.pop()
        if isinstance(part, Named):
            found |= {part.label.removeprefix("@"): None} if part.spans(reading) else {}
        elif not isinstance(part, NoneOf):
            left += part.inner()
    return tuple(sorted(found))


def _gather(node: Node, reading: Reading, answers: list[tuple[Node, list[Span]]]) -> None:
    """Add what makes a node true that holds, from the groups down to what names a word."""
    if not isinstance(node, _GROUPS):
        answers.append((node, node.spans(reading)))
        return
    for part in node.parts:
        if isinstance(part, _WORDS):
            # Its places tell whether it holds: two questions in one.
            if places := part.find(reading):
                answers.append((part, list(map(reading.spans.__getitem__, places))))
        elif part.holds(reading):
            _gather(part, reading, answers)


def _reason(node: Node, spans: list[Span], reading: Reading) -> str:
    if len(spans) == 1:  # as most are: it shall cost little
        (span,) = spans
        found, where = [span.text], f"«{span.text}» in the {span.field}"
    elif spans:
        found = list(dict.fromkeys([span.text for span in spans]))
        where = f"{_texts(found)} in the {' and '.join(dict.fromkeys([span.field for span in spans]))}"
    elif isinstance(node, NoneOf):
        return f"without {_label(node.part)}"
    elif isinstance(node, Fact) and node.label.startswith("lang:") and not reading.language:
        return f"{node.label}, as the language is not known"
    else:
        return _label(node)
    if isinstance(node, WordsInOrder):
        return f'{where}, for "{node.label}"'
    if isinstance(node, OneWord) and {*map(fold, found)} == {fold(node.label)}:
        return where
    return f"{where}, for {_label(node)}"


def _texts(found: list[str]) -> str:
    """Put the first of what was found in quotation marks."""
    return ", ".join([f"«{text}»" for text in found[:_SHOWN]]) + (" …" if len(found) > _SHOWN else "")
