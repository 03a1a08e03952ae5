"""tocsin status: is it well, what is wrong, what will happen next."""

import sys
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection

from daemon.cli.options import open_store
from daemon.cli.output import Output, output_option, print_json, printable
from daemon.model import DeliveryState
from daemon.runtime import Pulse
from daemon.runtime.clock import now
from daemon.store import deliveries, facts, ledger, sources

FINDINGS = 3

# A daemon notes its pulse every 5 s; one that has not for this long hangs or is gone.
SILENT = timedelta(seconds=30)


@click.command()
@output_option
@click.pass_context
def command(ctx: click.Context, output: str) -> None:
    """Show how the daemon fares; exit code 3 when something wants looking at."""
    at = now()
    with open_store(ctx) as store:
        status = store.read_now(lambda conn: _status(conn, at))
    if output == Output.TABLE:
        click.echo(printable(_tell(status)))
    else:
        print_json([status], output)
    if status["findings"]:
        sys.exit(FINDINGS)


def _status(conn: Connection, at: datetime) -> dict[str, Any]:
    noted = facts.get(conn, Pulse.KEY)
    pulse = Pulse.from_json(noted.value) if noted else None
    polled, outbox = sources.tally(conn, at), deliveries.tally(conn)
    status = {
        "running": bool(noted and at - noted.at < SILENT),
        "since": pulse.started.isoformat() if pulse else None,
        "pid": pulse.pid if pulse else None,
        "config": pulse.config if pulse else None,
        "refused": pulse.refused if pulse else "",
        "sources": polled,
        "failing": [
            {"name": state.name, "error": state.error, "next": state.next_poll_why}
            for state in sources.failing(conn)
        ],
        "entries": {fate.value: count for fate, count in ledger.tally(conn).items()},
        "deliveries": {state.value: count for state, count in outbox.items()},
        "waiting_for": deliveries.waiting_by_channel(conn),
    }
    return {**status, "findings": _findings(status, outbox)}


def _findings(status: dict[str, Any], outbox: dict[DeliveryState, int]) -> list[str]:
    wrong = []
    if not status["running"]:
        wrong.append("no daemon is running: start it with `tocsin run` or `systemctl start tocsin`")
    if status["refused"]:
        wrong.append(f"the configuration on disk is refused, the one before it runs on:\n{status['refused']}")
    wrong += [
        f"{each['name']} cannot be polled: {each['error']} ({each['next']})" for each in status["failing"]
    ]
    if failed := outbox[DeliveryState.FAILED]:
        wrong.append(
            f"{failed} deliveries failed and will be tried again: `tocsin deliveries list --state failed`"
        )
    if dead := outbox[DeliveryState.DEAD]:
        wrong.append(f"{dead} deliveries were given up: `tocsin deliveries list --state dead`")
    return wrong


def _tell(status: dict[str, Any]) -> str:
    since = f"since {status['since']} (process {status['pid']})" if status["running"] else ""
    polled = status["sources"]
    lines = [
        f"{'running' if status['running'] else 'not running'} {since}".rstrip(),
        f"sources     {polled['all']}: {polled['failing']} failing, {polled['paused']} paused, {polled['due']} due",
        f"entries     {sum(status['entries'].values())}: {_counts(status['entries'])}",
        f"deliveries  {sum(status['deliveries'].values())}: {_counts(status['deliveries'])}",
        "",
        *(f"! {finding}" for finding in status["findings"]),
    ]
    return "\n".join(lines if status["findings"] else [*lines, "all is well"])


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.items() if count) or "none"
