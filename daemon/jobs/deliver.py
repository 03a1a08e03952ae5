"""Deliver what the outbox holds: one message to one target, and what came of it written down."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog

from daemon.alert import next_attempt, repeated
from daemon.deliver import Deliverer
from daemon.jobs.context import Context
from daemon.model import Channel, Message, Outcome
from daemon.store import deliveries
from daemon.store.deliveries import Delivery

# A target that has not answered by then may have taken the message all the same.
LIMIT = timedelta(seconds=30)
LEASE = timedelta(minutes=2)

log = structlog.get_logger()


Deliveries = tuple[Delivery]


async def claim_deliveries(
    ctx: Context, _limit: int, _in_flight: Collection[Deliveries]
) -> Sequence[Deliveries]:
    """Take what is due: one delivery of each channel at most, however many wait.

    The channels are the limit; a bound on them all would let busy ones starve the others.
    """
    now = ctx.now()
    names = tuple(name for name, channel in ctx.channels.items() if channel.enabled)
    due = await ctx.store.write(lambda conn: deliveries.claim_due(conn, now, channels=names, lease=LEASE))
    return [(delivery,) for delivery in due]


async def deliver(ctx: Context, delivery: Delivery) -> None:
    """Send one message and record the outcome; a failure is tried again until it is given up."""
    outcome = await _send(ctx, delivery)
    now = ctx.now()
    following = next_attempt(delivery.attempts - 1, outcome, now, ctx.chance())
    state = await ctx.store.write(
        lambda conn: deliveries.record(conn, delivery.id, outcome, now, try_again_at=following.at)
    )
    say = log.info if outcome.ok else log.warning
    say(
        "delivery",
        channel=delivery.channel,
        alert=delivery.message.key,
        state=state.value,
        why=following.reason,
    )


async def try_channel(deliverer: Deliverer, channel: Channel) -> Outcome:
    """Send a channel a message that says it is a test; nothing is written down."""
    text = "This is a test of the channel. Nothing has happened; alerts will arrive like this message."
    message = Message(key="test", title="Tocsin: a test message", text=text)
    return await deliverer.send(channel.url, message, LIMIT)


async def _send(ctx: Context, delivery: Delivery) -> Outcome:
    channel = ctx.channels.get(delivery.channel)
    if channel is None:
        detail = f"the configuration names no channel {delivery.channel!r} any more"
        return Outcome(ok=False, kind="no_channel", detail=detail, permanent=True)
    # A send whose outcome nobody knows may have arrived: the reader is told that this may be a repeat.
    message = repeated(delivery.message) if delivery.unknown else delivery.message
    return await ctx.deliverer.send(channel.url, message, LIMIT)
