"""tocsin db: the database's upkeep."""

import sys
from datetime import timedelta
from pathlib import Path

import click

from daemon.cli.options import database, open_store
from daemon.cli.output import counting, working
from daemon.runtime.clock import now
from daemon.store import copying, upkeep

FINDINGS = 3


@click.group(name="db")
def command() -> None:
    """Upgrade, check, back up and prune the database."""


@command.command()
@click.pass_context
def upgrade(ctx: click.Context) -> None:
    """Make the database, or bring it to this program's schema after a backup."""
    done = upkeep.upgrade(database(ctx), now())
    if done.before == done.after:
        click.echo(f"nothing to do: the schema is {done.after} already")
    else:
        backup = f"; the backup is {done.backup}" if done.backup else ""
        click.echo(f"upgraded from {done.before or 'nothing'} to {done.after}{backup}")


@command.command()
@click.pass_context
def current(ctx: click.Context) -> None:
    """Print the revision of the schema."""
    click.echo(upkeep.current(database(ctx)) or "none: there is no database yet")


@command.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Read the whole database through and report what is not sound."""
    with working("reading the database through"):
        findings = upkeep.check(database(ctx))
    for finding in findings:
        click.echo(finding)
    if findings:
        sys.exit(FINDINGS)
    click.echo("sound")


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_context
def backup(ctx: click.Context, target: Path) -> None:
    """Copy the database to TARGET, while a daemon uses it or not, and verify the copy."""
    with working(f"copying the database to {target}"):
        written = upkeep.backup(database(ctx), target)
    click.echo(f"backed up to {written}")


@command.command()
@click.option("--to", "target", required=True, metavar="URL", help="The address of an empty database.")
@click.pass_context
def copy(ctx: click.Context, target: str) -> None:
    """Copy the whole store to another database, from SQLite to PostgreSQL or back, and verify each row.

    Stop the daemon first. A copy that was interrupted goes on where it was.
    """
    with counting("copying") as count:
        done = copying.copy(
            database(ctx), target, now(), lambda stage, done, every: count(done, every, stage)
        )
    rows, tables = sum(done.rows.values()), len(done.rows)
    earlier = f", {done.resumed} of them by an earlier attempt" if done.resumed else ""
    click.echo(f"{rows} rows of {tables} tables copied{earlier}, and each compared with its original")
    click.echo("now name the new database in config.toml: [daemon] database, and start the daemon")


@command.command()
@click.option("--older-than", "days", type=click.IntRange(1), default=90, show_default=True, metavar="DAYS")
@click.pass_context
def prune(ctx: click.Context, days: int) -> None:
    """Delete what is older than so many DAYS; never what is still to be read or sent."""
    before = now() - timedelta(days=days)
    with working("deleting"), open_store(ctx) as store:
        removed = upkeep.prune(store, before)
    click.echo(f"{removed} rows from before {before:%Y-%m-%d} deleted")
