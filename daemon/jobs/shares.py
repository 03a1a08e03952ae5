"""Work shared out between machines: the names of hosts and channels that have some, and the doing of it.

Whoever is given a name is alone with it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from daemon.jobs.context import Context
from daemon.jobs.deliver import claim_deliveries, deliver
from daemon.jobs.poll import claim_sources, poll
from daemon.jobs.read import claim_entries, read
from daemon.jobs.recheck import claim_rechecks, recheck, room_for_rechecks
from daemon.store import claims, leases, readings, rechecks, rests, sources
from daemon.store.rests import Rest

HOSTS = 1000
"""How many hosts are shared out at once; the next tick shares out more."""
PIECES = 20
"""How much of one host's work is claimed at a time: no lease may run out on what waits its turn."""

Piece = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Due:
    """Who has work that is due."""

    hosts: tuple[str, ...]
    channels: tuple[str, ...]


async def due(ctx: Context) -> Due:
    """Name the hosts and the channels that have work now, longest due first."""
    now = ctx.now()

    def ask(conn: Connection) -> Due:
        hosts = [name for room in (sources, readings) for name in room.due_hosts(conn, now, HOSTS)]
        # A second look that the budget has no room for would only be offered again and again.
        hosts += rechecks.due_hosts(conn, now, min(HOSTS, room_for_rechecks(ctx, conn, now)))
        channels = [name for name in claims.due_channels(conn, now) if _is_open(ctx, name)]
        return Due(tuple(dict.fromkeys(hosts)), tuple(channels))

    return await ctx.store.read(ask)


def _is_open(ctx: Context, channel: str) -> bool:
    """Tell whether the configuration lets anything go to a channel; what is stranded waits without a stir."""
    return channel in ctx.channels and ctx.channels[channel].enabled


async def of_host(ctx: Context, host: str) -> AsyncIterator[Piece]:
    """Give what is due at a host, piece by piece: polls first, then what they listed, then second looks."""
    kinds: tuple[tuple[Any, Any], ...] = ((claim_sources, poll), (claim_entries, read))
    if await ctx.store.read(lambda conn: rechecks.any_due(conn, host, ctx.now())):
        kinds = (*kinds, (claim_rechecks, recheck))  # they are counted among all machines, one at a time
    for claim, work in kinds:
        for series in await claim(ctx, PIECES, (), host):
            for piece in series:
                yield _bound(ctx, work, piece)


async def of_channel(ctx: Context, channel: str) -> AsyncIterator[Piece]:
    """Give what is due for a channel, message by message; what others sent to it counts in its burst."""
    now = ctx.now()

    def begin(conn: Connection) -> datetime | None:
        leases.expire_of_channel(conn, channel, now)
        return rests.get(conn, Rest.BURST, channel)

    spaced_until = await ctx.store.write(begin)
    if spaced_until and (known := ctx.channels.get(channel)):
        await ctx.deliverer.space(known.url, spaced_until - now)
    while series := await claim_deliveries(ctx, 1, (), channel):
        for parcel in series[0]:
            yield _bound(ctx, deliver, parcel)


async def leave_channel(ctx: Context, channel: str) -> None:
    """Let whoever has a channel next know what was sent to it, as far as it counts in a burst."""
    known = ctx.channels.get(channel)
    if known and (left := ctx.deliverer.spacing(known.url)):
        until = ctx.now() + left
        await ctx.store.write_own(lambda conn: rests.put(conn, Rest.BURST, channel, until))


def _bound(ctx: Context, work: Callable[[Context, Any], Awaitable[None]], piece: Any) -> Piece:
    return lambda: work(ctx, piece)
