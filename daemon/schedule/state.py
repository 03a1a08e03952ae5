"""What is remembered of a source from poll to poll."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Self


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
    """A source's history in a few numbers. It travels as JSON, and what it lacks it takes as new.

    `answered` is when it last answered, `whole` when it last did so with a document; `failures` counts
    the failed polls since, which began `failing_since`.
    """

    answered: datetime | None = None
    whole: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error_kind: str = ""
    error: str = ""

    def to_json(self) -> str:
        """Write the state as one short line."""
        return json.dumps(
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in asdict(self).items()
                if value != _DEFAULTS[name]
            },
            separators=(",", ":"),
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a state; "" is a source never polled, and names from other versions are passed over."""
        return cls(
            **{
                name: _read(name, value)
                for name, value in json.loads(text or "{}").items()
                if name in _DEFAULTS
            }
        )


_DEFAULTS = {item.name: item.default for item in fields(PollState)}
_TIMES = {item.name for item in fields(PollState) if item.type == datetime | None}


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES else value
