"""Tell the operator what keeps sources from being seen and alerts from arriving.

What was told is remembered, and only what is new or over is told again: one message for an outage,
not a thousand. The readers' channels hear nothing of it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import notice
from daemon.jobs.budget import history
from daemon.jobs.context import Context
from daemon.jobs.words import counted
from daemon.model import DeliveryState, Message
from daemon.schedule import find_problems
from daemon.store import deliveries, facts, sources

LIMIT = timedelta(seconds=30)
TOLD = "told_problems"

# So many sources with one problem are one piece of news.
_MANY = 5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: the source's name, or "" for what concerns all; `kind` is one word."""

    source: str
    kind: str
    message: str


async def tell_operator(ctx: Context, message: Message) -> bool:
    """Send the operator channel a message, and tell whether it took it; False when there is none."""
    channel = ctx.channels.get(ctx.config.daemon.operator_channel)
    if channel is None:
        return False
    outcome = await ctx.deliverer.send(channel.url, notice(message, ctx.styles[channel.name]), LIMIT)
    if not outcome.ok:
        log.warning("the operator could not be told", channel=channel.name, why=outcome.detail)
    return outcome.ok


async def report_problems(ctx: Context) -> None:
    """Tell the operator what has changed since the last report; if that fails, next time."""
    found, told = await ctx.store.read(lambda conn: (problems(conn, ctx), _told(conn)))
    now_wrong = {f"{each.source}\t{each.kind}": each for each in found}
    new = [each for key, each in now_wrong.items() if key not in told]
    lasting = {_subject(key) for key in now_wrong}  # «dead 2» does not mean that «dead 1» is over
    over = sorted(key for key in told - now_wrong.keys() if _subject(key) not in lasting)
    if not new and not over:
        return
    if await tell_operator(ctx, _message(new, over, len(now_wrong))):
        now = ctx.now()
        await ctx.store.write(lambda conn: facts.put(conn, TOLD, sorted(now_wrong), now))


def problems(conn: Connection, ctx: Context) -> list[Problem]:
    """List everything that somebody should look at, now."""
    now = ctx.now()
    found = [
        Problem(state.name, problem.kind, problem.message)
        for state in sources.every(conn)
        if state.name in ctx.sources
        for problem in find_problems(ctx.sources[state.name], history(state), now)
    ]
    if dead := deliveries.tally(conn)[DeliveryState.DEAD]:
        given_up = counted(dead, "delivery was given up", "deliveries were given up")
        text = f"{given_up}: `tocsin deliveries list --state dead` shows what was not told"
        found.append(Problem("", f"dead {dead}", text))
    return found


def _told(conn: Connection) -> set[str]:
    fact = facts.get(conn, TOLD)
    return set(fact.value) if fact else set()


def _message(new: list[Problem], over: list[str], left: int) -> Message:
    lines = [*_grouped(new), *(f"over: {_named(key)}" for key in over[:_MANY])]
    if len(over) > _MANY:
        lines.append(f"over: {len(over) - _MANY} more")
    title = f"Tocsin: {counted(left, 'problem')}" if left else "Tocsin: all is well again"
    return Message("operator", title, "\n".join(lines))


def _grouped(new: list[Problem]) -> list[str]:
    """Name each problem, but those of many sources at once only by their number."""
    kinds = Counter(problem.kind for problem in new)
    lines = [
        f"{count} sources at once: {kind}. `tocsin sources list --problems` names them"
        for kind, count in kinds.items()
        if count > _MANY
    ]
    single = [problem for problem in new if kinds[problem.kind] <= _MANY]
    return lines + [f"{problem.source}: {problem.message}".removeprefix(": ") for problem in single]


def _subject(key: str) -> tuple[str, str]:
    """Give the source and the kind without its count."""
    source, _, kind = key.partition("\t")
    return source, kind.partition(" ")[0]


def _named(key: str) -> str:
    source, _, kind = key.partition("\t")
    return f"{source}: {kind}" if source else kind
