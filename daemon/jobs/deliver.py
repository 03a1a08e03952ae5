"""Deliver what the outbox holds: one message to one target, and what came of it written down."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from daemon.alert import (
    MOST,
    Bundle,
    Step,
    decide,
    decide_again,
    digest,
    digest_after,
    next_attempt,
    notice,
    repeated,
    together,
    word,
)
from daemon.deliver import Deliverer, Landing, Logbook
from daemon.errors import StoreError
from daemon.jobs.context import Context
from daemon.model import Channel, Message, Outcome, Waiting
from daemon.store import claims, deliveries, rests
from daemon.store.deliveries import Delivery
from daemon.store.rests import Rest

# A target that has not answered by then may have taken the message all the same.
LIMIT = timedelta(seconds=30)
LEASE = timedelta(minutes=2)
_STORE_AGAIN = (1, 2, 4, 8)  # seconds, less than a queue waits for who is silent
HOUR = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one channel, and the deliveries that it settles."""

    channel: str
    message: Message
    deliveries: tuple[Delivery, ...]


Parcels = tuple[Parcel]


async def claim_deliveries(
    ctx: Context, _limit: int, _in_flight: Collection[Parcels], only: str | None = None
) -> Sequence[Parcels]:
    """Take what is to be sent now: one message for each channel at most, however many wait.

    The channels are the limit; a bound on them all would let busy ones starve the others. With `only`,
    what is to be sent to that one.
    """
    now = ctx.now()
    channels = [
        channel for channel in ctx.channels.values() if channel.enabled and only in (None, channel.name)
    ]

    def claim(conn: Connection) -> list[Parcels]:
        made = (_Claim(ctx, conn, channel, now).claim() for channel in channels)
        return [(parcel,) for parcel in made if parcel]

    return await ctx.store.write(claim)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one channel is sent now, decided and taken within a transaction."""

    ctx: Context
    conn: Connection
    channel: Channel
    now: datetime

    def claim(self) -> Parcel | None:
        if not claims.is_due(self.conn, self.channel.name, self.now):
            return None
        return self._again() or self._anew()

    def _again(self) -> Parcel | None:
        """Take up what was tried before, as it was, unless the channel's manners let it wait."""
        begun = claims.begun(self.conn, self.channel.name, self.now)
        if not begun:
            return None
        severest = max(each.message.severity for each in begun)
        step = decide_again(self.channel, [each.id for each in begun], severest, self._sent(), self.now)
        return self._follow(step)

    def _anew(self) -> Parcel | None:
        waiting = claims.fresh(self.conn, self.channel.name, self.now, MOST)
        step = self._decide(waiting)
        if step.send and len(waiting) >= MOST:
            # Of what belongs to a message, some may come so late in turn that it was not looked at.
            known = {each.id for each in waiting}
            mates = claims.mates(self.conn, self.channel.name, step.send.ids, self.now)
            step = self._decide([*waiting, *(each for each in mates if each.id not in known)])
        return self._follow(step)

    def _decide(self, waiting: Sequence[Waiting]) -> Step:
        oldest = min((each.since for each in waiting), default=self.now)
        digest_at = digest_after(self.channel, oldest)
        return decide(self.channel, waiting, self._sent(), self.now, digest_at=digest_at)

    def _sent(self) -> list[datetime]:
        if self.channel.max_per_hour is None:
            return []
        return claims.sent_since(self.conn, self.channel.name, self.now - HOUR)

    def _follow(self, step: Step) -> Parcel | None:
        for hold in step.holds:
            claims.hold(self.conn, hold.ids, hold.until, hold.held, hold.reason)
        return self._pack(step.send) if step.send else None

    def _pack(self, bundle: Bundle) -> Parcel:
        taken = claims.take(self.conn, bundle.ids, self.now, LEASE)
        message = claims.digest_of(self.conn, taken[0])
        if message is None and len(taken) == 1 and not bundle.is_digest:
            message = taken[0].message
        elif message is None:
            message = self._bind(taken, bundle)
        if all(each.revision for each in taken):
            message = message.under(claims.receipt(self.conn, taken[0].alert_id, self.channel.name))
        # A send whose outcome nobody knows may have arrived: the reader is told that this may be a repeat.
        if any(each.unknown for each in taken):
            message = repeated(message)
        return Parcel(self.channel.name, message, tuple(taken))

    def _bind(self, taken: Sequence[Delivery], bundle: Bundle) -> Message:
        """Make several deliveries one message, which stays what it is whenever it is tried again."""
        told = [each.told for each in taken]
        style, zone = self.ctx.styles[self.channel.name], self.channel.time_zone
        merged = None if bundle.is_digest else together(told)
        if merged:
            keys = [alert.key for alert in told]
            message = word(merged, style, zone=zone, template=self.channel.template, keys=keys)
        else:
            own = self.channel.digest_template
            message = digest(told, style, zone=zone, reason=bundle.reason, template=own)
        claims.make_digest(self.conn, taken, message, bundle.reason, self.now)
        return message


async def deliver(ctx: Context, parcel: Parcel) -> None:
    """Send one message and record the outcome; a failure is tried again until it is given up."""
    outcome = await _send(ctx, parcel)
    now = ctx.now()
    attempts = max(each.attempts for each in parcel.deliveries)
    following = next_attempt(attempts - 1, outcome, now, ctx.chance())
    ids = [each.id for each in parcel.deliveries]
    rest = _rest_of(ctx, parcel.channel)

    def record(conn: Connection) -> None:
        _record(conn, ids, outcome, now, following.at)
        if rest:
            rests.put(conn, Rest.CHANNEL, parcel.channel, now + rest)

    await _note(ctx, record)
    ctx.deliverer.logbook.strike(parcel.channel)
    say = log.info if outcome.ok else log.warning
    say(
        "delivery",
        channel=parcel.channel,
        alert=parcel.message.key,
        settles=len(ids),
        state=following.state.value,
        why=following.reason,
    )


async def _note(ctx: Context, record: Callable[[Connection], None]) -> None:
    """Write down what came of a message; where the store is lost for a moment, until it is back.

    What is not written down is sent again.
    """
    for seconds in _STORE_AGAIN:
        try:
            return await ctx.store.write(record)
        except StoreError as error:
            log.warning("an outcome is not written yet", why=str(error), again_in=seconds)
            await asyncio.sleep(seconds)
    return await ctx.store.write(record)


async def try_channel(deliverer: Deliverer, channel: Channel) -> Outcome:
    """Send a channel a message that says it is a test; nothing is written down."""
    text = "This is a test of the channel. Nothing has happened; alerts will arrive as this message did."
    message = Message(key="test", title="Tocsin: a test message", text=text)
    style = await deliverer.style(channel.url)
    return await deliverer.send(channel.url, notice(message, style), LIMIT)


def _record(
    conn: Connection, ids: Iterable[int], outcome: Outcome, now: datetime, again: datetime | None
) -> None:
    for delivery_id in ids:
        deliveries.record(conn, delivery_id, outcome, now, try_again_at=again)


async def _send(ctx: Context, parcel: Parcel) -> Outcome:
    channel = ctx.channels.get(parcel.channel)
    if channel is None:
        detail = f"the configuration names no channel {parcel.channel!r} any more"
        return Outcome(ok=False, kind="no_channel", detail=detail, permanent=True)
    return await ctx.deliverer.send(
        channel.url, parcel.message, LIMIT, heard=partial(_enter, ctx.deliverer.logbook, parcel)
    )


def _rest_of(ctx: Context, channel: str) -> timedelta:
    """Tell for how long a channel's target asked to be left alone."""
    known = ctx.channels.get(channel)
    return ctx.deliverer.rest(known.url) if known else timedelta()


def _enter(logbook: Logbook, parcel: Parcel, outcome: Outcome) -> None:
    if outcome.ok:
        tries = {each.id: each.attempts for each in parcel.deliveries}
        logbook.enter(Landing(parcel.channel, tries, outcome.detail, outcome.receipt))


def settle(conn: Connection, landings: Iterable[Landing], now: datetime) -> int:
    """Record what had arrived when the process before this one was killed; give how many deliveries."""
    settled = 0
    for landing in landings:
        tries = landing.attempts.items()
        ids = [each for each, attempt in tries if claims.is_open(conn, landing.channel, each, attempt)]
        _record(conn, ids, landing.outcome, now, None)
        settled += len(ids)
    return settled
