"""Copies as reposts make them: cut, dressed in the host's lines, with a new headline or a light edit."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bench.mangled.pair import Pair, joined, paragraphs
from daemon.dedup import line_keys
from daemon.model import Article

_TOPS = (
    "Home / News / World / Latest",
    "Our site uses cookies to give you a better reading day",
    "Listen to this piece with the voice of your choice",
    "Breaking now: everything you must know this morning",
    "You have two free pieces left this month",
)
_BOTTOMS = (
    "Read more: ten pictures of the week",
    "Subscribe to the Evening Letter and never miss a story again",
    "Share this with your friends on any network you like",
    "What do you think? Tell us in the comments below",
    "All rights reserved. No part may be printed without consent",
    "Most read today: how a village bakery won a national prize",
    "The Daily Lantern is published by Lantern Media Holding in Port Orlo",
    "Contact the newsroom at any hour with tips, letters and photographs",
)
_PLACES = ("LONDON", "Warsaw", "KYIV", "Port Orlo", "WASHINGTON", "Brussels")
_MONTHS = ("Jan", "March", "Sept", "Nov", "July")
_AGENCIES = ("Reuters", "AP", "AFP", "dpa", "Xinhua")
_AUTHORS = ("Jan Kowalski", "Mary O'Neill", "Petra van Dam", "Staff Writer", "Our Correspondent")
_INTROS = (
    "The following report reached us from our partners this morning.",
    "Here is what is known so far, in the words of the agency.",
    "A short summary of the day's main event follows.",
)
_SWAPS = {
    "said": "stated", "about": "around", "more than": "over", "also": "additionally", "told": "informed",
    "people": "persons", "after": "following", "but": "yet", "because": "since", "however": "still",
    "big": "large", "began": "started", "show": "demonstrate", "help": "assist", "percent": "per cent",
    "color": "colour", "center": "centre", "toward": "towards", "while": "whilst", "until": "till",
}  # fmt: skip
_SWAP = re.compile(r"\b(" + "|".join(_SWAPS) + r")\b")

Dice = random.Random
Mangler = Callable[[list[str], Dice], list[str]]


def teaser(parts: list[str], dice: Dice) -> list[str]:
    """Keep 30 to 70 words from the start of the prose, as a feed's summary does."""
    prose = [part for part in parts if len(part.split()) > 12] or parts
    return [" ".join(" ".join(prose).split()[: dice.randint(30, 70)]) + " …"]


def cut(parts: list[str], dice: Dice) -> list[str]:
    """Keep the first 30 to 75 per cent of the words."""
    text = joined(parts).split(" ")
    return paragraphs(" ".join(text[: max(40, int(len(text) * dice.uniform(0.3, 0.75)))]))


def dropped(parts: list[str], dice: Dice) -> list[str]:
    """Drop up to a third of the paragraphs, never the first."""
    return parts[:1] + [part for part in parts[1:] if dice.random() > 0.3]


def dateline(parts: list[str], dice: Dice) -> list[str]:
    """Put place, date and agency before the first paragraph."""
    place, month, agency = dice.choice(_PLACES), dice.choice(_MONTHS), dice.choice(_AGENCIES)
    form = dice.choice(("{p}, {m} {d} ({a}) - ", "{p} ({a}) — ", "{p}, {m} {d}: ", "{p} — "))
    first = form.format(p=place, m=month, d=dice.randint(1, 28), a=agency) + parts[0]
    return [first, *parts[1:]]


def byline(parts: list[str], dice: Dice) -> list[str]:
    """Put the author's line before the text."""
    form = dice.choice(("By {}", "{}", "Written by {}", "{}, Lantern Media"))
    return [form.format(dice.choice(_AUTHORS)), *parts]


def dressed(parts: list[str], dice: Dice) -> list[str]:
    """Put the host's own lines around the text."""
    return [*dice.sample(_TOPS, dice.randint(1, 3)), *parts, *dice.sample(_BOTTOMS, dice.randint(2, 6))]


def interrupted(parts: list[str], dice: Dice) -> list[str]:
    """Put the host's lines between the paragraphs."""
    mixed: list[str] = []
    for part in parts:
        mixed.append(part)
        if dice.random() < 0.25:
            mixed.append(dice.choice(_BOTTOMS))
    return mixed


def introduced(parts: list[str], dice: Dice) -> list[str]:
    """Put a sentence of the host's before the text."""
    return [dice.choice(_INTROS), *parts]


def edited(parts: list[str], dice: Dice) -> list[str]:
    """Replace some words by others that mean the same, and drop a word in fifty."""
    swapped = [
        _SWAP.sub(lambda found: _SWAPS[found[1]] if dice.random() < 0.7 else found[1], part) for part in parts
    ]
    return [
        " ".join(
            word
            for word in part.split(" ")
            if word[:1].isupper() or word[:1].isdigit() or dice.random() > 0.02
        )
        for part in swapped
    ]


def retyped(parts: list[str], dice: Dice) -> list[str]:
    """Change quotation marks, dashes and spaces, and run paragraphs together."""
    text = joined(parts).replace('"', "”").replace("'", "’").replace(" - ", " – ").replace("``", "“")
    return [text.replace("\n\n", " ")] if dice.random() < 0.5 else paragraphs(text.replace(", ", ",\u00a0"))


MANGLERS: tuple[Mangler, ...] = (
    teaser, cut, dropped, dateline, byline, dressed, interrupted, introduced, edited, retyped,
)  # fmt: skip


def copies(articles: list[Article], dice: Dice) -> Iterator[Pair]:
    """Yield, for each article, every mangling of it, three mixtures, and a pair of two mixtures."""
    site = frozenset(line_keys("\n".join(_TOPS + _BOTTOMS)))
    for article in articles:
        for mangler in MANGLERS:
            yield Pair(_mangled(article, dice, mangler), article, mangler.__name__, True, _known(site, dice))
        for _ in range(3):
            yield Pair(_mixture(article, dice), article, "mixture", True, _known(site, dice))
        yield Pair(_mixture(article, dice), _mixture(article, dice), "two mixtures", True, site)


def reposts(article: Article, number: int, dice: Dice) -> list[Article]:
    """Give as many different mangled copies of one article."""
    return [_mixture(article, dice) for _ in range(number)]


def _known(site: frozenset[int], dice: Dice) -> frozenset[int]:
    """Give the host's lines as the store would know them: for a new host, none."""
    return site if dice.random() < 0.7 else frozenset()


def _mixture(article: Article, dice: Dice) -> Article:
    first = dice.choice((cut, dropped, edited, retyped, dropped))
    return _mangled(article, dice, first, *dice.sample((dateline, byline, dressed, interrupted), 2))


def _mangled(article: Article, dice: Dice, *manglers: Mangler) -> Article:
    parts = paragraphs(article.text)
    for mangler in manglers:
        parts = mangler(parts, dice)
    title = article.title if dice.random() < 0.4 else " ".join(article.text.split()[5:13]).title()
    return replace(article, title=title, text=joined(parts))
