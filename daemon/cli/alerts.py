"""tocsin alerts: what has rung."""

import click

from daemon.cli.options import open_store
from daemon.cli.output import Row, output_option, print_rows, when
from daemon.store import Store, alerts, deliveries
from daemon.store.alerts import Alert


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
    print_rows(rows, ["at", "severity", "rule", "title", "told", "key"], output)


def _row(store: Store, alert: Alert) -> Row:
    sent = store.read_now(lambda conn: deliveries.of_alert(conn, alert.id))
    told = [f"{each.channel}{', follow-up' if each.revision else ''}: {each.state.value}" for each in sent]
    return {
        "at": when(alert.created_at),
        "severity": alert.severity.label,
        "rule": alert.rule,
        "title": alert.title,
        "url": alert.url,
        "told": told or ([f"nobody: {alert.muted}"] if alert.silent else []),
        "key": alert.key,
        "story": alert.story_id,
    }
