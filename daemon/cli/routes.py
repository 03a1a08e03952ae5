"""tocsin routes: who is told what, and when."""

import sys
from datetime import UTC, datetime

import click

from daemon.cli.options import look_up_config, open_store
from daemon.cli.output import output_option, print_rows
from daemon.config import Config
from daemon.errors import StoreError
from daemon.model import Severity, Silence
from daemon.runtime.clock import now

FINDINGS = 3


@click.group(name="routes")
def command() -> None:
    """Show the routes, and who would be told of an alert."""


@command.command("list")
@output_option
@click.pass_context
def list_routes(ctx: click.Context, output: str) -> None:
    """List the routes: what leads to which channels."""
    keys = ("rules", "rule_tags", "sources", "source_tags", "entities", "languages")
    rows = [
        {
            "name": route.name,
            "channels": route.channels,
            "min_severity": route.min_severity.label,
            **{key: getattr(route, key) for key in keys},
        }
        for route in look_up_config(ctx).routes
    ]
    print_rows(rows, ["name", *keys, "min_severity", "channels"], output)


@command.command()
@click.argument("rule")
@click.option(
    "--severity", type=click.Choice([each.label for each in Severity]), help="As if the rule had this one."
)
@click.option("--source", help="As if an article of this source rang.")
@click.option("--at", help="As if it rang then: 2026-11-22T23:30, or 23:30 for today.")
@output_option
@click.pass_context
def test(  # noqa: PLR0913, PLR0917  click's way: one parameter an option
    ctx: click.Context, rule: str, severity: str | None, source: str | None, at: str | None, output: str
) -> None:
    """Tell who would hear of an alert of RULE, when, and why.

    It supposes that nothing else waits and nothing was sent within the hour, and heeds the silences of that
    time. The exit code is 3 if nobody would be told.
    """
    from daemon.jobs.routes import outlook  # noqa: PLC0415  heavy, and only needed here

    config = look_up_config(ctx)
    asked, time = Severity[severity.upper()] if severity else None, _moment(config, at)
    held = _silences(ctx, time)
    found = outlook(config, rule, time, severity=asked, source=source, silences=held)
    rows = [{**row, "when": _clock(row["when"])} for row in found]
    print_rows(rows, ["channel", "told", "when", "why"], output)
    if all(row["told"] == "no" for row in found):
        click.echo("nobody would be told", err=True)
        sys.exit(FINDINGS)


def _silences(ctx: click.Context, at: datetime) -> list[Silence]:
    from daemon.store import silences  # noqa: PLC0415  heavy, and only needed here

    try:
        with open_store(ctx) as store:
            return store.read_now(lambda conn: silences.in_force(conn, at))
    except StoreError as error:
        click.echo(f"the silences cannot be read: {error}", err=True)
        return []


def _moment(config: Config, written: str | None) -> datetime:
    """Read a time; one that names no zone is of the daemon's, one that names no day is of today."""
    if written is None:
        return now()
    zone = config.daemon.time_zone
    try:
        day = "" if "-" in written else f"{now().astimezone(zone):%Y-%m-%d}T"
        time = datetime.fromisoformat(f"{day}{written}")
    except ValueError:
        raise click.BadParameter(
            f"«{written}» is no time: write 2026-11-22T23:30, or 23:30", param_hint="--at"
        ) from None
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)


def _clock(time: datetime | None) -> str:
    return f"{time:%a %d %b %Y, %H:%M:%S} {time.tzinfo}" if time else ""
