"""tocsin config: check, show and describe config.toml."""

import json
from pathlib import Path

import click

from daemon.cli.options import config_path, load_config
from daemon.config import schema


@click.group(name="config", short_help="Check, show and describe the configuration.")
def command() -> None:
    """Check, show and describe the configuration."""


@command.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path | None) -> None:
    """Check FILE, or the configuration in use, and list every problem with its cure."""
    config = load_config(ctx, file)
    counts = {
        "source": len(config.sources),
        "entity": len(config.entities),
        "list": len(config.lists),
        "rule": len(config.rules),
        "channel": len(config.channels),
    }
    held = ", ".join(f"{count} {_plural(noun, count)}" for noun, count in counts.items() if count)
    click.echo(f"{config_path(ctx, file)}: fine, {held or 'nothing to watch yet'} ({config.digest})")


@command.command("schema")
def print_schema() -> None:
    """Print the JSON Schema, with which editors complete and check the file as you type."""
    click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
