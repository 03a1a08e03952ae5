"""Whether two texts are one."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from daemon.dedup.fingerprint import LEAD, Fingerprint

# The rule and its figures were found on 12,900 pairs of real texts (bench/stories.py measures it).
_SHINGLE = 3
_SHORT = 60  # words: fewer shingles prove less
_NUMBERS_EXACT = 150  # words: in a short text every number counts
_RELATED = 0.33
_ROUND_UP = 2.5  # times as long: a text that only contains the other
_ROUND_UP_LEAD = 0.3
_NEARLY_ALL = 0.95


@dataclass(frozen=True, slots=True)
class _Measure:
    containment: float
    lead: float
    names: float
    numbers: float
    within: timedelta


_USUAL = _Measure(0.60, 0.60, 0.70, 0.85, timedelta(hours=72))
_BRIEF = _Measure(0.85, 0.80, 0.80, 1.00, timedelta(hours=12))
_WHOLE = _Measure(_NEARLY_ALL, 0.60, 1.00, 1.00, timedelta(days=14))


class Kind(StrEnum):
    """What one text is to another."""

    COPY = "copy"
    RELATED = "related"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a new text is to a known one.

    `containment` and `lead` are shares (0 to 1) of three-word runs; `names` and `numbers` are (shared,
    of the shorter text). `adds` are the names and numbers that only the new text has, `lead_adds`
    those in its first 80 words. `evidence` is the part of a sentence that proves `kind`.
    """

    kind: Kind
    containment: float = 0.0
    lead: float = 0.0
    names: tuple[int, int] = (0, 0)
    numbers: tuple[int, int] = (0, 0)
    adds: tuple[str, ...] = ()
    lead_adds: tuple[str, ...] = ()
    evidence: str = "nothing in common"

    @property
    def tells_the_same(self) -> bool:
        """True for a copy, and for a rewrite whose lead adds at most one name or number."""
        return self.kind is Kind.COPY or (self.kind is Kind.RELATED and len(self.lead_adds) <= 1)


def compare(new: Fingerprint, known: Fingerprint, apart: timedelta = timedelta(0)) -> Relation:
    """Say what the new text is to the known one, published `apart`.

    A copy shares its runs of words, its lead, its names and its numbers; text alone would merge two
    reports made from one template.
    """
    short, long = sorted((new, known), key=lambda one: len(one.shingles))
    everything = frozenset(long.shingles)
    containment = _share(short.shingles, everything)
    if containment == 0:
        return Relation(Kind.DISTINCT)
    covered = _share(short.shingles[: LEAD - _SHINGLE + 1], everything)
    covers = _share(long.shingles[: LEAD - _SHINGLE + 1], frozenset(short.shingles))
    relation = Relation(
        kind=Kind.DISTINCT,
        containment=containment,
        lead=max(covered, covers),
        names=(len(short.names & long.names), len(short.names)),
        numbers=(len(short.numbers & long.numbers), len(short.numbers)),
        adds=tuple(sorted((new.names - known.names) | (new.numbers - known.numbers))),
        lead_adds=tuple(sorted((new.lead_names - known.names) | (new.lead_numbers - known.numbers))),
    )
    kind, remark = _judge(relation, short, long, covers, apart)
    return _with(relation, kind, remark)


def _judge(
    relation: Relation, short: Fingerprint, long: Fingerprint, covers: float, apart: timedelta
) -> tuple[Kind, str]:
    if relation.containment < _RELATED:
        return Kind.DISTINCT, ""
    if long.words > _ROUND_UP * short.words and covers < _ROUND_UP_LEAD:
        return Kind.RELATED, "one item of a longer text"
    failed = [_failed(relation, short, measure, apart) for measure in _measures(short)]
    if not all(failed):
        return Kind.COPY, ""
    return Kind.RELATED, failed[0]


def _measures(short: Fingerprint) -> tuple[_Measure, ...]:
    return (_BRIEF if short.words < _SHORT else _USUAL, _WHOLE)


def _failed(relation: Relation, short: Fingerprint, measure: _Measure, apart: timedelta) -> str:
    """Say which demand of a measure the pair does not meet, "" if it meets all."""
    numbers = 1.0 if short.words < _NUMBERS_EXACT else measure.numbers
    if relation.containment < measure.containment:
        return "the text differs"
    if relation.lead < measure.lead:
        return "the lead differs"
    if _ratio(relation.names) < measure.names:
        return "the names differ"
    if _ratio(relation.numbers) < numbers:
        return "the numbers differ"
    if apart > measure.within:
        return f"more than {round(measure.within.total_seconds() / 3600)} hours apart"
    return ""


def _with(relation: Relation, kind: Kind, remark: str) -> Relation:
    evidence = (
        f"containment {_short(relation.containment)}, lead {_short(relation.lead)},"
        f" names {relation.names[0]} of {relation.names[1]},"
        f" numbers {relation.numbers[0]} of {relation.numbers[1]}"
    )
    return Relation(
        kind=kind,
        containment=relation.containment,
        lead=relation.lead,
        names=relation.names,
        numbers=relation.numbers,
        adds=relation.adds,
        lead_adds=relation.lead_adds,
        evidence=f"{evidence}: {remark}" if remark else evidence,
    )


def _short(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")


def _share(part: tuple[int, ...], whole: frozenset[int]) -> float:
    distinct = frozenset(part)
    return len(distinct & whole) / len(distinct) if distinct else 0.0


def _ratio(pair: tuple[int, int]) -> float:
    shared, of = pair
    return shared / of if of else 1.0
