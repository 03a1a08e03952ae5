"""tocsin tokens: what lets programs read the desk."""

import secrets
from functools import partial

import click

from daemon.cli.options import open_store
from daemon.cli.output import output_option, print_rows, when
from daemon.runtime.clock import now
from daemon.store import tokens
from daemon.store.tokens import Scope

_BYTES = 32


@click.group(name="tokens")
def command() -> None:
    """Add, show and remove what lets programs read the desk."""


@command.command()
@click.option("--scope", type=click.Choice([each.value for each in Scope]), default=Scope.READ.value)
@click.option("--name", default="", help="What it is for. Default: its scope and the time.")
@click.pass_context
def add(ctx: click.Context, scope: str, name: str) -> None:
    """Make a token and print it, once: only its hash is kept.

    «read» opens the feeds and the API, «metrics» the metrics alone.
    """
    made, at = f"tocsin_{secrets.token_urlsafe(_BYTES)}", now()
    named = name.strip() or f"{scope} {at:%Y-%m-%d %H:%M:%S}"
    with open_store(ctx) as store:
        store.write_now(lambda conn: tokens.add(conn, named, Scope(scope), made, at))
    click.echo(f"«{named}» opens {scope}; it is shown this once:", err=True)
    click.echo(made)


@command.command("list")
@output_option
@click.pass_context
def list_tokens(ctx: click.Context, output: str) -> None:
    """List the tokens; they themselves are not kept."""
    with open_store(ctx) as store:
        found = store.read_now(tokens.listed)
    rows = [
        {"name": each.name, "scope": each.scope.value, "created_at": when(each.created_at)} for each in found
    ]
    print_rows(rows, ["name", "scope", "created_at"], output)


@command.command()
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Remove the token NAME: who has it is shut out at once."""
    with open_store(ctx) as store:
        store.write_now(partial(tokens.remove, name=name))
    click.echo(f"{name}: removed")
