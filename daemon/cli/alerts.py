"""tocsin alerts: what has rung."""

import click

from daemon.cli.options import open_store
from daemon.cli.output import Output, Row, output_option, print_rows, when
from daemon.model import DeliveryState
from daemon.store import Store, alerts, deliveries
from daemon.store.alerts import Alert

_UNHEARD = "no channel listened"


@click.group(name="alerts")
def command() -> None:
    """Show what has rung."""


@command.command("list")
@click.option("--rule", default="", help="Only alerts of this rule.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, latest first."
)
@output_option
@click.pass_context
def list_alerts(ctx: click.Context, rule: str, limit: int, output: str) -> None:
    """List alerts, latest first, each with where it went."""
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: alerts.page(conn, limit=limit, rule=rule))
        rows = [_row(store, alert) for alert in found]
    if output == Output.TABLE:
        rows = [{**row, "told": _summary(row)} for row in rows]
    print_rows(rows, ["at", "severity", "rule", "title", "told", "key"], output)


def _row(store: Store, alert: Alert) -> Row:
    queued = store.read_now(lambda conn: deliveries.of_alert(conn, alert.id))
    sent = (each.channel for each in queued if each.state is DeliveryState.SENT)
    return {
        "at": when(alert.created_at),
        "severity": alert.severity.label,
        "rule": alert.rule,
        "title": alert.title,
        "url": alert.url,
        "told": list(dict.fromkeys(sent)),
        "deliveries": [
            {"channel": each.channel, "state": each.state.value, "follow_up": bool(each.revision)}
            for each in queued
        ],
        "untold": alert.muted if alert.silent else "" if queued else _UNHEARD,
        "key": alert.key,
        "story": alert.story_id,
    }


def _summary(row: Row) -> list[str]:
    """Say to whom an alert went and what came of it, or why nobody is told."""
    if row["untold"]:
        return [f"nobody: {row['untold']}"]
    return [
        f"{each['channel']}{', follow-up' if each['follow_up'] else ''}: {each['state']}"
        for each in row["deliveries"]
    ]
