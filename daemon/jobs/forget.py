"""Forget what no article can be compared with any more: old fingerprints, lines, and silent stories."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from daemon.jobs.context import Context
from daemon.jobs.place import SILENCE, WINDOW
from daemon.store import clusters, fingerprints, rechecks, rests

_PART = 200  # rows a commit: some 50 ms of the one writer
_LATE = timedelta(hours=6)
_RESTED = timedelta(days=1)  # what waited for a rest to end is not late meanwhile

log = structlog.get_logger()


async def forget(ctx: Context) -> int:
    """Forget in small parts, so that nobody waits long for the writer; give how many fingerprints."""
    now = ctx.now()
    forgotten = await _all(ctx, partial(fingerprints.forget, before=now - WINDOW, limit=_PART))
    silent = await _all(ctx, partial(clusters.forget, before=now - SILENCE, limit=_PART))
    await ctx.store.write(lambda conn: fingerprints.forget_lines(conn, now - WINDOW))
    await ctx.store.write(lambda conn: rests.forget(conn, now - _RESTED))
    late = await ctx.store.write(lambda conn: rechecks.give_up(conn, now - _LATE))
    log.info("forgotten", fingerprints=forgotten, stories=silent, rechecks=late)
    return forgotten


async def _all(ctx: Context, part: Callable[[Connection], int]) -> int:
    forgotten = 0
    while gone := await ctx.store.write(part):
        forgotten += gone
    return forgotten
