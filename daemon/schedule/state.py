"""What is remembered of a source from poll to poll."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Self

from daemon.schedule.rhythm import Rhythm

_DIGITS = 4  # of a learned number that are worth keeping


@dataclass(frozen=True, slots=True)
class Answered:
    """A poll that was answered at `at`: what came, as far as it bears on when to ask again.

    `listed` is how many entries the source listed, None when nothing had changed (304). `published`
    holds a time for each entry not seen before: when it was published or, if the source does not tell,
    when it was found. `overlaps` says whether any listed entry was known already.
    """

    at: datetime
    listed: int | None = None
    published: tuple[datetime, ...] = ()
    overlaps: bool = True
    cached_for: timedelta | None = None
    ttl: timedelta | None = None
    moved_to: str = ""
    certificate_ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll that yielded nothing at `at`, in the words of the error that ended it."""

    at: datetime
    kind: str
    message: str
    permanent: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PollState:
    """A source's history in a few numbers. It travels as plain values, and what it lacks it takes as new.

    `answered` is when it last answered, `whole` when it last did so with a document; `failures` counts
    the failed polls since, which began `failing_since`. `rhythm` is None until the first answer.
    `window` is how many entries the source lists at a time; `empty` counts the documents in a row that
    listed none. `news` is when it last had something new, `quiet` how many entries its rhythm let expect
    since. `missed` is how many entries probably went by unseen before the poll at `gap`, the last that met
    nothing known. `moves` counts the polls in a row that were sent on to `moved_to` for good.
    """

    answered: datetime | None = None
    whole: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error_kind: str = ""
    error: str = ""
    rhythm: Rhythm | None = None
    window: int = 0
    empty: int = 0
    news: datetime | None = None
    quiet: float = 0.0
    missed: int = 0
    gap: datetime | None = None
    moved_to: str = ""
    moves: int = 0
    certificate_ends: datetime | None = None

    def to_plain(self) -> dict[str, Any]:
        """Give what differs from a new state, in values that JSON has."""
        return {name: _plain(value) for name, value in _changed(self).items()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read a state; {} is a source never polled, and names from other versions are passed over."""
        found = _known(cls, plain)
        for name in _TIMES & found.keys():
            found[name] = datetime.fromisoformat(found[name])
        if "rhythm" in found:
            found["rhythm"] = _rhythm(found["rhythm"])
        return cls(**found)


_NEW: dict[type, dict[str, Any]] = {
    kind: {item.name: item.default for item in fields(kind)} for kind in (PollState, Rhythm)
}
_TIMES = {item.name for item in fields(PollState) if item.type == datetime | None}


def _changed(value: PollState | Rhythm) -> dict[str, Any]:
    """Name what differs from a new one."""
    named = ((name, getattr(value, name), new) for name, new in _NEW[type(value)].items())
    return {name: now for name, now, new in named if now != new}


def _rhythm(found: Mapping[str, Any]) -> Rhythm:
    known: dict[str, Any] = _known(Rhythm, found)
    for name in known.keys() & {"hours", "days", "lately"}:
        known[name] = tuple(known[name])
    return Rhythm(**known)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Rhythm):
        return {name: _rounded(number) for name, number in _changed(value).items()}
    return value


def _rounded(number: float | tuple[float, ...]) -> float | list[float]:
    if isinstance(number, tuple):
        return [float(f"{each:.{_DIGITS}g}") for each in number]
    return float(f"{number:.{_DIGITS}g}")


def _known(kind: type, found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name in _NEW[kind]}
