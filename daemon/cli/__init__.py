"""The command line, one file per command group, each imported when it is asked for.

A command is a line in COMMANDS and a file of its name, in which it is called `command`. Exit codes:
0 done, 1 failed, 2 wrong usage, 3 findings, 130 interrupted. Data goes to stdout, the rest to stderr.
"""

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from daemon.errors import ConfigError, TocsinError

COMMANDS = {
    "demo": "Show the whole of it at work, without network or configuration.",
    "run": "Watch the sources until told to stop.",
    "status": "Tell whether all is well, what is wrong, and what comes next.",
    "why": "Tell what became of an article, or of an alert, and why.",
    "parse": "Show what the parsers make of a file.",
    "config": "Check, show and describe the configuration.",
    "sources": "Add, show, try and steer the sources.",
    "rules": "Check, show, test and explain the watch rules.",
    "entities": "Show named things, and add them from Wikidata.",
    "stories": "Search the stories, and tell one with all who tell it.",
    "alerts": "Show what has rung.",
    "silences": "Mute what would ring, for a while.",
    "deliveries": "Show the outbox and what is in it, and send again what was given up.",
    "channels": "Show and test the channels.",
    "routes": "Show the routes, and who would be told of an alert.",
    "users": "Say who may log in to the desk.",
    "tokens": "Add, show and remove what lets programs read the desk.",
    "db": "Upgrade, check, back up and prune the database.",
    "service": "Install Tocsin as a systemd service.",
}

INTERRUPTED = 130


class _Commands(click.Group):
    """Knows its commands' names and summaries without importing them: help must come at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"daemon.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest name for one that is mistyped: click knows only commands that are imported."""
        near = get_close_matches(args[0], COMMANDS, 1) if args[0] not in COMMANDS else []
        if near:
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{near[0]}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Tell what a user can cause in plain words; anything else is a bug and keeps its traceback."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            count = len(error.problems)
            click.echo(f"{error}\n\n{count} {'problem' if count == 1 else 'problems'}.", err=True)
            ctx.exit(1)
        except TocsinError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo(err=True)  # the line on which the terminal wrote ^C
            ctx.exit(INTERRUPTED)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin", message="%(prog)s %(version)s")
@click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The configuration. Default: $TOCSIN_CONFIG, ./config.toml, /etc/tocsin/config.toml.",
)
@click.pass_context
def main(ctx: click.Context, config_file: Path | None) -> None:
    """Tocsin watches the news and rings when a rule matches."""
    ctx.obj = config_file


__all__ = ["main"]
