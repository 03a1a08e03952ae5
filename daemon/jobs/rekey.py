"""Make lookup keys anew that an earlier release made; else an upgrade rings copies of what was there."""

from collections.abc import Collection, Sequence

import structlog

from daemon.errors import ParseError
from daemon.jobs.context import Context
from daemon.jobs.place import WINDOW
from daemon.jobs.work import lookup_keys
from daemon.store import rekeying
from daemon.store.rekeying import Outdated

_PART = 20  # articles a commit: some 10 ms of the one writer, and far from a worker's limit
_PARTS = 100  # in one go: a few seconds, so that a reload waits for none of it

log = structlog.get_logger()


async def rekey(ctx: Context) -> int:
    """Make the keys of the newest articles that have old ones, a part of them all; give how many.

    It is called again and again, and costs next to nothing when none is left.
    """
    if await ctx.store.read(rekeying.left) is None:
        return 0
    done = 0
    for _ in range(_PARTS):
        if not (renewed := await _renew(ctx)):
            break
        done += renewed
    left = await ctx.store.read(rekeying.left)
    log.info("lookup keys of an earlier release made anew", articles=done, left=left)
    return done


async def _renew(ctx: Context) -> int:
    now = ctx.now()
    part = await ctx.store.read(lambda conn: rekeying.outdated(conn, now - WINDOW, _PART))
    if not part:
        await ctx.store.write(rekeying.finish)
        return 0
    keys = await _keys(ctx, part)
    await ctx.store.write(lambda conn: rekeying.renew(conn, part, keys, now))
    return len(part)


async def _keys(ctx: Context, part: Sequence[Outdated]) -> list[Collection[int] | None]:
    """Give the keys of each; None for one over which its worker had to be stopped, alone as it was."""
    try:
        return [*await ctx.compute(lookup_keys, [(one.article, one.known_lines) for one in part])]
    except ParseError as error:
        if len(part) == 1:
            log.warning("an article keeps its old lookup keys", article=part[0].id, why=str(error))
            return [None]
        return [keys for one in part for keys in await _keys(ctx, [one])]
