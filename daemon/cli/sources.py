"""tocsin sources: what is polled, and how it fares."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

import click

from daemon.cli.options import look_up_config, open_store
from daemon.cli.output import Row, output_option, print_rows, when
from daemon.errors import ConflictError
from daemon.jobs.budget import history
from daemon.model import Source
from daemon.runtime.clock import now
from daemon.schedule import find_problems
from daemon.store import sources
from daemon.store.sources import SourceState

FINDINGS = 3


@click.group(name="sources")
def command() -> None:
    """Show, try and steer the sources."""


@command.command("list")
@click.option("--problems", is_flag=True, help="Only those with a problem; exit code 3 if there is any.")
@output_option
@click.pass_context
def list_sources(ctx: click.Context, output: str, *, problems: bool) -> None:
    """List the sources: when each is polled next, and why then."""
    known = {source.name: source for source in look_up_config(ctx).sources}
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: sources.page(conn, limit=1_000_000))
    rows = [_row(state, known.get(state.name)) for state in found]
    columns = ["name", "host", "rate", "last_poll_at", "next_poll_at", "why_then", "problems"]
    if problems:
        rows = [row for row in rows if row["problems"]]
        columns = ["name", "problems", "next_poll_at", "why_then"]
    print_rows(rows, columns, output)
    if problems and rows:
        sys.exit(FINDINGS)


@command.command()
@click.argument("url")
@click.option("--name", help="Try it with the settings of this source of the configuration.")
@output_option
@click.pass_context
def test(ctx: click.Context, url: str, name: str | None, output: str) -> None:
    """Fetch URL once, as the daemon would, and show what it lists. Nothing is stored."""
    from daemon.runtime.preview import preview  # noqa: PLC0415  heavy, and only needed here

    feed = asyncio.run(preview(look_up_config(ctx), url, name, os.environ))
    rows = [{"published": when(e.published), "title": e.title, "url": e.url} for e in feed.entries]
    print_rows(rows, ["published", "title", "url"], output)
    click.echo(f"{feed.title or url}: {len(rows)} entries", err=True)


@command.command()
@click.argument("url")
@output_option
@click.pass_context
def discover(ctx: click.Context, url: str, output: str) -> None:
    """Find the feeds, sitemaps, channels and listings behind the page at URL."""
    from daemon.runtime.preview import find_candidates  # noqa: PLC0415  heavy, and only needed here

    found = asyncio.run(find_candidates(look_up_config(ctx), url, os.environ))
    rows = [
        {"kind": each.kind.value, "url": each.url, "links": each.links, "why": each.why, "title": each.title}
        for each in found
    ]
    print_rows(rows, ["kind", "url", "links", "why"], output)


@command.command()
@click.argument("name")
@click.pass_context
def poll(ctx: click.Context, name: str) -> None:
    """Poll the source NAME at once; a running daemon does so within a second."""
    with open_store(ctx) as store:
        state = store.read_now(lambda conn: sources.find(conn, name))
        if state.paused:
            raise ConflictError(f"{name} is paused: `tocsin sources resume` polls it again, at once")
        store.write_now(lambda conn: sources.schedule_poll(conn, state.id, now(), "asked for by hand"))
    click.echo(f"{name}: due now")


@command.command()
@click.argument("name")
@click.pass_context
def pause(ctx: click.Context, name: str) -> None:
    """Stop polling the source NAME until it is resumed."""
    with open_store(ctx) as store:
        store.write_now(partial(sources.pause, name=name))
    click.echo(f"{name}: paused")


@command.command()
@click.argument("name")
@click.pass_context
def resume(ctx: click.Context, name: str) -> None:
    """Poll the paused source NAME again."""
    with open_store(ctx) as store:
        store.write_now(lambda conn: sources.resume(conn, name, now()))
    click.echo(f"{name}: resumed, due now")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_opml(file: Path) -> None:
    """Turn an OPML FILE into [[sources]] tables, to be put into the configuration or an included file."""
    from daemon.cli.opml import read_opml, to_toml  # noqa: PLC0415  only needed here

    found = read_opml(file.read_bytes())
    click.echo(to_toml(found), nl=False)
    click.echo(f"{len(found)} sources", err=True)


@command.command()
@click.pass_context
def export(ctx: click.Context) -> None:
    """Print the sources as OPML, for other readers."""
    from daemon.cli.opml import to_opml  # noqa: PLC0415  only needed here

    click.echo(to_opml(look_up_config(ctx).sources), nl=False)


def _row(state: SourceState, source: Source | None) -> Row:
    learned = history(state)
    wrong = find_problems(source, learned, now()) if source else ()
    return {
        "name": state.name,
        "url": state.url,
        "host": state.host,
        "rate": f"{learned.rhythm.rate * 24:.1f} a day" if learned.rhythm else "",
        "last_poll_at": when(state.last_poll_at),
        "next_poll_at": when(state.next_poll_at),
        "why_then": state.next_poll_why,
        "failures": state.failures,
        "error": state.error,
        "paused": state.paused,
        "problems": [problem.message for problem in wrong],
    }
