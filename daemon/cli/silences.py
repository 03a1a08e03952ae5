"""tocsin silences: mute for a while what would ring, see what that muted, and have it told after all."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click

from daemon.cli.options import duration, look_up_config, open_store
from daemon.cli.output import Output, output_option, print_rows
from daemon.errors import ConflictError, QueryError, TocsinError
from daemon.model import Silence
from daemon.runtime.clock import now
from daemon.store import alerts

_MUTED = ["at", "rule", "title", "after_all", "key"]


@click.group(name="silences")
def command() -> None:
    """Mute what would ring, for a while.

    What a silence mutes is kept, with the reason, and can be replayed.
    """


def _naming(function: Callable[..., None]) -> Callable[..., None]:
    """Take what a silence names; all of it must be so of an alert that it mutes."""
    options = (
        click.option("--rule", default="", help="Alerts of this rule."),
        click.option("--source", default="", help="Alerts from this source."),
        click.option("--tag", default="", help="Alerts from sources with this tag."),
        click.option("--match", default="", help="Alerts of articles that match this query."),
        click.option("--story", default=0, type=int, help="Alerts of the story with this number."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _said(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("say why: others will wonder what is muted, and whether it still should be")
    return value


@command.command()
@_naming
@click.option("--for", "span", type=duration, required=True, metavar="TIME", help="For how long: 8h, 2d.")
@click.option("--in", "delay", type=duration, metavar="TIME", help="Start in this time, not now.")
@click.option("--why", required=True, callback=_said, help="The reason, for those who wonder later.")
@click.option("--author", default=getpass.getuser, help="Who silences; by default, you.")
@click.pass_context
def add(ctx: click.Context, /, span: timedelta, delay: timedelta | None, **named: Any) -> None:
    """Begin a silence; a running daemon heeds it at once.

    It mutes what all of its --rule, --source, --tag, --match and --story say.
    """
    from daemon.jobs import silences  # noqa: PLC0415  heavy, and only needed here

    config, at = look_up_config(ctx), now()
    starts = at + (delay or timedelta())
    wanted = _silence(named, starts, starts + span)
    with open_store(ctx) as store:
        with _naming_the_query():
            made = store.write_now(lambda conn: silences.add(conn, config, wanted, at))
        past = store.read_now(lambda conn: silences.preview(conn, config, made, at - silences.PAST))
    told = silences.described(made, at)
    click.echo(f"silence {made.id}: {told['what']}, {told['starts']} to {told['ends']}")
    would = f"would have muted {len(past)}" if past else "matches nothing: it would have muted none"
    click.echo(f"it {would} of the alerts of the last {silences.PAST.days} days", err=True)


@command.command("list")
@output_option
@click.pass_context
def list_silences(ctx: click.Context, output: str) -> None:
    """List the silences in force, to come, and ended in the last seven days."""
    from daemon.jobs import silences  # noqa: PLC0415  as above

    config, at = look_up_config(ctx), now()
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: silences.listed(conn, config, at))
    rows = [{**row, "muted": _count(row)} for row in found] if output == Output.TABLE else found
    print_rows(rows, ["id", "state", "what", "ends", "author", "why", "muted"], output)


@command.command()
@click.argument("silence", type=int)
@output_option
@click.pass_context
def show(ctx: click.Context, silence: int, output: str) -> None:
    """List the alerts that the SILENCE with this number has muted."""
    from daemon.jobs import silences  # noqa: PLC0415  as above

    with open_store(ctx) as store:
        print_rows(store.read_now(lambda conn: silences.muted(conn, silence)), _MUTED, output)


@command.command()
@click.argument("silence", type=int)
@click.pass_context
def expire(ctx: click.Context, silence: int) -> None:
    """End the SILENCE with this number now. What it has muted stays muted until it is replayed."""
    from daemon.jobs import silences  # noqa: PLC0415  as above

    with open_store(ctx) as store:
        store.write_now(lambda conn: silences.expire(conn, silence, now()))
        muted = store.read_now(lambda conn: silences.muted(conn, silence))
    click.echo(f"silence {silence} has ended; it muted {len(muted)} {_alerts(len(muted))}")


@command.command()
@_naming
@click.option("--since", default="7d", show_default=True, type=duration, help="How far back to look.")
@output_option
@click.pass_context
def preview(ctx: click.Context, /, since: timedelta, output: str, **named: Any) -> None:
    """List the alerts of the last days that such a silence would have muted."""
    from daemon.jobs import silences  # noqa: PLC0415  as above

    config, at = look_up_config(ctx), now()
    wanted = _silence(named, at, at + timedelta(days=1))
    with open_store(ctx) as store, _naming_the_query():
        found = store.read_now(lambda conn: silences.preview(conn, config, wanted, at - since))
    print_rows(found, ["at", "rule", "title", "key"], output)
    click.echo(f"{len(found)} {_alerts(len(found))} would have been muted", err=True)


@command.command()
@click.argument("keys", nargs=-1)
@click.option("--silence", type=int, help="All that this silence has muted and nobody was told of since.")
@click.pass_context
def replay(ctx: click.Context, keys: tuple[str, ...], silence: int | None) -> None:
    """Have muted alerts told after all, once, and labelled as late.

    Those with these KEYS, or all of one silence.
    """
    from daemon.jobs import silences  # noqa: PLC0415  as above

    if bool(keys) == (silence is not None):
        raise click.UsageError("name alerts by their keys, or give --silence")
    with open_store(ctx) as store:
        if silence is not None:
            muted = store.read_now(lambda conn: silences.muted(conn, silence))
            keys = tuple(row["key"] for row in muted if not row["after_all"])
            if not keys:
                raise ConflictError(_nothing_late(silence, len(muted)))
        for key in keys:
            alert = store.read_now(partial(alerts.find, key=key))
            store.write_now(partial(silences.replay, alert=alert, now=now()))
            click.echo(f"{key}: {alert.rule}, {alert.title}")
    count = f"{len(keys)} {_alerts(len(keys))}"
    click.echo(f"{count} to be told; a running daemon does it within a second", err=True)


@contextmanager
def _naming_the_query() -> Iterator[None]:
    """Say of a query that cannot be asked where it stands, and what to do."""
    try:
        yield
    except QueryError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise TocsinError(f"--match, character {error.position + 1}: {error.message}{hint}") from error


def _silence(named: dict[str, Any], starts: datetime, ends: datetime) -> Silence:
    return Silence(starts, ends, source_tag=named.pop("tag"), **named)


def _count(row: dict[str, Any]) -> str:
    return f"matches nothing: {row['wrong']}" if row["wrong"] else str(row["muted"])


def _nothing_late(silence: int, muted: int) -> str:
    if not muted:
        return f"silence {silence} has muted nothing: there is nothing to replay"
    return f"all that silence {silence} has muted was replayed already: `tocsin silences show {silence}`"


def _alerts(count: int) -> str:
    return "alert" if count == 1 else "alerts"
