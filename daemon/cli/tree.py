"""Draws why a rule matches an article, as a tree for a terminal or as data."""

from collections.abc import Iterator
from typing import Any

import click

from daemon.cli.output import printable
from daemon.match import Explanation
from daemon.model import Article

_SHOWN = 3
_MANY = 12  # parts of a list; of more, those that are there are shown, and the others counted


def draw(rule: str, article: Article, explanation: Explanation) -> None:
    """Print the verdict and the tree, coloured on a terminal."""
    verdict = "matches" if explanation.holds else f"does not match: {explanation.near_miss}"
    click.echo(printable(article.title or article.url or "an article without a title"))
    click.echo(click.style(printable(f"«{rule}» {verdict}"), bold=True) + "\n")
    for line in _lines(explanation):
        click.echo(line)


def as_data(node: Explanation) -> dict[str, Any]:
    """Give a node and what is under it in values that JSON can carry."""
    return {
        "asks": node.label,
        "holds": node.holds,
        "note": node.note,
        "near_miss": node.near_miss,
        "spans": [
            {"field": span.field, "start": span.start, "end": span.end, "text": span.text}
            for span in node.spans
        ],
        "parts": [as_data(part) for part in node.parts],
    }


def _lines(node: Explanation, first: str = "", rest: str = "") -> Iterator[str]:
    mark = click.style("true ", fg="green") if node.holds else click.style("false", fg="red")
    told = printable(_told(node))
    yield f"{first}{mark}  {printable(node.label)}" + (f"  {click.style(told, dim=True)}" if told else "")
    parts = node.parts if len(node.parts) <= _MANY else [part for part in node.parts if part.holds]
    left = len(node.parts) - len(parts)
    for part in parts:
        last = part is parts[-1] and not left
        yield from _lines(part, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
    if left:
        yield f"{rest}└─ {click.style('false', fg='red')}  {left:,} more"


def _told(node: Explanation) -> str:
    if not node.spans:
        return node.note
    texts = dict.fromkeys(f"«{span.text}» in the {span.field}" for span in node.spans)
    return ", ".join(list(texts)[:_SHOWN]) + (" …" if len(texts) > _SHOWN else "")
