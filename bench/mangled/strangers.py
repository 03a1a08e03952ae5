"""Hard negatives: texts alike that tell different things."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from bench.mangled.pair import Pair, joined, paragraphs
from daemon.model import Article

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
_INVENTED = (
    "Orlo Varna Dolnik Hristov Kestrel Rondonia Lantern Maribor Quintana Ostrava Selwyn Tarkov Ibarra Novak Petrosyan"
    " Lindqvist Okafor Brennan Castellan Duvalier Eriksen Farouk Galvan Holloway Iverson Jankovic Kowal Lomax"
).split()
_PAST_THE_DATELINE = 80  # characters
_TEMPLATES = (
    "An earthquake of magnitude {a}.{b} struck {c} kilometres north of {P} in {Q} on {D} at {d}:{e} local time, the"
    " seismological institute said. There were no immediate reports of damage or casualties. The tremor was felt in"
    " several towns nearby, and residents left their homes for a short time.\n\nThe institute said that aftershocks"
    " were to be expected in the coming days and asked people to stay away from damaged buildings.",
    "{D} in {P} will be mostly cloudy with a high near {c} and a low around {d}. Winds from the west at {e} kilometres"
    " an hour will ease in the evening. Rain is likely after midnight with a chance of {f} per cent. Drivers around {Q}"
    " should expect fog in the morning.",
    "The {P} index closed {a}.{b} per cent higher on {D} at {c}{d} points, led by shares of {Q}, which rose {e}.{f} per"
    " cent after the company reported quarterly results. Trading volume was slightly above the average of the past"
    " month.\n\nAnalysts said that investors were waiting for the central bank's decision and for labour market data"
    " that are due at the end of the week. Government bonds were little changed.",
    "{P} beat {Q} {a}-{b} on {D} in front of {c}{d} spectators. {R} scored the first goal in the {e}th minute from a"
    " corner, and the visitors never found a way back into the game although they had more of the ball after half-time."
    "\n\nThe win takes the hosts to {f} points. The coach said that his players had shown patience and that there was"
    " still much work to do before the end of the season.",
    "{P} was awarded a contract worth {c}.{d} million dollars by the defence ministry for the maintenance of {Q}"
    " vehicles, the ministry said on {D}. Work will be performed in {R} and is expected to be completed by the end of"
    " next year. The contract was open to competition and {a} bids were received.",
    "A vulnerability has been found in {P} {a}.{b}. It allows a remote attacker to execute code by sending a crafted"
    " request. The issue was reported by {Q} and is fixed in version {a}.{c}. Administrators should update their"
    " systems as soon as possible and check their logs for requests that match the pattern that is described in the"
    " notice. The score assigned to it is {d}.{e}.",
    "Police in {P} arrested a {c}-year-old man on {D} on suspicion of theft from a shop on {Q} Street. Officers were"
    " called at about {d}:{e} after staff saw the man leave without paying. He is due to appear before magistrates in"
    " {R}. Anyone with information is asked to call the station and quote reference {f}.",
    "The central bank of {P} added {c}.{d} billion in temporary reserves to the banking system on {D} through overnight"
    " repurchase agreements. The operation, conducted with {Q} as counterparty, had been expected by dealers. The rate"
    " for overnight funds was {a}.{b} per cent when the bank entered the market, in line with its target.",
    "Russia launched {c} drones at {P} overnight, the air force said on {D}. Air defence units shot down {d} of them"
    " over the regions of {Q} and {R}, and {a} were lost from radar. Debris damaged a warehouse and several cars. There"
    " were no casualties according to preliminary information, the head of the military administration said.",
    "{P} und {Q} haben sich am {D} {a}:{b} getrennt. Vor {c}{d} Zuschauern traf {R} in der {e}. Minute nach einem"
    " Eckball. Die Gäste hatten in der zweiten Hälfte mehr vom Spiel, fanden aber kein Mittel gegen die gut geordnete"
    " Abwehr. Der Trainer sprach nach dem Abpfiff von einem verdienten Ergebnis und lobte die Geduld seiner Mannschaft.",
    "В {P} за минувшие сутки выявили {c} новых случаев заражения, сообщил оперативный штаб. Выздоровели {d} человек,"
    " умерли {a}. Всего с начала года в регионе зарегистрировано {e}{f} случаев. Больше всего заболевших в районе {Q}."
    " Специалисты напоминают о необходимости соблюдать меры предосторожности и мыть руки.",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Dice = random.Random


def strangers(articles: list[Article], dice: Dice) -> Iterator[Pair]:
    """Yield hard negatives: templates, other facts in real texts, follow-ups, round-ups, one number changed."""
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
        return replace(article, text=_fresh_lead(dice) + "\n\n" + joined(paragraphs(text)[1:]))
    return replace(article, text=_NAME.sub(lambda found: names.get(found[0], found[0]), text))


def _follow_up(article: Article, other: Article, dice: Dice) -> Article:
    """Give the next day's report: a new beginning, then much of the old text as background."""
    parts, news = paragraphs(article.text), paragraphs(other.text)
    start = [_fresh_lead(dice), *news[: dice.randint(1, 3)]]
    return replace(article, text=joined(start + parts[: max(2, int(len(parts) * dice.uniform(0.3, 0.9)))]))


def _fresh_lead(dice: Dice) -> str:
    a, b, c = dice.sample(_INVENTED, 3)
    return (
        f"Talks between {a} and {b} ended on {dice.choice(_DAYS)} without a result after {dice.randint(3, 40)} hours,"
        f" and {c} announced that {dice.randint(100, 900)} more workers would be called back by the end of the month."
    )


def _brief(article: Article, dice: Dice) -> Article:
    return replace(article, text=" ".join(article.text.split()[: dice.randint(70, 130)]))


def _one_number(article: Article, dice: Dice) -> Article:
    found = dice.choice(list(_NUMBER.finditer(article.text, _PAST_THE_DATELINE)))
    changed = str(int(found[0][:9]) + dice.randint(1, 30))
    return replace(article, text=article.text[: found.start()] + changed + article.text[found.end() :])
