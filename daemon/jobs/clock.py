"""Heed the clock: what is due must not wait because it was put back, and what nobody saw must be said."""

from datetime import datetime, timedelta, tzinfo

import structlog

from daemon.jobs.context import Context
from daemon.jobs.operator import tell_operator
from daemon.model import Message
from daemon.store import leases

# Less than this is a slow machine, a restart, or a clock that is being set by degrees.
STEP = timedelta(minutes=1)
GAP = timedelta(minutes=15)

log = structlog.get_logger()


async def heed_clock(ctx: Context, seen: datetime, now: datetime) -> None:
    """Compare two times at which the daemon knows that it lived, one right after the other.

    A clock that was put back brings forward what is due, or it would wait for as long. After a gap the
    operator is told what can be known of it and what cannot.
    """
    if seen - now > STEP:
        back = seen - now
        await ctx.store.write(lambda conn: leases.bring_forward(conn, back))
        log.warning("the clock was put back, and what is due with it", by=str(back))
    elif now - seen > GAP:
        log.warning("nobody watched", since=seen.isoformat(), until=now.isoformat())
        await tell_operator(ctx, _gap(seen, now, ctx.config.daemon.time_zone))


def _gap(seen: datetime, now: datetime, zone: tzinfo) -> Message:
    since, until = (f"{time.astimezone(zone):%Y-%m-%d %H:%M %Z}" for time in (seen, now))
    text = (
        "Tocsin was stopped, its machine slept, its clock was put on, or its database is that of a backup.\n"
        "What the sources still list is read now and rings, unless it is older than max_age. What they "
        "listed and took off meanwhile cannot be known.\n"
        "If the database is that of a backup, alerts of that time may come again, with the keys they had."
    )
    return Message(f"gap-{seen:%Y%m%dT%H%M}", f"Tocsin: nobody watched from {since} to {until}", text)
