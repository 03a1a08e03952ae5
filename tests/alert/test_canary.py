"""Which stage is broken, by how far a canary has come."""

import pytest

from daemon.alert import Arrival, Flight, faults, is_back, mended
from daemon.model import DeliveryState

SENT = Arrival(DeliveryState.SENT)
HELD = Arrival(DeliveryState.PENDING, held=True)
WAITING = Arrival(DeliveryState.PENDING)
REFUSED = Arrival(DeliveryState.FAILED, detail="connection refused")


def rung(**arrivals):
    return Flight(read=True, matched=True, rung=True, arrivals=arrivals)


@pytest.mark.parametrize(
    ("flight", "stages"),
    [
        (Flight(), ["read"]),
        (Flight(read=True), ["match"]),
        (Flight(read=True, matched=True), ["ring"]),
        (rung(), ["deliver a", "deliver b"]),
        (rung(a=SENT, b=WAITING), ["deliver b"]),
        (rung(a=REFUSED, b=SENT), ["deliver a"]),
        (rung(a=SENT, b=HELD), []),
        (rung(a=SENT, b=SENT), []),
    ],
)
def test_the_first_stage_that_failed_is_named(flight, stages):
    assert list(faults(flight, ["a", "b"])) == stages
    assert is_back(flight, ["a", "b"]) == (not stages)


def test_a_target_s_own_words_are_told():
    assert "connection refused" in faults(rung(a=REFUSED), ["a"])["deliver a"]


def test_of_each_stage_it_is_said_that_it_works_again():
    stages = [
        "parse",
        *(stage for flight in (Flight(), Flight(read=True)) for stage in faults(flight, ["a"])),
    ]
    assert [mended(stage) for stage in [*stages, "ring"]] == [
        "its feed is parsed again",
        "what is found is read again",
        "what is read is matched again",
        "what matches rings again",
    ]
    assert mended("deliver night desk") == "it reaches the channel night desk again"
