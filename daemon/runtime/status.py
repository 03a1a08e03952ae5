"""Is it well, what is wrong, what comes next: for the command line and the desk alike."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from daemon.model import DeliveryState
from daemon.runtime.pulse import Pulse
from daemon.store import deliveries, facts, ledger, sources
from daemon.store.facts import Fact

# A daemon notes its pulse every 5 s; one that has not for this long hangs or is gone.
SILENT = timedelta(seconds=30)


def take_status(conn: Connection, at: datetime) -> dict[str, Any]:
    """Take stock, in values that JSON can carry; `findings` are sentences on what wants looking at."""
    noted, pulse = _foremost(conn, at)
    polled, outbox = sources.tally(conn, at), deliveries.tally(conn)
    waiting = deliveries.waiting_by_channel(conn)
    status = {
        "running": bool(pulse and pulse.running and noted and at - noted.at < SILENT),
        "since": pulse.started.isoformat() if pulse else None,
        "pid": pulse.pid if pulse else None,
        "config": pulse.config if pulse else None,
        "refused": pulse.refused if pulse else "",
        "sources": polled,
        "failing": [
            {"name": state.name, "error": state.error, "next": _clock(state.next_poll_at)}
            for state in sources.failing(conn)
        ],
        "entries": {fate.value: count for fate, count in ledger.tally(conn).items()},
        "deliveries": {state.value: count for state, count in outbox.items()},
        "waiting_for": waiting,
    }
    stranded = _stranded(waiting, pulse.channels) if pulse else []
    return {**status, "findings": [*_findings(status, outbox), *stranded]}


def take_roll(conn: Connection, at: datetime) -> list[dict[str, Any]]:
    """List the processes that share the database, each with what it runs, as it last said."""
    return [
        {
            "node": pulse.node or f"process {pulse.pid}",
            "role": pulse.role,
            "leads": pulse.leads and _lives(pulse, noted, at),
            "state": "running" if _lives(pulse, noted, at) else "silent" if pulse.running else "stopped",
            "config": pulse.config,
            "refused": bool(pulse.refused),
            "since": pulse.started.isoformat(),
            "seen": noted.at.isoformat(),
            "in_flight": sum(pulse.in_flight.values()),
        }
        for pulse, noted in _pulses(conn)
    ]


def _lives(pulse: Pulse, noted: Fact, at: datetime) -> bool:
    return pulse.running and at - noted.at < SILENT


def _pulses(conn: Connection) -> list[tuple[Pulse, Fact]]:
    found = facts.beginning(conn, Pulse.KEY).values()
    return [(Pulse.from_json(fact.value), fact) for fact in found]


def _foremost(conn: Connection, at: datetime) -> tuple[Fact | None, Pulse | None]:
    """Give the pulse that speaks for all: of those that live the leader's, and the latest of these."""
    found = sorted(
        _pulses(conn),
        key=lambda each: (_lives(each[0], each[1], at), each[0].leads, each[1].at),
    )
    return (found[-1][1], found[-1][0]) if found else (None, None)


def _stranded(waiting_for: Mapping[str, int], channels: Collection[str]) -> list[str]:
    return [
        f"{count} deliveries wait for the channel {name}, which the configuration no longer names or has "
        "switched off: name it again, and they are sent"
        for name, count in waiting_for.items()
        if name not in channels
    ]


def _findings(status: dict[str, Any], outbox: dict[DeliveryState, int]) -> list[str]:
    wrong = []
    if not status["running"]:
        wrong.append("no daemon is running: start it with `tocsin run` or `systemctl start tocsin`")
    if status["refused"]:
        wrong.append(f"the configuration on disk is refused, the one before it runs on:\n{status['refused']}")
    wrong += [
        f"{each['name']} cannot be polled: {each['error']}; next try at {each['next']}"
        for each in status["failing"]
    ]
    if failed := outbox[DeliveryState.FAILED]:
        wrong.append(
            f"{failed} deliveries failed and will be tried again: `tocsin deliveries list --state failed`"
        )
    if dead := outbox[DeliveryState.DEAD]:
        wrong.append(f"{dead} deliveries were given up: `tocsin deliveries list --state dead`")
    return wrong


def _clock(time: datetime | None) -> str:
    return f"{time:%H:%M} UTC" if time else "no time, it is paused"
