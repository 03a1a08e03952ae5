"""tocsin sources: what is polled, and how it fares."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Connection

from daemon.cli.options import config_path, look_up_config, open_store
from daemon.cli.output import (
    Count,
    Output,
    Row,
    counting,
    output_option,
    print_rows,
    printable,
    when,
    working,
)
from daemon.config import add_sources, address_fault, did_you_mean, replace_file, write_sources
from daemon.errors import NotFoundError
from daemon.jobs.watched import watched
from daemon.jobs.words import counted
from daemon.model import Source
from daemon.runtime.clock import now
from daemon.store import sources
from daemon.store.sources import SourceState

FINDINGS = 3
_SHOWN = 10
_LONGEST_NAME = 90  # of 100 that a name may have, a number after it

_allow_private = click.option("--allow-private", is_flag=True, help="Allow an address of your own network.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would be added, and write nothing.")


@click.group(name="sources")
def command() -> None:
    """Add, show, try and steer the sources."""


@command.command("list")
@click.option("--problems", is_flag=True, help="Only those with a problem; exit code 3 if there is any.")
@output_option
@click.pass_context
def list_sources(ctx: click.Context, output: str, *, problems: bool) -> None:
    """List the sources: when each is polled next, and why then."""
    known = {source.name: source for source in look_up_config(ctx).sources}
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: list(sources.every(conn)))
    rows = [_row(state, known.get(state.name)) for state in found]
    columns = ["name", "host", "rate", "last_poll_at", "next_poll_at", "why_then", "problems"]
    stored = {state.name for state in found}
    rows += [_untaken(source) for name, source in known.items() if name not in stored]
    if problems:
        rows = [row for row in rows if row["problems"]]
        columns = ["name", "problems", "next_poll_at", "why_then"]
    if problems and not rows:
        click.echo("no source has a problem", err=True)
    if rows or not problems or output != Output.TABLE:
        print_rows(rows, columns, output)
    if problems and rows:
        sys.exit(FINDINGS)


@command.command()
@click.argument("url")
@click.option("--name", help="Try it with the settings of this source of the configuration.")
@_allow_private
@output_option
@click.pass_context
def test(ctx: click.Context, url: str, name: str | None, output: str, *, allow_private: bool) -> None:
    """Fetch URL, or what the source of that name has, once, as the daemon would, and show what it lists.

    Nothing is stored.
    """
    from daemon.runtime.preview import preview  # noqa: PLC0415  heavy, and only needed here

    trying = preview(look_up_config(ctx), url, name, os.environ, allow_private=allow_private)
    with working(f"asking {url}"):
        feed = asyncio.run(trying)
    rows = [{"published": when(e.published), "title": e.title, "url": e.url} for e in feed.entries]
    print_rows(rows, ["published", "title", "url"], output)
    click.echo(f"{feed.title or url}: {counted(len(rows), 'entry', 'entries')}", err=True)


@command.command()
@click.argument("url")
@_allow_private
@output_option
@click.pass_context
def discover(ctx: click.Context, url: str, output: str, *, allow_private: bool) -> None:
    """Find the feeds, sitemaps, channels and listings behind the page at URL."""
    from daemon.runtime.preview import find_candidates  # noqa: PLC0415  heavy, and only needed here

    finding = find_candidates(look_up_config(ctx), url, os.environ, allow_private=allow_private)
    with working(f"looking behind {url}"):
        found = asyncio.run(finding)
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
    _steer(ctx, name, lambda conn: sources.poll_now(conn, name, now()))
    click.echo(f"{name}: due now")


@command.command()
@click.argument("name")
@click.pass_context
def pause(ctx: click.Context, name: str) -> None:
    """Stop polling the source NAME until it is resumed."""
    _steer(ctx, name, partial(sources.pause, name=name))
    click.echo(f"{name}: paused")


@command.command()
@click.argument("name")
@click.pass_context
def resume(ctx: click.Context, name: str) -> None:
    """Poll the paused source NAME again."""
    _steer(ctx, name, lambda conn: sources.resume(conn, name, now()))
    click.echo(f"{name}: resumed, due now")


def _steer(ctx: click.Context, name: str, change: Callable[[Connection], None]) -> None:
    """Change a source's state; NotFoundError, with the name that was meant, when there is no such source."""
    with open_store(ctx) as store:
        try:
            store.write_now(change)
        except NotFoundError as error:
            near = did_you_mean(
                name, store.read_now(lambda conn: [each.name for each in sources.every(conn)])
            )
            raise NotFoundError(f"there is no source «{name}»; {near}" if near else str(error)) from None


@command.command()
@click.argument("url")
@click.option("--name", default="", help="Its name; without it, what the source calls itself.")
@click.option("--tag", "tags", multiple=True, help="A tag for it; may be given more than once.")
@_allow_private
@_dry_run
@click.pass_context
def add(  # noqa: PLR0913  one parameter for each option
    ctx: click.Context, url: str, name: str, tags: tuple[str, ...], *, allow_private: bool, dry_run: bool
) -> None:
    """Add the feed, sitemap or listing behind URL to the configuration.

    What the page at URL announces is tried first, then what it links to, then the usual places; the
    best that lists entries is shown and written.
    """
    from daemon.runtime.finding import find_source, require_new  # noqa: PLC0415  heavy, and only needed here

    config = look_up_config(ctx)
    wanted = Source(name, url, tags=tags, allow_private=allow_private)
    with counting(f"looking behind {url}") as count:
        found = asyncio.run(find_source(config, wanted, os.environ, _tell, count))
    require_new(config, found.source)
    rows = [{"published": when(e.published), "title": e.title, "url": e.url} for e in found.feed.entries]
    print_rows(rows[:_SHOWN], ["published", "title", "url"], "table")
    one, many = ("sitemap", "sitemaps") if found.feed.is_index else ("entry", "entries")
    said = f"one {one}" if len(rows) == 1 else f"{len(rows)} {many}"
    said += ", shown" if len(rows) <= _SHOWN else ", the first of them"
    click.echo(f"{found.why} It lists {said} above.\n", err=True)
    _write(ctx, [found.source], dry_run=dry_run)


def _tell(text: str) -> None:
    """Tell on standard error, above a bar that counts there: it makes room for what goes by `sys.stderr`."""
    sys.stderr.write(printable(text) + "\n")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_dry_run
@click.pass_context
def import_opml(ctx: click.Context, file: Path, *, dry_run: bool) -> None:
    """Add the feeds of an OPML FILE to the configuration.

    Those that it has already are passed over, and so are those whose address cannot be one; the latter
    are named.
    """
    from daemon.cli.opml import read_opml  # noqa: PLC0415  only needed here

    config = look_up_config(ctx)
    addresses = {source.url for source in config.sources}
    found = {source.url: source for source in _usable(file, read_opml(file.read_bytes()))}
    new = _renamed((s for s in found.values() if s.url not in addresses), {s.name for s in config.sources})
    click.echo(
        f"{counted(len(new), 'source is', 'sources are')} new, {len(found) - len(new)} are there already",
        err=True,
    )
    if new:
        _write(ctx, new, dry_run=dry_run)


def _usable(file: Path, sources: Iterable[Source]) -> Iterator[Source]:
    """Give the sources whose address can be one, and tell of the others."""
    for source in sources:
        if fault := address_fault(source.url):
            # A feed without a title goes by its address, which may carry a password.
            name = source.name.rpartition("@")[2] if "://" in source.name else source.name
            click.echo(f"{file}: «{printable(name)}» is passed over: {fault}", err=True)
        else:
            yield source


@command.command()
@click.pass_context
def export(ctx: click.Context) -> None:
    """Print the sources as OPML, for other readers."""
    from daemon.cli.opml import to_opml  # noqa: PLC0415  only needed here

    click.echo(to_opml(look_up_config(ctx).sources), nl=False)


def _write(ctx: click.Context, new: Sequence[Source], *, dry_run: bool) -> None:
    """Show the tables, and write them unless it is a rehearsal."""
    path = config_path(ctx)
    with counting("adding sources") as count:
        _, after = add_sources(path, _passing(new, count))
    click.echo(printable(write_sources(new)), nl=False)
    if not dry_run:
        with working(f"checking {path}"):
            replace_file(path, after, os.environ)
        click.echo(f"wrote {path}; a running daemon takes it up by itself", err=True)


def _passing(new: Sequence[Source], count: Count) -> Iterator[Source]:
    """Hand on one source after the other, and count them."""
    for done, source in enumerate(new):
        count(done, len(new))
        yield source
    count(len(new), len(new))


def _renamed(sources: Iterable[Source], taken: set[str]) -> list[Source]:
    """Give each source a name that is free and that a configuration takes."""
    named = []
    for source in sources:
        short = " ".join(printable(source.name).split())[:_LONGEST_NAME] or source.url[:_LONGEST_NAME]
        name, number = short, 1
        while name in taken:
            number += 1
            name = f"{short} ({number})"
        taken.add(name)
        named.append(replace(source, name=name))
    return named


def _untaken(source: Source) -> Row:
    """Show a source that the configuration has and the store has not, in the same columns."""
    why = "polled at once when `tocsin run` takes it up" if source.enabled else "not enabled"
    nothing = dict.fromkeys(("host", "rate", "last_poll_at", "next_poll_at", "error"), "")
    shown = {"name": source.name, "url": source.url, **nothing, "why_then": why}
    return {**shown, "failures": 0, "paused": False, "problems": []}


def _row(state: SourceState, source: Source | None) -> Row:
    known = watched(state, source, now())
    return {
        "name": state.name,
        "url": state.url,
        "host": state.host,
        "rate": "" if known.rate is None else f"{known.rate:.1f} a day",
        "last_poll_at": when(state.last_poll_at),
        "next_poll_at": when(state.next_poll_at),
        "why_then": state.next_poll_why,
        "failures": state.failures,
        "error": state.error,
        "paused": state.paused,
        "problems": list(known.problems),
    }
