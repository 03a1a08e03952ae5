"""Why a rule matches an article or does not: reasons for a hit, the tree for a question."""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.match.nodes import AllOf, AnyOf, Node, NoneOf, OneWord, WordsInOrder
from daemon.match.reading import Reading, in_order
from daemon.match.text import keys
from daemon.model import Span

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """A node of a rule's tree: what it asks, whether it holds, where, and what is under it."""

    label: str
    holds: bool
    spans: tuple[Span, ...] = ()
    parts: "tuple[Explanation, ...]" = ()


def explain(node: Node, reading: Reading) -> Explanation:
    """Give the tree of a node, each part asked by itself."""
    holds = node.holds(reading)
    parts = tuple(explain(part, reading) for part in node.inner())
    spans = tuple(node.spans(reading)) if holds and not parts else ()
    return Explanation(node.label, holds, spans, parts)


def evidence(node: Node, reading: Reading) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Give where a node that holds is answered, and a sentence for each thing that it asks."""
    spans: set[Span] = set()
    reasons = []
    for leaf, found in _answers(node, reading):
        spans.update(found)
        reasons.append(_reason(leaf, found))
    return in_order(spans), tuple(reasons)


def _answers(node: Node, reading: Reading) -> Iterator[tuple[Node, list[Span]]]:
    """Visit what makes a node true that holds, from the groups down to what names a word."""
    if not isinstance(node, AllOf | AnyOf):
        yield node, node.spans(reading)
        return
    for part in node.parts:
        if isinstance(part, OneWord | WordsInOrder):
            # Its places tell whether it holds: two questions in one.
            if found := part.spans(reading):
                yield part, found
        elif part.holds(reading):
            yield from _answers(part, reading)


def _reason(node: Node, spans: list[Span]) -> str:
    if isinstance(node, NoneOf):
        return f"{_name(node.part)} is not there"
    if not spans:
        return node.label
    found = list(dict.fromkeys(span.text for span in spans))
    fields = " and ".join(dict.fromkeys(span.field for span in spans))
    texts = ", ".join(f"«{text}»" for text in found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
    if all(keys(text)[-1] == keys(node.label)[-1] for text in found):
        return f"{texts} in the {fields}"
    return f"{texts} in the {fields}, for {_name(node)}"


def _name(node: Node) -> str:
    if isinstance(node, AllOf | AnyOf):
        return f"{node.label} " + ", ".join(_name(part) for part in node.inner())
    return f"«{node.label}»"
