"""Tell after all what a silence has muted, when somebody asks for it: once, and labelled as late."""

from collections.abc import Collection, Sequence
from functools import partial

import structlog
from sqlalchemy import Connection

from daemon.alert import ring
from daemon.jobs.backtest import as_asked
from daemon.jobs.context import Context
from daemon.jobs.ring import Outbox
from daemon.model import Fate, Verdict
from daemon.store import alerts, articles, hits, ledger

log = structlog.get_logger()


async def claim_replays(ctx: Context, limit: int, _in_flight: Collection[tuple[int]]) -> Sequence[tuple[int]]:
    """Find muted alerts that are to be told. Two may find one: only the first to write tells it."""
    due = await ctx.store.read(lambda conn: alerts.to_replay(conn, limit))
    return [(alert_id,) for alert_id in due]


async def replay(ctx: Context, alert_id: int) -> None:
    """Put one of them into the outbox, to whom the configuration sends it now."""
    said = await ctx.store.write(partial(_replay, ctx, alert_id))
    log.info("replayed", alert=alert_id, why=said)


def _replay(ctx: Context, alert_id: int, conn: Connection) -> str:
    now, alert = ctx.now(), alerts.get(conn, alert_id)
    if alert is None or not alerts.release(conn, alert_id, now):
        return "it was told already"
    (stored,) = articles.get(conn, {alert.article_id or 0}) or (None,)
    if stored is None:
        return "its article is no longer kept"
    hit = next((each.hit for each in hits.of_article(conn, stored.id) if each.hit.rule == alert.rule), None)
    rule = ctx.rules.get(alert.rule)
    if hit is None or rule is None:
        verdict = Verdict(Fate.FAILED, f"not replayed: the rule «{alert.rule}» is no longer in use")
    else:
        article = as_asked(stored, ctx.source_tags)
        made = ring(article, hit, rule, tuple(ctx.channels.values()), ctx.config.routes)
        Outbox(ctx, conn, now).ring_late(made, alert)
        fate = Fate.QUEUED if made.channels else Fate.FAILED
        verdict = Verdict(fate, f"«{alert.rule}» rings late, replayed: {made.reason}")
    ledger.enter(conn, stored.entry_id, verdict, now)
    return verdict.reason
