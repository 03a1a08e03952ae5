"""An article of Tocsin's own, sent through the whole pipe: what does not come back is broken.

It is listed as a feed lists one, parsed and matched by the workers that read everything else, placed, rung
and delivered. What is looked at is the record of its deliveries. When it is back, or its time is over, it
is taken out of the store.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from html import escape
from typing import Any, Self

import structlog
from sqlalchemy import Connection

from daemon.alert import Flight, faults, is_back, mended, notice
from daemon.config import Config
from daemon.errors import ParseError
from daemon.jobs.context import Context
from daemon.model import CANARY, Channel, Hit, Message, Mode, Route, Rule, Severity, SourceKind
from daemon.parse import parse_source
from daemon.store import canary, facts
from daemon.store.entries import StoredEntry

WITHIN = timedelta(minutes=5)
LIMIT = timedelta(seconds=30)
KEY = "canary"

# Looked at less often than this, the daemon was away, or the machine asleep: that is no broken stage.
_ATTENTIVE = timedelta(minutes=1)
_PHRASE = "tocsin canary flight"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trial:
    """What is known of canaries: the one in the air (`entry`), when it began, and when one was back last.

    `broken` is what the last one found, by stage, in sentences; `told` names the stages that somebody was
    told of.
    """

    entry: int | None = None
    began: datetime | None = None
    looked: datetime | None = None
    back: datetime | None = None
    broken: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        times = {name: getattr(self, name) for name in ("began", "looked", "back")}
        return asdict(self) | {name: time and time.isoformat() for name, time in times.items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        times = {name: value[name] for name in ("began", "looked", "back")}
        read = {name: time and datetime.fromisoformat(time) for name, time in times.items()}
        return cls(**{**value, **read, "told": tuple(value["told"])})


def canary_rules(config: Config) -> tuple[Rule, ...]:
    """Give the rule that canaries ring, which names their channels; none where there is no canary."""
    names = tuple(channel.name for channel in config.channels if channel.canary and channel.enabled)
    if config.daemon.canary is None or not names:
        return ()
    rule = Rule(CANARY, any=(_PHRASE,), forms="exact", sources=(CANARY,), severity=Severity.INFO)
    return (replace(rule, channels=names),)


def is_asked(stored: StoredEntry, hit: Hit) -> bool:
    """Tell whether a hit counts: a canary rings the rule of its own alone."""
    return stored.source != CANARY or hit.rule == CANARY


def routes_of(ctx: Context, stored: StoredEntry) -> tuple[Route, ...]:
    """Give the routes that an entry's alerts may take: none for a canary, whose rule names its channels."""
    return () if stored.source == CANARY else ctx.config.routes


def trial(conn: Connection) -> Trial:
    """Give what is known of canaries."""
    fact = facts.get(conn, KEY)
    return Trial.from_json(fact.value) if fact else Trial()


async def fly(ctx: Context) -> None:
    """Send a canary when it is time, look for the one that is in the air, and tell what it found."""
    known = await ctx.store.read(trial)
    every, rules = ctx.config.daemon.canary, ctx.rules.get(CANARY)
    if every is None or rules is None:
        if known != Trial():
            await ctx.store.write(lambda conn: _land(conn, Trial(), ctx.now()))
        return
    if known.entry is not None:
        known = await _watch(ctx, known, known.entry, rules.channels)
    elif known.began is None or ctx.now() - known.began >= every:
        known = await _launch(ctx, known)
    await _tell(ctx, known)


async def _launch(ctx: Context, known: Trial) -> Trial:
    now = ctx.now()
    try:
        feed = await ctx.compute(parse_source, _feed(now), url="", kind=SourceKind.FEED)
    except ParseError as error:
        broken = {"parse": f"its feed could not be parsed: {error}"}
        return await _kept(ctx, replace(known, entry=None, began=now, looked=now, broken=broken))

    def launch(conn: Connection) -> Trial:
        entry = canary.launch(conn, feed.entries, now)
        return _keep(conn, replace(known, entry=entry, began=now, looked=now), now)

    return await ctx.store.write(launch)


async def _watch(ctx: Context, known: Trial, entry: int, channels: Collection[str]) -> Trial:
    """Look for a canary; when it is back, or should be, it lands, and what it found is kept."""
    now = ctx.now()
    began, looked = known.began or now, known.looked or now
    flight = await ctx.store.read(lambda conn: canary.look(conn, entry))
    over = now - began >= WITHIN
    if now - looked > _ATTENTIVE:
        after = replace(known, entry=None, began=None)  # nobody watched: another one is sent
    elif is_back(flight, channels):
        after = replace(known, entry=None, looked=now, back=now, broken={})
    elif over:
        after = replace(known, entry=None, looked=now, broken=faults(flight, channels))
    else:
        return await _kept(ctx, replace(known, looked=now))
    _log(after, flight)
    return await ctx.store.write(lambda conn: _land(conn, after, now))


def _log(after: Trial, flight: Flight) -> None:
    channels = {name: arrival.state.value for name, arrival in flight.arrivals.items()}
    if after.broken:
        log.error("the canary is not back", broken=after.broken, channels=channels)
    else:
        log.info("the canary landed", channels=channels)


async def _tell(ctx: Context, known: Trial) -> None:
    """Tell what is broken, and what is mended again, once; where nobody can be told, the next time."""
    new = [stage for stage in known.broken if stage not in known.told]
    over = [stage for stage in known.told if stage not in known.broken]
    if not new and not over:
        return
    text = [known.broken[stage] for stage in new] + [mended(stage) for stage in over]
    title = "Tocsin: a canary is not back" if known.broken else "Tocsin: the canary comes through again"
    at = f"{known.began or ctx.now():%Y%m%d%H%M}"
    if new:
        text.append("`tocsin status` and the log say more; until it is mended, alerts may not arrive")
    message = Message(f"canary-{at}", title, "\n".join(text), severity=Severity.HIGH)
    for channel in _listeners(ctx, known.broken):
        outcome = await ctx.deliverer.send(channel.url, notice(message, ctx.styles[channel.name]), LIMIT)
        if outcome.ok:
            await _kept(ctx, replace(known, told=tuple(known.broken)))
            return
        log.warning("of the canary could not be told", channel=channel.name, why=outcome.detail)


def _listeners(ctx: Context, broken: Collection[str]) -> Iterator[Channel]:
    """Give the channels that may be told, the operator's first; one that is broken is no way to tell."""
    operator = ctx.config.daemon.operator_channel
    whole = [
        channel
        for channel in ctx.channels.values()
        if channel.enabled and f"deliver {channel.name}" not in broken
    ]
    yield from (channel for channel in whole if channel.name == operator)
    yield from (channel for channel in whole if channel.name != operator and channel.mode is Mode.INSTANT)


async def _kept(ctx: Context, known: Trial) -> Trial:
    return await ctx.store.write(lambda conn: _keep(conn, known, ctx.now()))


def _land(conn: Connection, known: Trial, now: datetime) -> Trial:
    canary.withdraw(conn)
    return _keep(conn, known, now)


def _keep(conn: Connection, known: Trial, now: datetime) -> Trial:
    facts.put(conn, KEY, known.to_json(), now)
    return known


def _feed(now: datetime) -> bytes:
    """Write the feed that lists a canary, its number the time: words that nobody else writes."""
    number = f"{now:%Y%m%d%H%M%S}"
    title = f"{_PHRASE.capitalize()} {number}"
    text = f"This is a test, and nothing has happened: alerts reach this channel. {number}."
    item = f"<title>{escape(title)}</title><link>canary:{number}</link><guid>canary:{number}</guid>"
    item += f"<description>{escape(text)}</description>"
    return f"<rss version='2.0'><channel><title>Canary</title><item>{item}</item></channel></rss>".encode()
