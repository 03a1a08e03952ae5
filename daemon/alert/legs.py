"""The way from publication to the reader, leg by leg: how long each takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil


class Leg(StrEnum):
    """A part of the way, `WHOLE` all of it, `OWN` the daemon's own part of it."""

    FOUND = "published to found"
    RUNG = "found to rung"
    SENT = "rung to sent"
    OWN = "found to sent"
    WHOLE = "published to sent"


@dataclass(frozen=True, slots=True)
class Times:
    """When an alert's article was published and found, when it rang, and when the first channel had it.

    `published` is None where the publisher gave none, or only the day; `sent` is None while nobody has
    it, and where every channel's manners held it.
    """

    source: str
    published: datetime | None
    found: datetime
    rung: datetime
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """Of so many alerts, what half of them stayed within, and nineteen in twenty."""

    count: int
    p50: timedelta
    p95: timedelta


def leg_by_leg(times: Iterable[Times]) -> dict[Leg, Spread]:
    """Give the spread of each leg; a leg that no alert has gone is left out."""
    taken: dict[Leg, list[timedelta]] = {}
    for each in times:
        for leg, span in spans(each):
            taken.setdefault(leg, []).append(span)
    return {leg: _spread(sorted(taken[leg])) for leg in Leg if leg in taken}


def source_by_source(times: Iterable[Times]) -> dict[str, Mapping[Leg, Spread]]:
    """Give the spreads for each source, the one with the most alerts first."""
    grouped: dict[str, list[Times]] = {}
    for each in times:
        grouped.setdefault(each.source, []).append(each)
    busiest = sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
    return {source: leg_by_leg(group) for source, group in busiest}


def spans(times: Times) -> Iterator[tuple[Leg, timedelta]]:
    """Tell how long each leg took, where both its ends are known; a publisher's clock may be ahead."""
    ends = {
        Leg.FOUND: (times.published, times.found),
        Leg.RUNG: (times.found, times.rung),
        Leg.SENT: (times.rung, times.sent),
        Leg.OWN: (times.found, times.sent),
        Leg.WHOLE: (times.published, times.sent),
    }
    for leg, (start, end) in ends.items():
        if start is not None and end is not None:
            yield leg, max(end - start, timedelta())


def _spread(taken: Sequence[timedelta]) -> Spread:
    return Spread(len(taken), _rank(taken, 0.5), _rank(taken, 0.95))


def _rank(taken: Sequence[timedelta], part: float) -> timedelta:
    """Give a percentile by the nearest rank: a time that was really taken."""
    return taken[ceil(part * len(taken)) - 1]
