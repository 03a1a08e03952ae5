"""tocsin rules: what is watched for."""

import click

from daemon.cli.options import look_up_config
from daemon.cli.output import output_option, print_rows


@click.group(name="rules")
def command() -> None:
    """Show the watch rules."""


@command.command("list")
@output_option
@click.pass_context
def list_rules(ctx: click.Context, output: str) -> None:
    """List the rules with whom they tell."""
    config = look_up_config(ctx)
    rows = [
        {
            "name": rule.name,
            "severity": rule.severity.label,
            "asks": rule.query or [*rule.any, *rule.all, *(f"@{name}" for name in rule.entities)],
            "channels": list(config.routes.get(rule.name, ())),
            "enabled": rule.enabled,
        }
        for rule in config.rules
    ]
    print_rows(rows, ["name", "severity", "asks", "channels", "enabled"], output)
