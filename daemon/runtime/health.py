"""Is the pipe moving: what a probe asks every few seconds, and what restarting or a person must mend."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from daemon.jobs import Context
from daemon.jobs.canary import trial
from daemon.jobs.words import spell
from daemon.runtime.status import SILENT, foremost
from daemon.store import lateness

# Work that was due so long ago is done by nobody.
LATE = timedelta(minutes=15)


def look_over(conn: Connection, ctx: Context) -> list[str]:
    """Say in sentences why the pipe is not well; an empty list is well.

    A source that fails and a delivery that was given up are no reasons: they need a person, and the
    operator is told of them.
    """
    now = ctx.now()
    heard = [name for name, channel in ctx.channels.items() if channel.enabled]
    due = lateness.overdue(conn, heard)
    return unwell(pulse_age(conn, now), {stage: now - at for stage, at in due.items()}, trial(conn).broken)


def unwell(age: timedelta | None, late: Mapping[str, timedelta], broken: Mapping[str, str]) -> list[str]:
    """Judge by the age of the pulse, how late each stage is, and what the last canary found broken."""
    found = []
    if age is None or age >= SILENT:
        since = f"for {spell(age)}" if age is not None else "yet"
        found.append(
            f"no pulse {since}: nothing can be written, as when the disk is full, or the daemon stands "
            "still; its log says which"
        )
    found += [
        f"{stage}: what was due {spell(span)} ago is not done; `tocsin status` and the log say more"
        for stage, span in late.items()
        if span >= LATE
    ]
    return found + [f"the canary is not back: {sentence}" for sentence in broken.values()]


def pulse_age(conn: Connection, now: datetime) -> timedelta | None:
    """Give how old the daemon's last pulse is, None where there was none."""
    noted, _ = foremost(conn, now)
    return now - noted.at if noted else None
