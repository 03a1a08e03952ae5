"""Is it well, what is wrong, what comes next: for the command line and the desk alike."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from daemon.alert import leg_by_leg
from daemon.jobs.canary import trial
from daemon.jobs.words import counted
from daemon.model import DeliveryState
from daemon.runtime.pulse import Pulse
from daemon.store import deliveries, facts, ledger, legs, polls, sources
from daemon.store.facts import Fact

# A daemon notes its pulse every 5 s; one that has not for this long hangs or is gone.
SILENT = timedelta(seconds=30)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def take_status(conn: Connection, at: datetime, places: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Take stock as `take_stock` does, and count entries, the requests of an hour, and the legs' times."""
    return {
        **take_stock(conn, at, places),
        "entries": {fate.value: count for fate, count in ledger.tally(conn).items()},
        "requests": polls.count_since(conn, at - _HOUR),
        "legs": _legs(conn, at),
    }


def take_stock(
    conn: Connection, at: datetime, places: Mapping[str, str] | None = None, most: int | None = None
) -> dict[str, Any]:
    """Say what is well and what is not, in values that JSON can carry.

    `findings` are sentences on what wants looking at, `problems` counts them; of the sources that fail, so
    many are told of at `most`, the longest failing first. `places` tells where each source stands in the
    configuration.
    """
    noted, pulse = foremost(conn, at)
    running = bool(pulse and noted and _lives(pulse, noted, at))
    polled, outbox = sources.tally(conn, at), deliveries.tally(conn)
    waiting = deliveries.waiting_by_channel(conn)
    failing = sources.failing(conn, most) if polled["failing"] else []
    status = {
        "running": running,
        "starting": bool(pulse and pulse.starting),
        "silent": _silent(pulse, noted, at) if pulse and noted else "",
        "since": pulse.started.isoformat() if pulse else None,
        "pid": pulse.pid if pulse else None,
        "config": pulse.config if pulse else None,
        "refused": pulse.refused if pulse and running else "",
        "sources": polled,
        "failing": [
            {"name": state.name, "error": state.error, "next": _clock(state.next_poll_at)}
            for state in failing
        ],
        "deliveries": {state.value: count for state, count in outbox.items()},
        "waiting_for": waiting,
        "canary": _canary(conn),
    }
    stranded = _stranded(waiting, pulse.channels) if pulse else []
    findings = [*_findings(status, places or {}), *stranded]
    problems = len(findings) + polled["failing"] - len(failing)
    return {**status, "findings": findings, "problems": problems}


def _legs(conn: Connection, at: datetime) -> dict[str, Any]:
    """Give the seconds that the alerts of the last day took on each leg of their way."""
    return {
        leg.value: {
            "alerts": spread.count,
            "p50": spread.p50.total_seconds(),
            "p95": spread.p95.total_seconds(),
        }
        for leg, spread in leg_by_leg(legs.since(conn, at - _DAY)).items()
    }


def _canary(conn: Connection) -> dict[str, Any]:
    known = trial(conn)
    back, began = (time.isoformat() if time else None for time in (known.back, known.began))
    return {"back": back, "began": began, "broken": dict(known.broken)}


def take_roll(conn: Connection, at: datetime) -> list[dict[str, Any]]:
    """List the processes that share the database, each with what it runs, as it last said."""
    return [
        {
            "node": pulse.node or f"process {pulse.pid}",
            "role": pulse.role,
            "leads": pulse.leads and _lives(pulse, noted, at),
            "state": _state(pulse, noted, at),
            "program": pulse.program,
            "config": pulse.config,
            "refused": bool(pulse.refused),
            "since": pulse.started.isoformat(),
            "seen": noted.at.isoformat(),
            "in_flight": sum(pulse.in_flight.values()),
        }
        for pulse, noted in _pulses(conn)
    ]


def _state(pulse: Pulse, noted: Fact, at: datetime) -> str:
    if _lives(pulse, noted, at):
        return "starting" if pulse.starting else "running"
    return "silent" if pulse.running else "stopped"


def _lives(pulse: Pulse, noted: Fact, at: datetime) -> bool:
    return pulse.running and at - noted.at < SILENT


def _silent(pulse: Pulse, noted: Fact, at: datetime) -> str:
    """Tell since when a daemon that did not say that it ended is not heard of, "" if it is."""
    return f"{noted.at:%Y-%m-%d %H:%M} UTC" if pulse.running and at - noted.at >= SILENT else ""


def _pulses(conn: Connection) -> list[tuple[Pulse, Fact]]:
    found = facts.beginning(conn, Pulse.KEY).values()
    return [(Pulse.from_json(fact.value), fact) for fact in found]


def foremost(conn: Connection, at: datetime) -> tuple[Fact | None, Pulse | None]:
    """Give the pulse that speaks for all: of those that live the leader's, and the latest of these."""

    def rank(each: tuple[Pulse, Fact]) -> tuple[bool, bool, bool, datetime]:
        pulse, noted = each
        return _lives(pulse, noted, at), not pulse.starting, pulse.leads, noted.at

    found = sorted(_pulses(conn), key=rank)
    return (found[-1][1], found[-1][0]) if found else (None, None)


def _stranded(waiting_for: Mapping[str, int], channels: Collection[str]) -> list[str]:
    return [
        f"{counted(count, 'delivery waits', 'deliveries wait')} for the channel {name}, which the "
        "configuration no longer names or has switched off: name it again, and they are sent"
        for name, count in waiting_for.items()
        if name not in channels
    ]


def _findings(status: dict[str, Any], places: Mapping[str, str]) -> list[str]:
    wrong = []
    if status["silent"]:
        wrong.append(
            f"the daemon (process {status['pid']}) has noted nothing since {status['silent']}: it was "
            "killed (`tocsin run` starts it anew), or can write nothing, as when the disk is full: its log "
            "says which, and it goes on by itself when there is room"
        )
    elif not status["running"]:
        wrong.append("no daemon is running: start it with `tocsin run` or `systemctl start tocsin`")
    if status["refused"]:
        wrong.append(f"the configuration on disk is refused, the one before it runs on:\n{status['refused']}")
    wrong += [f"the canary is not back: {sentence}" for sentence in status["canary"]["broken"].values()]
    wrong += [_failing(each, places) for each in status["failing"]]
    if failed := status["deliveries"][DeliveryState.FAILED]:
        told = counted(failed, "delivery failed and is", "deliveries failed and are")
        wrong.append(f"{told} tried again: `tocsin deliveries list --state failed` says when")
    if dead := status["deliveries"][DeliveryState.DEAD]:
        told = counted(dead, "delivery was given up", "deliveries were given up")
        wrong.append(f"{told}: `tocsin deliveries list --state dead`, and `retry` sends again")
    return wrong


def _failing(each: Mapping[str, str], places: Mapping[str, str]) -> str:
    place = places.get(each["name"])
    where = f" ({place})" if place else ""
    return f"{each['name']}{where} cannot be polled: {each['error']}; next try at {each['next']}"


def _clock(time: datetime | None) -> str:
    return f"{time:%H:%M} UTC" if time else "no time, it is paused"
