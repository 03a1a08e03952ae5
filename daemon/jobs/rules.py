"""How a rule fares: what it matched day by day, where most of that came from, when it rang last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from daemon.model import Rule
from daemon.store import alerts, hits

DAYS = 30

# Of a rule's hits, so many are asked where they came from: a rule may have a hundred thousand.
LATEST = 100
_NOISIEST = 3


@dataclass(frozen=True, slots=True)
class Fared:
    """How a rule fared. `days` counts its hits for each of the last days, today's last.

    `noisiest` are the sources of most of its latest hits, each with how many.
    """

    days: tuple[int, ...]
    noisiest: tuple[tuple[str, int], ...]
    last_rung: datetime | None

    @property
    def hits(self) -> int:
        """Count what it matched in all these days."""
        return sum(self.days)


def fared(conn: Connection, rules: Sequence[Rule], now: datetime) -> dict[str, Fared]:
    """Say how these rules fared, by name."""
    names = [rule.name for rule in rules]
    first = now.date() - timedelta(days=DAYS - 1)
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    counted = hits.days(conn, names, since)
    rung = alerts.last_rung(conn, names)
    return {
        name: Fared(
            _each_day(counted.get(name, {}), first),
            tuple(hits.noisiest(conn, name, since, latest=LATEST, limit=_NOISIEST)),
            rung.get(name),
        )
        for name in names
    }


def _each_day(counted: Mapping[date, int], first: date) -> tuple[int, ...]:
    return tuple(counted.get(first + timedelta(days=each), 0) for each in range(DAYS))
