"""One line to the operator at set times: that all is alive, what was done, and how fast."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from daemon.alert import Leg, Spread, leg_by_leg, next_time, source_by_source
from daemon.jobs.context import Context
from daemon.jobs.operator import problems, tell_operator
from daemon.jobs.words import counted, spell, told
from daemon.model import Message, Severity
from daemon.store import day, facts, legs

KEY = "heartbeat"
_SOURCES = 10


@dataclass(frozen=True, slots=True)
class Beat:
    """What was done since a time, what is wrong now, and how long alerts took on each leg of their way."""

    since: datetime
    done: day.Done
    problems: int
    budget: float
    legs: dict[Leg, Spread]
    slowest: tuple[tuple[str, Spread], ...]


async def beat(ctx: Context) -> None:
    """Tell the operator when it is time; what could not be told is told the next time.

    Times that passed while the daemon was down are one heartbeat. The first is at the first time of the
    timetable after it was set.
    """
    now = ctx.now()
    if ctx.config.daemon.heartbeat is None:
        return
    last = await ctx.store.read(lambda conn: facts.get(conn, KEY))
    if last is None:
        await ctx.store.write(lambda conn: facts.put(conn, KEY, None, now))
    elif next_time(ctx.config.daemon.heartbeat, ctx.config.daemon.time_zone, last.at) <= now:
        taken = await ctx.store.read(lambda conn: take(conn, ctx, last.at))
        if await tell_operator(ctx, _message(taken, now)):
            await ctx.store.write(lambda conn: facts.put(conn, KEY, None, now))


def take(conn: Connection, ctx: Context, since: datetime) -> Beat:
    """Take stock of what was done since a time."""
    hours = max((ctx.now() - since) / timedelta(hours=1), 1 / 60)
    times = legs.since(conn, since)
    done = day.done_since(conn, since)
    by_source = source_by_source(times).items()
    whole = {source: found[Leg.WHOLE] for source, found in by_source if Leg.WHOLE in found}
    slowest = sorted(whole.items(), key=lambda item: item[1].p95, reverse=True)[:_SOURCES]
    return Beat(
        since,
        done,
        len(problems(conn, ctx)),
        done.polls / hours / ctx.config.polling.budget,
        leg_by_leg(times),
        tuple(slowest),
    )


def _message(beat: Beat, now: datetime) -> Message:
    """Write one line; how fast it went stands below it, the slowest sources first."""
    done = beat.done
    counts = [
        counted(done.polls, "poll") + (f" ({done.failed} failed)" if done.failed else ""),
        counted(done.articles, "article"),
        counted(done.alerts, "alert"),
        counted(done.sent, "delivery", "deliveries"),
        counted(beat.problems, "problem"),
        f"{beat.budget:.0%} of the budget",
    ]
    title = f"Tocsin is alive: {', '.join(counts)} in {spell(now - beat.since)}"
    lines = [f"{leg}: {told(spread)}" for leg, spread in beat.legs.items()]
    if beat.slowest:
        lines += ["", f"{Leg.WHOLE}, by source, the slowest first:"]
        lines += [f"{source}: {told(spread)}" for source, spread in beat.slowest]
    text = "\n".join(lines) or "Nothing rang, so there is no leg to measure."
    return Message(f"heartbeat-{now:%Y%m%d%H%M}", title, text, severity=Severity.INFO)
