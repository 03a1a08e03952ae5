"""tocsin channels: where alerts go."""

import asyncio
import sys
from datetime import timedelta

import click

from daemon.cli.options import load_config, look_up_config
from daemon.cli.output import Row, output_option, print_rows, when
from daemon.config import Config
from daemon.errors import NotFoundError, StoreError
from daemon.model import Channel, DeliveryState, FollowUps
from daemon.runtime.clock import now
from daemon.runtime.loopback import reaching
from daemon.store import Store, deliveries


@click.group(name="channels")
def command() -> None:
    """Show and test the channels."""


@command.command("list")
@output_option
@click.pass_context
def list_channels(ctx: click.Context, output: str) -> None:
    """List the channels: which rules may reach them, what came of the last delivery, what is held."""
    config = look_up_config(ctx)
    rows = [{**_told(config, channel), **_outbox(None, channel)} for channel in config.channels]
    try:
        with Store.open(config.daemon.database.reveal()) as store:
            rows = [{**row, **_outbox(store, c)} for row, c in zip(rows, config.channels, strict=True)]
    except StoreError as error:
        click.echo(f"the outbox cannot be read: {error}", err=True)
    print_rows(rows, ["name", "service", "rules", "manners", "last", "held", "enabled"], output)


def _told(config: Config, channel: Channel) -> Row:
    return {
        "name": channel.name,
        "service": channel.url.reveal().partition(":")[0] or "not known here",
        "rules": [name for name, told in config.reached.items() if channel.name in told],
        "manners": _manners(channel),
        "enabled": channel.enabled,
    }


def _manners(channel: Channel) -> list[str]:
    """Say in a few words what differs from telling everything at once."""
    wait = channel.group_wait.total_seconds()
    return [
        *([f"digest {channel.digest}"] if channel.digest else []),
        *([f"quiet {channel.quiet}"] if channel.quiet else []),
        *([f"waits {wait:g} s"] if wait else []),
        *([f"at most {channel.max_per_hour} an hour"] if channel.max_per_hour else []),
        *([f"follow-ups {channel.follow_ups}"] if channel.follow_ups is not FollowUps.ALL else []),
    ]


def _outbox(store: Store | None, channel: Channel) -> Row:
    """Tell what came of the last delivery, how long ago, and what is held until when."""
    last = store.read_now(lambda conn: deliveries.latest(conn, channel.name)) if store else None
    held = store.read_now(lambda conn: deliveries.held(conn, channel.name)) if store else []
    said = ""
    if last and last.tried_at:
        outcome = " ".join(filter(None, [last.outcome_kind, last.outcome_detail]))
        said = f"{last.state.value} {_age(now() - last.tried_at)} ago"
        said += "" if last.state is DeliveryState.SENT else f": {outcome}"
    return {
        "last": said,
        "last_at": when(last.tried_at if last else None),
        "last_outcome": last.outcome_kind if last else "",
        "held": [f"{count} {reason}" for reason, _, count in held],
        "held_until": when(held[0][1] if held else None),
    }


def _age(span: timedelta) -> str:
    seconds = max(span.total_seconds(), 0)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"


@command.command()
@click.argument("name")
@click.pass_context
def test(ctx: click.Context, name: str) -> None:
    """Send a test message to the channel NAME and say what came of it."""
    from daemon.deliver import Deliverer, check  # noqa: PLC0415  brings Apprise
    from daemon.jobs.deliver import try_channel  # noqa: PLC0415  as above

    config = load_config(ctx)
    channel = next((channel for channel in config.channels if channel.name == name), None)
    if channel is None:
        known = ", ".join(channel.name for channel in config.channels) or "none"
        raise NotFoundError(f"there is no channel {name!r} in the configuration; it names: {known}")
    if wrong := check(channel.url):
        click.echo(f"{name}: {wrong}", err=True)
        sys.exit(1)
    with reaching(config.files[0].parent, channel):
        outcome = asyncio.run(try_channel(Deliverer(), channel))
    if not outcome.ok:
        click.echo(f"{name}: not delivered ({outcome.kind}): {outcome.detail}".rstrip(": "), err=True)
        sys.exit(1)
    click.echo(f"{name}: accepted by its service ({outcome.detail or outcome.kind})")
