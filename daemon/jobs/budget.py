"""Set the price of a poll, about once an hour, so that the budget of requests is really spent."""

from datetime import timedelta

from sqlalchemy import Connection

from daemon.jobs.context import Context
from daemon.schedule import Budget, PollState, settle
from daemon.store import polls, rechecks, sources
from daemon.store.sources import SourceState

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def history(state: SourceState) -> PollState:
    """Read what the schedule has learned of a source."""
    return PollState.from_plain(state.schedule)


async def settle_budget(ctx: Context) -> Budget:
    """Give the budget at the price that today's sources and the past day's spending call for."""
    return await ctx.store.read(lambda conn: _settle(conn, ctx))


def _settle(conn: Connection, ctx: Context) -> Budget:
    now = ctx.now()
    made = polls.count_since(conn, now - _DAY)
    since = polls.first_since(conn, now - _DAY)
    # Less than a day of polls says little about what a day costs.
    spent = made / 24 if since and now - since > _DAY * 0.9 else None
    reread = rechecks.count_since(conn, now - _HOUR)
    known = (
        (source, history(state)) for state in sources.every(conn) if (source := ctx.sources.get(state.name))
    )
    return settle(ctx.budget, known, spent, reread)
