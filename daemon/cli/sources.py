"""tocsin sources: what is polled, and how it fares."""

import asyncio
import os

import click

from daemon.cli.options import look_up_config, open_store
from daemon.cli.output import Row, output_option, print_rows, when
from daemon.store import sources
from daemon.store.sources import SourceState


@click.group(name="sources")
def command() -> None:
    """Show and try the sources."""


@command.command("list")
@output_option
@click.pass_context
def list_sources(ctx: click.Context, output: str) -> None:
    """List the sources: when each is polled next, and why then."""
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: sources.page(conn, limit=1_000_000))
    columns = ["name", "host", "last_poll_at", "next_poll_at", "why_then", "error"]
    print_rows([_row(state) for state in found], columns, output)


@command.command()
@click.argument("url")
@click.option("--name", help="Try it with the settings of this source of the configuration.")
@output_option
@click.pass_context
def test(ctx: click.Context, url: str, name: str | None, output: str) -> None:
    """Fetch URL once, as the daemon would, and show what it lists. Nothing is stored."""
    from daemon.runtime.preview import preview  # noqa: PLC0415  heavy, and only needed here

    config = look_up_config(ctx)
    feed = asyncio.run(preview(config, url, name, os.environ))
    rows = [{"published": when(e.published), "title": e.title, "url": e.url} for e in feed.entries]
    print_rows(rows, ["published", "title", "url"], output)
    click.echo(f"{feed.title or url}: {len(rows)} entries", err=True)


def _row(state: SourceState) -> Row:
    return {
        "name": state.name,
        "url": state.url,
        "host": state.host,
        "last_poll_at": when(state.last_poll_at),
        "next_poll_at": when(state.next_poll_at),
        "why_then": state.next_poll_why,
        "failures": state.failures,
        "error": state.error,
        "paused": state.paused,
    }
