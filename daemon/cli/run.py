"""tocsin run: the daemon."""

import asyncio
import gc
import os
import sys

import click

from daemon.cli.options import load_config
from daemon.config import Config
from daemon.runtime.roles import Role

FINDINGS = 3


@click.command()
@click.option("--once", is_flag=True, help="Poll what is due, read and deliver what comes of it, and end.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ALL.value,
    show_default=True,
    help="What this process is for, among several on one PostgreSQL database.",
)
@click.pass_context
def command(ctx: click.Context, *, once: bool, role: str) -> None:
    """Watch the sources until told to stop."""
    from daemon.runtime import run_daemon, run_once  # noqa: PLC0415  heavy, and only needed here
    from daemon.web import open_desk  # noqa: PLC0415  as above

    def load() -> Config:
        return load_config(ctx)

    if once and role != Role.ALL:
        raise click.UsageError("--once does all there is to do, so it takes no --role")
    if once:
        report = asyncio.run(run_once(load, os.environ))
        click.echo(report, err=True)
        sys.exit(FINDINGS if report.findings else 0)
    gc.freeze()  # what is loaded lives as long as the process, and need not be looked through for garbage
    asyncio.run(run_daemon(load, os.environ, open_desk, Role(role)))
