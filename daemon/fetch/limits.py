"""What one fetch may cost."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that hold whatever a server does.

    `total` bounds the whole fetch but for the wait for a host's turn, `connect` each connection,
    `silence` the gap between two reads. `body` is in bytes, on the wire and decoded alike. `pace` is
    the least time between two requests to one host, `patience` the longest wait for one's turn.
    """

    total: timedelta = timedelta(seconds=30)
    connect: timedelta = timedelta(seconds=10)
    silence: timedelta = timedelta(seconds=15)
    body: int = 10_000_000
    redirects: int = 10
    in_flight: int = 200
    pace: timedelta = timedelta(seconds=1)
    patience: timedelta = timedelta(seconds=15)

    @property
    def timeouts(self) -> dict[str, float]:
        """The same in the words of the connection pool, in seconds; a request is short, `total` bounds it."""
        return {"connect": self.connect.total_seconds(), "read": self.silence.total_seconds()}


LONG_REST = timedelta(seconds=2)
"""A host that is to be left alone for longer is told of to all who may call on it."""

USUAL_LIMITS = Limits()
