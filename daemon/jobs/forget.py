"""Forget what no article can be compared with any more: old fingerprints, lines, and silent stories."""

from datetime import timedelta
from functools import partial

import structlog

from daemon.jobs.context import Context
from daemon.jobs.place import SILENCE, WINDOW
from daemon.store import clusters, fingerprints, rechecks

_PART = 500  # fingerprints a commit: some 50 ms of the one writer
_LATE = timedelta(hours=6)

log = structlog.get_logger()


async def forget(ctx: Context) -> int:
    """Forget in small parts, so that nobody waits long for the writer; give how many fingerprints."""
    now, forgotten = ctx.now(), 0
    part = partial(fingerprints.forget, before=now - WINDOW, limit=_PART)
    while gone := await ctx.store.write(part):
        forgotten += gone
    await ctx.store.write(lambda conn: fingerprints.forget_lines(conn, now - WINDOW))
    silent = await ctx.store.write(lambda conn: clusters.forget(conn, now - SILENCE))
    late = await ctx.store.write(lambda conn: rechecks.give_up(conn, now - _LATE))
    log.info("forgotten", fingerprints=forgotten, stories=silent, rechecks=late)
    return forgotten
