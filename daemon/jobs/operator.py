"""Tell the operator what keeps sources from being seen and alerts from arriving.

What was told is remembered, and only what is new or over is told again: one message for an outage,
not a thousand. The readers' channels hear nothing of it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from daemon.alert import notice
from daemon.jobs.budget import history
from daemon.jobs.context import Context
from daemon.jobs.words import counted
from daemon.model import Message
from daemon.schedule import find_problems
from daemon.store import deliveries, facts, sources

LIMIT = timedelta(seconds=30)
TOLD = "told_problems"

# So many sources with one problem are one piece of news.
_MANY = 5

log = structlog.get_logger()


# Of a kind of problem: what many sources at once do, and what one does when it is over.
_KINDS = {
    "gone": ("are gone for good", "can be polled again"),
    "error": ("cannot be polled", "can be polled again"),
    "empty": ("list nothing", "lists entries again"),
    "silent": ("have had nothing new for long", "has news again"),
    "gap": ("may have had entries that passed unseen", "is seen without gaps again"),
    "moved": ("have moved for good", "is found again where the configuration says"),
    "certificate": ("have certificates that end soon", "has a certificate that lasts"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: the source's name, or "" for what concerns all; `kind` is one word.

    `was` says when it is over what had been wrong, `since` when it began.
    """

    source: str
    kind: str
    message: str
    was: str
    since: datetime

    @property
    def key(self) -> str:
        return f"{self.source}\t{self.kind}"


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator was told of a problem: what had been wrong, and since when, if that is known."""

    was: str = ""
    since: datetime | None = None


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
    new = [each for each in found if each.key not in told]
    lasting = {_subject(each.key) for each in found}  # «dead 2» does not mean that «dead 1» is over
    over = {key: told[key] for key in sorted(told) if _subject(key) not in lasting}
    begun = {_subject(key): each.since for key, each in told.items() if each.since}
    wrong = {each.key: Told(each.was, begun.get(_subject(each.key), each.since)) for each in found}
    if not new and not over:
        return
    if await tell_operator(ctx, _message(ctx, new, over, len(wrong))):
        now = ctx.now()
        await ctx.store.write(lambda conn: facts.put(conn, TOLD, _noted(wrong), now))


def problems(conn: Connection, ctx: Context) -> list[Problem]:
    """List everything that somebody should look at, now."""
    now = ctx.now()
    found = [
        Problem(state.name, problem.kind, problem.message, problem.was, problem.since or now)
        for state in sources.every(conn)
        if state.name in ctx.sources
        for problem in find_problems(ctx.sources[state.name], history(state), now)
    ]
    if given_up := deliveries.dead_by_channel(conn):
        dead = sum(given_up.values())
        whose = counted(dead, "delivery was given up", "deliveries were given up")
        was = f"{whose} ({', '.join(f'{name}: {count}' for name, count in given_up.items())})"
        text = f"{was}: `tocsin deliveries list --state dead` shows what was not told"
        found.append(Problem("", f"dead {dead}", text, was, now))
    return found


def _told(conn: Connection) -> dict[str, Told]:
    fact = facts.get(conn, TOLD)
    if fact is None or isinstance(fact.value, list):  # as a release before this one noted it
        return dict.fromkeys(fact.value, Told()) if fact else {}
    return {key: Told(was, datetime.fromisoformat(since)) for key, (was, since) in fact.value.items()}


def _noted(wrong: Mapping[str, Told]) -> dict[str, tuple[str, str]]:
    return {key: (told.was, told.since.isoformat()) for key, told in wrong.items() if told.since}


def _message(ctx: Context, new: list[Problem], over: Mapping[str, Told], left: int) -> Message:
    ended = [_over(ctx, key, told) for key, told in over.items()]
    lines = [*_grouped(new), *ended[:_MANY]]
    if len(ended) > _MANY:
        lines.append(
            f"and {len(ended) - _MANY} more are over: `tocsin sources list --problems` names what is not"
        )
    title = f"Tocsin: {counted(left, 'problem')}" if left else "Tocsin: all is well again"
    return Message("operator", title, "\n".join(lines))


def _over(ctx: Context, key: str, told: Told) -> str:
    """Say that a problem is over, what had been wrong, and since when."""
    source, kind = _subject(key)
    zone = ctx.config.daemon.time_zone
    before = f" Since {told.since.astimezone(zone):%a %d %b, %H:%M} {zone}, {told.was}." if told.since else ""
    if not source:
        return f"What was given up was sent again, or is too old to be kept.{before}"
    again = _KINDS[kind][1] if source in ctx.sources else "is not watched any more"
    return f"{source} {again}.{before}"


def _grouped(new: list[Problem]) -> list[str]:
    """Name each problem, but those of many sources at once only by their number."""
    kinds = Counter(problem.kind for problem in new)
    lines = [
        f"{count} sources at once {_KINDS[kind][0]}: `tocsin sources list --problems` names them"
        for kind, count in kinds.items()
        if count > _MANY
    ]
    single = [problem for problem in new if kinds[problem.kind] <= _MANY]
    return lines + [f"{problem.source}: {problem.message}".removeprefix(": ") for problem in single]


def _subject(key: str) -> tuple[str, str]:
    """Give the source and the kind without its count."""
    source, _, kind = key.partition("\t")
    return source, kind.partition(" ")[0]
