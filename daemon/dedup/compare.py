"""Whether two texts are one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from daemon.dedup.facts import small_id
from daemon.dedup.fingerprint import LEAD, OPENING, Fingerprint

# The rule and its figures were found on pairs made from real texts (bench/stories.py measures it).
_SHINGLE = 3
_BRIEF_WORDS = 60  # below, fewer shingles prove less
_LEAST_WORDS = 6  # below, a text proves nothing
_HEADLINE_WORDS = 3  # below, a headline is a rubric
_HEADLINE = 0.7  # share of words for two brief texts to have one headline
SHORT_WORDS = 150  # below, every number and every place counts; without capitals every place always does
_RELATED = 0.33
_ROUND_UP = 1.5  # times as long, with a lead known by less than
_ROUND_UP_LEAD = 0.15  # this: a text that only contains the other
_AS_LONG = 1.1  # times: so alike in length that neither is cut
_NEWS = 1.2  # names and numbers that the lead adds × share of the lead that is new
_OWN_LEAD = 0.5  # a rewrite whose lead is known by less is not taken to tell the same
_FEW_NAMES = 3  # an author and a site, say, in a text that
_NEARLY_ALL = 0.85  # is known by so much
_TEASER = OPENING - _SHINGLE + 1  # runs of words in the opening that lets a headline stand for the rest
_CLASHES = 0.03  # share of common places that an edit may fill anew


@dataclass(frozen=True, slots=True)
class _Measure:
    containment: float
    lead: float
    names: float
    numbers: float
    within: timedelta


MOST = 0.60  # of the shorter text is in the longer
_USUAL = _Measure(MOST, 0.60, 0.70, 0.85, timedelta(hours=72))
_BRIEF = _Measure(0.85, 0.80, 0.80, 1.00, timedelta(hours=12))
WHOLE = 0.95  # from here on the texts are the same throughout
_WHOLE = _Measure(WHOLE, 0.80, 1.00, 1.00, timedelta(days=14))


class Kind(StrEnum):
    """What one text is to another."""

    COPY = "copy"
    RELATED = "related"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a new text is to a known one.

    `containment` is the share (0 to 1) of the shorter text's three-word runs that the longer has, `lead`
    that of the better covered lead, `own_lead` that of the new text's. `names` and `numbers` are
    (shared, of the shorter text). `clashes` counts (places filled differently, places in common).
    `adds` are the names and numbers that only the new text has, `lead_adds` those in its first 80
    words. `evidence` is the part of a sentence that proves `kind`. `tells_the_same` is True for a copy
    and for a rewrite within three days that contradicts nothing and whose lead adds at most one name
    or number. What is headed as a correction never does, unless the known one is too.
    """

    kind: Kind
    tells_the_same: bool = False
    containment: float = 0.0
    lead: float = 0.0
    own_lead: float = 0.0
    names: tuple[int, int] = (0, 0)
    numbers: tuple[int, int] = (0, 0)
    clashes: tuple[int, int] = (0, 0)
    adds: tuple[str, ...] = ()
    lead_adds: tuple[str, ...] = ()
    evidence: str = "nothing in common"


def akin(words: int, runs: frozenset[int], packed: bytes) -> bool:
    """Tell whether comparing a text with a packed one may pay, by the runs of words they share."""
    others, shingles = Fingerprint.shingles_in(packed)
    theirs = frozenset(shingles)
    least = len(runs) if words <= others else len(theirs)
    shared = len(runs & theirs)
    return shared >= _RELATED * least > 0 or (least < _BRIEF_WORDS and shared >= _TEASER)


def compare(new: Fingerprint, known: Fingerprint, apart: timedelta = timedelta(0)) -> Relation:
    """Say what the new text is to the known one, published `apart`.

    A copy shares its runs of words, its lead, its names and its numbers, and nothing in it contradicts:
    words alone would merge two reports made from one template.
    """
    short, long = sorted((new, known), key=lambda text: text.words)
    # The share of either's lead that the other has.
    in_long, in_short = _lead(short, long), _lead(long, short)
    leads = (in_long, in_short) if new is short else (in_short, in_long)
    relation = _measured(new, known, (short, long), leads)
    if apart <= _BRIEF.within and new.corrects == known.corrects and _is_teaser(short, long):
        evidence = "one headline, and the one text begins as the other does"
        return replace(relation, kind=Kind.COPY, tells_the_same=True, evidence=evidence)
    if relation.containment < _RELATED:
        return replace(relation, evidence=f"containment {_decimals(relation.containment)}")
    in_part = long.words > _ROUND_UP * short.words and in_short < _ROUND_UP_LEAD
    doubt = "one item of a longer text" if in_part else _doubt(relation, short, long, apart)
    same = not doubt or (not in_part and apart <= _USUAL.within and _adds_nothing(relation, short))
    if new.corrects and not known.corrects:
        doubt, same = "it is headed as a correction", False
    elif not doubt and relation.clashes[0] and (figures := _other_figures(new, known)):
        doubt, same = f"the lead has other figures ({figures})", False
    evidence = _evidence(relation)
    return replace(
        relation,
        kind=Kind.RELATED if doubt else Kind.COPY,
        tells_the_same=same,
        evidence=f"{evidence}: {doubt}" if doubt else evidence,
    )


def one_headline(one: Fingerprint, other: Fingerprint) -> bool:
    """Tell whether two headlines share most words: a wall before two articles is one brief text."""
    least = min(len(one.title), len(other.title))
    return len(one.title & other.title) >= _HEADLINE * least


def _measured(
    new: Fingerprint,
    known: Fingerprint,
    by_length: tuple[Fingerprint, Fingerprint],
    leads: tuple[float, float],
) -> Relation:
    short, long = by_length
    common = short.slots.keys() & long.slots.keys()
    return Relation(
        kind=Kind.DISTINCT,
        containment=_share(short.shingles, long.shingles),
        lead=max(leads),
        own_lead=leads[0],
        names=(len(short.names) - len(_unknown(short.names, long)), len(short.names)),
        numbers=_shared_numbers(short, long),
        clashes=(sum(short.slots[slot].isdisjoint(long.slots[slot]) for slot in common), len(common)),
        adds=tuple(sorted((*_unknown(new.names, known), *(new.numbers - known.numbers)))),
        lead_adds=tuple(sorted((*_unknown(new.lead_names, known), *(new.lead_numbers - known.numbers)))),
    )


def _adds_nothing(relation: Relation, short: Fingerprint) -> bool:
    """Tell whether a rewrite contradicts nothing and its lead brings at most one name or number."""
    if relation.clashes[0] or relation.own_lead < _OWN_LEAD:
        return False
    if short.words < _BRIEF_WORDS:
        return False
    if short.words < SHORT_WORDS:
        return not relation.lead_adds and _ratio(relation.numbers) == 1
    return len(relation.lead_adds) <= 1


def _doubt(relation: Relation, short: Fingerprint, long: Fingerprint, apart: timedelta) -> str:
    """Say why the shorter text is no copy, "" if it is one by any measure."""
    clashes, places = relation.clashes
    strict = short.words < SHORT_WORDS or not short.cased or len(relation.lead_adds) > 1
    if clashes > (0 if strict else max(1, _CLASHES * places)):
        return f"{clashes} of {places} places hold other names or numbers"
    if len(relation.lead_adds) * (1 - relation.own_lead) > _NEWS:
        return f"the lead is new ({', '.join(relation.lead_adds[:5])})"
    if long.words < _BRIEF_WORDS and (short.words < _LEAST_WORDS or not one_headline(short, long)):
        return "too brief to tell by the text"
    doubts = [
        _missed(relation, short, measure, apart)
        for measure in (_BRIEF if short.words < _BRIEF_WORDS else _USUAL, _WHOLE)
    ]
    return doubts[0] if all(doubts) else ""


def _other_figures(new: Fingerprint, known: Fingerprint) -> str:
    """Name the figures that stand in the new lead in the place of others, "" where none do."""
    come, gone = new.lead_numbers - known.numbers, known.lead_numbers - new.numbers
    return f"{', '.join(sorted(come))} for {', '.join(sorted(gone))}" if come and gone else ""


def _is_teaser(short: Fingerprint, long: Fingerprint) -> bool:
    """Tell whether a text is the headline and the first words of another, the last word perhaps cut.

    A teaser of a dozen words proves nothing by measures: its own headline is half of its words. It is no
    teaser of what is no longer, nor with a name or number that the other has neither in its text nor in
    its headline: a report from the same template may differ in its very last word.
    """
    if short.words >= _BRIEF_WORDS or len(short.title) < _HEADLINE_WORDS or short.title != long.title:
        return False
    if short.words >= long.words or not short.numbers <= long.numbers:
        return False
    if any(small_id(name) not in long.title for name in _unknown(short.names, long)):
        return False
    return any(
        len(tail) >= _TEASER and tail == long.shingles[: len(tail)]
        for runs in (short.shingles, short.shingles[:-1])
        for tail in (runs[at:] for at in range(len(runs)))
    )


def _missed(relation: Relation, short: Fingerprint, measure: _Measure, apart: timedelta) -> str:
    """Say which demand of a measure the pair does not meet, "" if it meets all."""
    if relation.containment < measure.containment:
        return "the text differs"
    if relation.lead < measure.lead:
        return "the lead differs"
    few = (
        short.words >= _BRIEF_WORDS
        and relation.names[1] - relation.names[0] <= _FEW_NAMES
        and relation.containment >= _NEARLY_ALL
    )
    if _ratio(relation.names) < measure.names and not few:
        return "the names differ"
    if _ratio(relation.numbers) < (1.0 if short.words < SHORT_WORDS else measure.numbers):
        return "the numbers differ"
    if apart > measure.within:
        return f"more than {round(measure.within.total_seconds() / 3600)} hours apart"
    return ""


def _evidence(relation: Relation) -> str:
    (names, of_names), (numbers, of_numbers) = relation.names, relation.numbers
    return (
        f"containment {_decimals(relation.containment)}, lead {_decimals(relation.lead)},"
        f" names {names} of {of_names}, numbers {numbers} of {of_numbers}"
    )


def _lead(text: Fingerprint, other: Fingerprint) -> float:
    return _share(text.shingles[: LEAD - _SHINGLE + 1], other.shingles)


def _share(part: Iterable[int], whole: Iterable[int]) -> float:
    distinct = frozenset(part)
    return len(distinct.intersection(whole)) / len(distinct) if distinct else 0.0


def _unknown(names: Iterable[str], text: Fingerprint) -> list[str]:
    """Give the names that a text has neither inside a sentence nor at the start of one."""
    return [name for name in names if name not in text.names and small_id(name) not in text.starters]


def _shared_numbers(short: Fingerprint, long: Fingerprint) -> tuple[int, int]:
    """Give how many of the shorter text's numbers the longer has; of both if short and neither is cut."""
    shared = len(short.numbers & long.numbers)
    if short.words < SHORT_WORDS and long.words <= _AS_LONG * short.words:
        return shared, max(len(short.numbers), len(long.numbers))
    return shared, len(short.numbers)


def _ratio(pair: tuple[int, int]) -> float:
    shared, of = pair
    return shared / of if of else 1.0


def _decimals(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")
