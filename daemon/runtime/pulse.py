"""What a running daemon notes of itself every few seconds, for `tocsin status` to read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from sqlalchemy import Connection

from daemon.store import facts

MOURNING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Who runs since when, on which configuration, and why a newer one was refused ("" if none was).

    The last pulse of one that ended is not `running`. `channels` are those that it sends to. `node` is the
    process's name among many on a shared database, "" for one that is alone; `leads` whether it is the
    scheduler of them all.
    """

    KEY: ClassVar = "pulse"

    pid: int
    started: datetime
    config: str
    running: bool = True
    refused: str = ""
    channels: tuple[str, ...] = ()
    in_flight: Mapping[str, int] = field(default_factory=dict)
    node: str = ""
    role: str = "all"
    leads: bool = True

    @property
    def key(self) -> str:
        """The key of the fact that it is kept as."""
        return f"{self.KEY} {self.node}" if self.node else self.KEY

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "started": self.started.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a pulse, one of another release too: what it lacks is taken as unknown, the rest left."""
        known = {item.name: value[item.name] for item in fields(cls) if item.name in value}
        return cls(**{**known, "started": datetime.fromisoformat(value["started"])})


def bury(conn: Connection, now: datetime) -> int:
    """Forget the pulses of processes that are gone for a day; give how many."""
    gone = [key for key, fact in facts.beginning(conn, f"{Pulse.KEY} ").items() if fact.at < now - MOURNING]
    for key in gone:
        facts.forget(conn, key)
    return len(gone)


def last_pulse(conn: Connection) -> datetime | None:
    """Tell when a daemon last lived on this database; None when none ever did."""
    return max((fact.at for fact in facts.beginning(conn, Pulse.KEY).values()), default=None)
