"""A named thing in a text: its names, told from their namesakes.

Strong names are enough by themselves. A weak one («Запад», which is also the plain west) wants its
capital, unless a hyphen ties a whole year to it, and evidence: a year beside it, or a word of context within
ten words. In a language in which it is ambiguous, either counts only if the name stands in quotation marks,
unless both are there or a hyphen ties the year to it («Запад-2025»). A name inside an excluded phrase
(«ФК Запад») never counts, nor does one with an excluded word beside it («кафе „Запад“»), unless a year is
tied to it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.match.nodes import Anchor, Cost, Node, Placed, either
from daemon.match.reading import Field, Places, Reading
from daemon.match.stems import LANGUAGES, languages_of
from daemon.match.text import fold

NEAR_CONTEXT = 10
_BESIDE = 3  # words between a name and an excluded word that tells its namesake
_CLOSE = 5  # words between a name and the context that tells it, though it seems to begin a longer one
_LONGEST_NAME = 50  # words; only there to look for neighbours in a window
_QUOTES = "«»„“”\"'‘’‹›"
_HYPHENS = "-‑"
_TIES = f"{_HYPHENS}–—"
_NUMBER = re.compile(r"(?:19|20)\d\d|\d\d")
_SHORT_YEAR = 2
_NO_YEAR = (40, 69)  # of two digits: this century's first years, and the last one's last, are spoken of
_YEAR = re.compile(r"(?:19|20)\d\d(?:['’]?s)?$")
_CAPITAL_NOUNS = frozenset({"de"})
_FIRMS = frozenset({"inc", "corp", "co", "ltd", "plc", "gmbh"})  # with it, a firm's name is the same name


@dataclass(slots=True, eq=False)
class Named(Placed):
    """An entity, found wherever one of its names counts."""

    strong: tuple[Placed, ...]
    weak: tuple[Placed, ...]
    context: tuple[Placed, ...]
    exclude: tuple[Placed, ...]
    ambiguous_in: frozenset[str]
    fields: tuple[str, ...]
    label: str
    known: Anchor | None = None

    def inner(self) -> tuple[Node, ...]:
        return (*self.strong, *self.weak)

    def find(self, reading: Reading) -> Places:
        if self not in reading.memo:
            judged = self._judged(reading)
            reading.memo[self] = sorted({place for place, doubt in judged if not doubt})
        return reading.memo[self]

    def doubts(self, reading: Reading) -> Iterator[str]:
        """Say of each name in the text that does not count why it does not."""
        for place, doubt in self._judged(reading):
            if doubt:
                yield f"«{reading.spans[place].text}» {doubt}"

    def _judged(self, reading: Reading) -> Iterator[tuple[tuple[int, int], str]]:
        """Give the places of all names, each with what speaks against it, "" if nothing does."""
        excluded = _places(self.exclude, reading)
        names = _places((*self.strong, *self.weak), reading) if excluded else []
        beside = [other for other in excluded if not _inside(other, names)]
        context = _places(self.context, reading)
        for place in _places(self.strong, reading):
            field = reading.field(place[0])
            yield place, _inside(place, excluded) or _namesake(place, beside, context, field)
        for part in self.weak:
            for place in part.find(reading):
                field = reading.field(place[0])
                if namesake := _inside(place, excluded) or _namesake(place, beside, context, field):
                    yield place, namesake
                elif not _written_as(part.label, field.word(place[0])) and not _hyphened(place, field):
                    yield place, f"is not written «{part.label}»"
                else:
                    yield (
                        place,
                        ""
                        if _apposed(place, context, part.label, field)
                        else self._doubt(place, context, reading.language, field),
                    )

    def _doubt(self, place: tuple[int, int], context: Places, language: str, field: Field) -> str:
        """Say what a weak name lacks."""
        if language not in _CAPITAL_NOUNS and (longer := _longer_name(place, context, field)):
            return f"is part of a longer name, «{longer}»"
        plain = not self._ambiguous(language, field.word(place[0]))
        told = plain or _quoted(place, field)
        year = _year_after(place, field) or ("loose" if plain and _year_before(place, field) else "")
        beside = _beside(place, context)
        if year == "tied" or (year and told) or (beside and (year or told)):
            return ""
        if beside or year:
            return "stands without quotation marks, and is ambiguous in this language"
        return f"has no year after it, and none of its context within {NEAR_CONTEXT} words"

    def _ambiguous(self, language: str, name: str) -> bool:
        """Whether the name is ambiguous in a language; in an unknown one, in all that it may be.

        In a script that is not the language's, it is no word of it: «Zapad» in a Ukrainian text.
        """
        written = languages_of(name)
        if not language:
            return self.ambiguous_in.issuperset(written)
        foreign = written and language in LANGUAGES and language not in written
        return language in self.ambiguous_in and not foreign

    def anchor(self, cost: Cost) -> Anchor | None:
        # Once for all rules that ask for it: what its names cost is estimated only.
        if self.known is None:
            names = self.inner()
            self.known = either(names, cost, len(names))
        return self.known


def _places(parts: tuple[Placed, ...], reading: Reading) -> Places:
    return sorted(place for part in parts for place in part.find(reading))


def _around(place: tuple[int, int], others: Places, reach: int) -> Iterator[tuple[int, int]]:
    """Give those of the others, in order, that stand at most `reach` words off."""
    start, end = place
    at = bisect_left(others, (start - reach - _LONGEST_NAME, 0))
    while at < len(others) and others[at][0] <= end + reach:
        if others[at][1] >= start - reach:
            yield others[at]
        at += 1


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _beside(place: tuple[int, int], context: Places, reach: int = NEAR_CONTEXT) -> bool:
    """Whether some of its context stands near a name."""
    return any(not _overlap(place, other) for other in _around(place, context, reach))


def _inside(place: tuple[int, int], excluded: Places) -> str:
    """Say that a name is part of an exclusion; "" if of none."""
    part = any(_overlap(place, other) for other in _around(place, excluded, 0))
    return "is part of what is excluded" if part else ""


def _namesake(place: tuple[int, int], beside: Places, context: Places, field: Field) -> str:
    """Say how an exclusion that holds no name itself tells that one is a namesake's; "" if none does.

    Such a word tells nothing if a year is tied to the name, or if it has a year and its context: a company of
    troops joins an exercise.
    """
    if not any(_around(place, beside, _BESIDE)):
        return ""
    year = _year_after(place, field)
    told = year == "tied" or (year and _beside(place, context))
    return "" if told else "stands beside what is excluded"


def _written_as(name: str, word: str) -> bool:
    """Whether a word has the capitals that the name is written with."""
    if name.isupper() and len(name) > 1:
        return word.isupper()
    return not name[:1].isupper() or word[:1].isupper()


def _year_after(place: tuple[int, int], field: Field) -> str:
    """Say how a year follows the name: "tied" («Запад-2025»), "loose" (Zapad 2025), or not at all, ""."""
    after = place[1]
    number = field.word(after)
    if not _NUMBER.fullmatch(number):
        return ""
    between = _between(place, field)
    if between and between in _TIES:
        return "tied"
    return "loose" if _may_be_year(number) and not between.strip(" " + _TIES) else ""


def _hyphened(place: tuple[int, int], field: Field) -> bool:
    """Whether a year stands for the capital: «запад-2025», but neither «who—20 years ago» nor «west-20»."""
    is_tied = _year_after(place, field) == "tied" and _between(place, field) in _HYPHENS
    return is_tied and len(field.word(place[1])) > _SHORT_YEAR


def _between(place: tuple[int, int], field: Field) -> str:
    """Give what stands between the name and the next word, without quotation marks."""
    return field.text[field.range(*place)[1] : field.start(place[1])].strip(_QUOTES)


def _may_be_year(number: str) -> bool:
    """Whether a number that stands by itself is a year: «Zapad 21», but not Boeing 40."""
    return len(number) > _SHORT_YEAR or not _NO_YEAR[0] <= int(number) <= _NO_YEAR[1]


def _year_before(place: tuple[int, int], field: Field) -> bool:
    """Whether a year stands right before the name: the 2021 Zapad, 2021’s Zapad."""
    before = place[0] - 1
    if before < field.first:
        return False
    start, end = field.range(before, place[0])
    between = field.text[end : field.start(place[0])].strip(_QUOTES)
    return between.isspace() and _YEAR.match(field.text[start:end]) is not None


def _apposed(place: tuple[int, int], context: Places, name: str, field: Field) -> bool:
    """Whether a name, in no other form than its own, stands right after its context: «учения Запад»."""
    start, end = field.range(*place)
    if fold(field.text[start:end]) != fold(name) or place[0] == field.first or field.text[start - 1] != " ":
        return False
    gap = field.range(place[0] - 1, place[0])[1]
    return gap == start - 1 and any(other[1] == place[0] for other in _around(place, context, 0))


def _longer_name(place: tuple[int, int], context: Places, field: Field) -> str:
    """Give the longer name that a name begins («Zapad Capital»), "" if it begins none.

    The next word has a capital, is none of the context, no acronym and no firm's form, and stands in no
    headline of capitals. Two names may meet («during Zapad Russia moved troops»): context close by tells.
    """
    end, (follows, after) = field.range(*place)[1], (field.word(place[1]), field.word(place[1] + 1))
    if not follows[:1].isupper() or not after[:1].islower() or field.text[end : field.start(place[1])] != " ":
        return ""
    if follows.isupper() or follows.lower() in _FIRMS or _beside(place, context, _CLOSE):
        return ""
    return field.text[field.start(place[0]) : field.range(place[1], place[1] + 1)[1]]


def _quoted(place: tuple[int, int], field: Field) -> bool:
    """Whether a name opens a quotation that ends with it or with a year after it."""
    start, end = field.range(*place)
    if _year_after(place, field) == "loose" and field.text[end : end + 1] not in _QUOTES:
        end = field.range(place[1], place[1] + 1)[1]
    before, behind = field.text[max(start - 1, 0) : start], field.text[end : end + 1]
    return before != "" and before in _QUOTES and behind != "" and behind in _QUOTES
