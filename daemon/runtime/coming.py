"""What will happen next: the next poll, what is read and sent, the next digest, heartbeat and canary."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from daemon.alert import digest_after, next_time
from daemon.config import Config
from daemon.jobs import heartbeat
from daemon.jobs.canary import trial
from daemon.store import facts, lateness
from daemon.store.browsing import Order, browse
from daemon.store.sources import SourceState


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that will happen: when, and what."""

    at: datetime
    what: str


def look_ahead(conn: Connection, config: Config, now: datetime) -> list[Coming]:
    """List what comes next of each kind, the soonest first; what is overdue has a time that has passed."""
    found = [*_polls(conn), *_signs(conn, config, now)]
    due = lateness.overdue(conn, [channel.name for channel in config.channels if channel.enabled])
    words = {"read": "an article is read", "deliver": "a message is sent, or what was held is looked at"}
    found += [Coming(due[stage], what) for stage, what in words.items() if stage in due]
    for channel in config.channels:
        if channel.enabled and (at := digest_after(channel, now)):
            found.append(Coming(at, f"the digest to {channel.name}, if anything waits for it"))
    return sorted(found, key=lambda coming: coming.at)


def _polls(conn: Connection) -> list[Coming]:
    found = [state for state in browse(conn, Order.NEXT, limit=1) if state.next_poll_at]
    return [
        Coming(state.next_poll_at, f"{state.name} is polled{_why(state)}")
        for state in found
        if state.next_poll_at
    ]


def _why(state: SourceState) -> str:
    """Give why then, but for a source that fails: why it does stands among what is wrong."""
    return f" ({state.next_poll_why})" if state.next_poll_why and not state.failures else ""


def _signs(conn: Connection, config: Config, now: datetime) -> list[Coming]:
    settings, found = config.daemon, []
    if settings.heartbeat:
        last = facts.get(conn, heartbeat.KEY)
        at = next_time(settings.heartbeat, settings.time_zone, last.at if last else now)
        found.append(Coming(at, f"the heartbeat to {settings.operator_channel}"))
    if settings.canary:
        began = trial(conn).began
        found.append(Coming(began + settings.canary if began else now, "a canary flies"))
    return found
