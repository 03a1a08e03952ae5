"""Hard negatives: texts alike that tell different things."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from bench.mangled.pair import Pair, joined, paragraphs
from daemon.model import Article

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
_INVENTED = (
    "Orlo", "Varna", "Dolnik", "Hristov", "Kestrel", "Rondonia", "Lantern", "Maribor", "Quintana",
    "Ostrava", "Selwyn", "Tarkov", "Ibarra", "Novak", "Petrosyan", "Lindqvist", "Okafor", "Brennan",
    "Castellan", "Duvalier", "Eriksen", "Farouk", "Galvan", "Holloway", "Iverson", "Jankovic", "Kowal",
    "Lomax",
)  # fmt: skip
_PAST_THE_DATELINE = 80  # characters
_TEMPLATES = tuple(
    template.replace("\n", "\n\n")
    for template in Path(__file__).with_name("templates.txt").read_text("utf-8").strip().split("\n\n")
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Dice = random.Random


def strangers(articles: list[Article], dice: Dice) -> Iterator[Pair]:
    """Yield hard negatives: templates, real texts with other facts or one, follow-ups, round-ups."""
    yield from _templated(dice)
    articles = dice.sample(articles, len(articles))
    for article, other in zip(articles, articles[1:] + articles[:1], strict=True):
        yield Pair(_refilled(article, dice), article, "other facts", False)
        yield Pair(_follow_up(article, other, dice), article, "follow-up", False)
        brief = _brief(article, dice)
        if _NUMBER.search(brief.text, _PAST_THE_DATELINE):
            yield Pair(_one_number(brief, dice), brief, "one number", False)
    for at in range(0, len(articles) - 5, 5):
        items = [joined(paragraphs(article.text)[:4]) for article in articles[at : at + 5]]
        item = replace(articles[at + 2], text=items[2])
        yield Pair(Article(title="The day in brief", text="\n\n".join(items)), item, "round-up", False)


def _templated(dice: Dice) -> Iterator[Pair]:
    """Yield pairs from one template, half of which differ in one fact alone."""
    for template in _TEMPLATES:
        slots = sorted(set(re.findall(r"{(\w)}", template)))
        fills = [{slot: _fact(slot, dice) for slot in slots} for _ in range(12)]
        for one, other in combinations(fills, 2):
            yield _of_template(template, one, other)
        for fill in fills:
            for slot in slots:
                yield _of_template(template, fill, fill | {slot: _another(fill[slot], slot, dice)})


def _of_template(template: str, one: dict[str, str], other: dict[str, str]) -> Pair:
    new, known = (
        Article(title=template.format(**fill)[:60], text=template.format(**fill)) for fill in (one, other)
    )
    return Pair(new, known, "template", False)


def _fact(slot: str, dice: Dice) -> str:
    if slot == "D":
        return dice.choice(_DAYS)
    return dice.choice(_INVENTED) if slot.isupper() else str(dice.randint(1, 98))


def _another(fact: str, slot: str, dice: Dice) -> str:
    while (other := _fact(slot, dice)) == fact:
        pass
    return other


def _refilled(article: Article, dice: Dice) -> Article:
    """Give the text as of another day: every number and half of the names are others."""
    prose = joined([part for part in paragraphs(article.text) if part.endswith((".", "!", "?"))])
    names = {
        name: dice.choice(_INVENTED) for name in sorted(set(_NAME.findall(prose))) if dice.random() < 0.5
    }
    text = _NUMBER.sub(lambda found: str(int(found[0][:9]) + dice.randint(1, 30)), prose)
    if len(names) + len(_NUMBER.findall(text)) < 4:
        return replace(article, text=joined([_fresh_lead(dice), *paragraphs(text)[1:]]))
    return replace(article, text=_NAME.sub(lambda found: names.get(found[0], found[0]), text))


def _follow_up(article: Article, other: Article, dice: Dice) -> Article:
    """Give the next day's report: a new beginning, then much of the old text as background."""
    parts, news = paragraphs(article.text), paragraphs(other.text)
    start = [_fresh_lead(dice), *news[: dice.randint(1, 3)]]
    return replace(article, text=joined(start + parts[: max(2, int(len(parts) * dice.uniform(0.3, 0.9)))]))


def _fresh_lead(dice: Dice) -> str:
    a, b, c = dice.sample(_INVENTED, 3)
    day, hours, workers = dice.choice(_DAYS), dice.randint(3, 40), dice.randint(100, 900)
    return (
        f"Talks between {a} and {b} ended on {day} without a result after {hours} hours,"
        f" and {c} announced that {workers} more workers would be called back by the end of the month."
    )


def _brief(article: Article, dice: Dice) -> Article:
    return replace(article, text=" ".join(article.text.split()[: dice.randint(70, 130)]))


def _one_number(article: Article, dice: Dice) -> Article:
    found = dice.choice(list(_NUMBER.finditer(article.text, _PAST_THE_DATELINE)))
    changed = str(int(found[0][:9]) + dice.randint(1, 30))
    return replace(article, text=article.text[: found.start()] + changed + article.text[found.end() :])
