"""tocsin status: is it well, what is wrong, what will happen next."""

import sys
from typing import Any

import click

from daemon.cli.options import open_store
from daemon.cli.output import Output, output_option, print_json, print_rows, printable
from daemon.runtime.clock import now
from daemon.runtime.status import take_roll, take_status

FINDINGS = 3
ROLL = ("node", "role", "leads", "state", "config", "refused", "since", "seen", "in_flight")


@click.command()
@click.option("--cluster", is_flag=True, help="List the processes that share the database.")
@output_option
@click.pass_context
def command(ctx: click.Context, output: str, *, cluster: bool) -> None:
    """Tell whether all is well, what is wrong, and what comes next.

    Exit code 3 when something wants looking at.
    """
    at = now()
    if cluster:
        with open_store(ctx) as store:
            print_rows(store.read_now(lambda conn: take_roll(conn, at)), ROLL, output)
        return
    with open_store(ctx) as store:
        status = store.read_now(lambda conn: take_status(conn, at))
    if output == Output.TABLE:
        click.echo(printable(_tell(status)))
    else:
        print_json([status], output)
    if status["findings"]:
        sys.exit(FINDINGS)


def _tell(status: dict[str, Any]) -> str:
    since = f"since {status['since']} (process {status['pid']})" if status["running"] else ""
    polled = status["sources"]
    wanting = {name: polled[name] for name in ("failing", "paused", "due")}
    lines = [
        f"{'running' if status['running'] else 'not running'} {since}".rstrip(),
        f"sources     {polled['all']}: {_counts(wanting)}",
        f"entries     {sum(status['entries'].values())}: {_counts(status['entries'])}",
        f"deliveries  {sum(status['deliveries'].values())}: {_counts(status['deliveries'])}",
        "",
        *(f"! {finding}" for finding in status["findings"]),
    ]
    return "\n".join(lines if status["findings"] else [*lines, "all is well"])


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.items() if count) or "nothing of note"
