"""Which stage of the pipe is broken, by how far a canary has come."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from daemon.model import DeliveryState


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a canary has come at one channel; `held` says that its manners keep it waiting."""

    state: DeliveryState
    held: bool = False
    detail: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be learned of the channel now."""
        return self.state is DeliveryState.SENT or self.held


@dataclass(frozen=True, slots=True)
class Flight:
    """How far a canary has come in the pipe; `arrivals` are by channel."""

    read: bool = False
    matched: bool = False
    rung: bool = False
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)


def is_back(flight: Flight, channels: Collection[str]) -> bool:
    """Tell whether each of the channels has taken the canary, or holds it as it should."""
    return all(name in flight.arrivals and flight.arrivals[name].is_settled for name in channels)


def faults(flight: Flight, channels: Collection[str]) -> dict[str, str]:
    """Say what is broken, for a canary whose time is over: by stage or by «deliver NAME», in sentences.

    Only the first stage that failed is named: none after it had its turn.
    """
    if not flight.read:
        return {"read": "it was found and not read: the worker processes or the read lane stand still"}
    if not flight.matched:
        return {"match": "it was read and no rule matched it: the worker processes do not match"}
    if not flight.rung:
        return {"ring": "it was matched and did not ring: no alert was written"}
    return dict(_undelivered(flight, channels))


def mended(stage: str) -> str:
    """Say of a stage that `faults` named, or that could not parse, that it works again."""
    known = {
        "parse": "its feed is parsed again",
        "read": "what is found is read again",
        "match": "what is read is matched again",
        "ring": "what matches rings again",
    }
    return known.get(stage) or f"it reaches the channel {stage.removeprefix('deliver ')} again"


def _undelivered(flight: Flight, channels: Collection[str]) -> Iterator[tuple[str, str]]:
    for name in channels:
        arrival = flight.arrivals.get(name)
        if arrival is None:
            yield f"deliver {name}", f"it rang and nothing was queued for the channel {name}"
        elif not arrival.is_settled:
            why = arrival.detail or "nobody took it up, the deliver lane stands still"
            yield f"deliver {name}", f"it was not delivered to the channel {name}: {why}"
