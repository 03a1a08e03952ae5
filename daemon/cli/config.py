"""tocsin config: check, show and describe config.toml."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Any

import click

from daemon.cli.options import config_path, load_config, look_up_config
from daemon.cli.output import output_option, print_data, print_rows
from daemon.config import Config, describe, left_out, schema
from daemon.errors import ConfigError
from daemon.schedule import in_words

_file_argument = click.argument("file", required=False, type=click.Path(path_type=Path))


@click.group()
def command() -> None:
    """Check, show and describe the configuration."""


@command.command()
@_file_argument
@click.pass_context
def check(ctx: click.Context, file: Path | None) -> None:
    """Check the configuration and list its problems.

    FILE is the one to check, instead of the one in use. The rules' examples are run too. Each problem
    comes with its place and a cure; the exit code is 1 if there are any. Credentials, which only systemd
    hands out, are noted.
    """
    config = load_config(ctx, file, credentials="CREDENTIALS_DIRECTORY" in os.environ)
    examples = _hold_examples(config)
    for problem in config.unresolved:
        click.echo(f"{problem}\nNot looked up: systemd hands credentials to the service alone.\n", err=True)
    for warning in (*_overspending(config), *left_out(config)):
        click.echo(f"warning: {warning}\n", err=True)
    click.echo(f"{config_path(ctx, file)} is fine: {_count(config)}{examples}.")


@command.command()
@_file_argument
@output_option
@click.pass_context
def show(ctx: click.Context, file: Path | None, output: str) -> None:
    """Show the configuration as it is understood, secrets masked.

    Settings that the file leaves out are shown with their defaults.
    """
    described = describe(look_up_config(ctx, file))
    if output == "json":
        print_data(described)
    elif output == "jsonl":
        print_rows(_as_rows(described), (), output)
    else:
        print_rows(_as_cells(described), ("section", "name", "value"), output)


@command.command("schema")
def print_schema() -> None:
    """Print the file's JSON Schema for your editor."""
    print_data(schema())


def _overspending(config: Config) -> Iterator[str]:
    """Warn where the intervals that are promised cost more requests than the budget allows."""
    polling, hour = config.polling, timedelta(hours=1)
    watched = [source for source in config.sources if source.enabled]
    needed = sum(hour / (source.every or polling.cap) for source in watched)
    if needed > polling.budget:
        cost = "1 source costs" if len(watched) == 1 else f"{len(watched)} sources cost"
        yield (
            f"{cost} at least {ceil(needed)} requests an hour, each by its every or by"
            f" [polling] cap = {in_words(polling.cap)}, and the budget is {polling.budget:g}/h. The intervals"
            f' are kept and the budget is exceeded: write budget = "{ceil(needed)}/h" or more, a longer cap,'
            " or longer intervals (every)."
        )


def _hold_examples(config: Config) -> str:
    """Run the rules' examples; raise ConfigError with those that do not hold."""
    if not any(rule.tests for rule in config.rules if rule.enabled):
        return ""
    from daemon.runtime.gate import failures  # noqa: PLC0415  heavy, and only needed here
    from daemon.runtime.rehearsal import run_examples  # noqa: PLC0415  as above

    examined = asyncio.run(run_examples(config, os.environ))
    if problems := failures(config, examined):
        raise ConfigError(problems)
    return f"; {len(examined)} examples hold"


def _count(config: Config) -> str:
    held = {
        "source": config.sources,
        "entity": config.entities,
        "list": config.lists,
        "rule": config.rules,
        "channel": config.channels,
    }
    counts = [f"{len(items)} {_plural(noun, len(items))}" for noun, items in held.items() if items]
    return ", ".join(counts) or "nothing to watch yet"


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _as_rows(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section, held in described.items():
        for item in held if isinstance(held, list) else [held]:
            yield {"section": section, **item}


def _as_cells(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section, held in described.items():
        if isinstance(held, dict):
            for name, value in held.items():
                yield {"section": section, "name": name, "value": _cell(value)}
        else:
            for item in held:
                rest = "\n".join(f"{key} = {_cell(value)}" for key, value in item.items() if key != "name")
                yield {"section": section, "name": item.get("name", ""), "value": rest}


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
