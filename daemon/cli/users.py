"""tocsin users: who may log in to the desk."""

import click

from daemon.cli.options import open_store
from daemon.cli.output import output_option, print_rows, when
from daemon.runtime.clock import now
from daemon.store import users


@click.group(name="users")
def command() -> None:
    """Say who may log in to the desk.

    Once there is a user, the desk asks everybody who they are; beyond this machine it opens for users only.
    """


@command.command()
@click.argument("name")
@click.pass_context
def add(ctx: click.Context, name: str) -> None:
    """Let NAME log in to the desk; asks for the password."""
    from daemon.jobs.users import check_name, hash_password  # noqa: PLC0415  heavy, and only needed here

    check_name(name)
    password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    hashed = hash_password(name, password)
    with open_store(ctx) as store:
        store.write_now(lambda conn: users.add(conn, name, hashed, now()))
    click.echo(f"{name} may log in to the desk")


@command.command("list")
@output_option
@click.pass_context
def list_users(ctx: click.Context, output: str) -> None:
    """List who may log in."""
    with open_store(ctx) as store:
        found = store.read_now(users.page)
    print_rows(
        [{"name": user.name, "since": when(user.created_at)} for user in found], ["name", "since"], output
    )


@command.command()
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Let NAME in no longer; where NAME is logged in, that ends at once."""
    with open_store(ctx) as store:
        store.write_now(lambda conn: users.remove(conn, name))
    click.echo(f"{name} may log in no longer, and is logged out everywhere")
