"""tocsin channels: where alerts go."""

import asyncio
import sys

import click

from daemon.cli.options import load_config, look_up_config
from daemon.cli.output import output_option, print_rows
from daemon.errors import NotFoundError


@click.group(name="channels")
def command() -> None:
    """Show and test the channels."""


@command.command("list")
@output_option
@click.pass_context
def list_channels(ctx: click.Context, output: str) -> None:
    """List the channels with the rules that reach them."""
    config = look_up_config(ctx)
    rows = [
        {
            "name": channel.name,
            "service": channel.url.reveal().partition(":")[0] or "not known here",
            "rules": [name for name, told in config.routes.items() if channel.name in told],
            "enabled": channel.enabled,
        }
        for channel in config.channels
    ]
    print_rows(rows, ["name", "service", "rules", "enabled"], output)


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
    outcome = asyncio.run(try_channel(Deliverer(), channel))
    if not outcome.ok:
        click.echo(f"{name}: not delivered: {outcome.kind} {outcome.detail}".rstrip(), err=True)
        sys.exit(1)
    click.echo(f"{name}: accepted by its service ({outcome.detail or outcome.kind})")
