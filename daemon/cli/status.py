"""tocsin status: is it well, what is wrong, what will happen next."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from daemon.cli.options import look_up_config, open_store
from daemon.cli.output import Output, output_option, print_json, print_rows, print_text
from daemon.config import Config, places
from daemon.errors import ConfigError
from daemon.jobs.words import counted, spell
from daemon.runtime.clock import now
from daemon.runtime.coming import Coming, look_ahead
from daemon.runtime.status import take_roll, take_status

FINDINGS = 3
ROLL = ("node", "role", "leads", "state", "program", "config", "refused", "since", "seen", "in_flight")
_SHOWN = 8
_AHEAD = 6


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
    config, wrong = _configuration(ctx)
    where = places(config, "sources") if config else {}
    with open_store(ctx) as store:
        status = store.read_now(lambda conn: take_status(conn, at, where))
        coming = store.read_now(lambda conn: look_ahead(conn, config, at)) if config else []
    if not status["refused"]:  # else the daemon that refuses it says so, and knows its secrets too
        status["findings"] = [*wrong, *status["findings"]]
    if output == Output.TABLE:
        print_text("\n".join(_tell(status, coming, config, at)))
    else:
        ahead = [{"at": each.at.isoformat(), "what": each.what} for each in coming]
        print_json([{**status, "next": ahead}], output)
    if status["findings"]:
        sys.exit(FINDINGS)


def _configuration(ctx: click.Context) -> tuple[Config | None, list[str]]:
    """Give the configuration, or what is wrong with it: the rest can be told all the same."""
    try:
        return look_up_config(ctx), []
    except ConfigError as error:
        return None, [f"the configuration has {counted(len(error.problems), 'problem')}:\n{error}"]


def _tell(
    status: Mapping[str, Any], coming: Sequence[Coming], config: Config | None, at: datetime
) -> Iterator[str]:
    findings = status["findings"]
    well = f"{counted(len(findings), 'thing wants', 'things want')} looking at" if findings else "all is well"
    yield f"{_running(status, at)}; {well}"
    yield ""
    yield from _counts(status, config, at)
    yield from _legs(status["legs"])
    if findings:
        yield from ("", "what is wrong")
        yield from (f"  ! {finding.replace(chr(10), chr(10) + '    ')}" for finding in findings[:_SHOWN])
    if len(findings) > _SHOWN:
        yield f"  and {len(findings) - _SHOWN} more: `tocsin status -o json` has them all"
    if coming and status["running"]:
        yield from ("", "what comes next")
        yield from (f"  {_when(each.at, at):<10}  {each.what}" for each in coming[:_AHEAD])


def _running(status: Mapping[str, Any], at: datetime) -> str:
    if status["silent"]:
        return f"nothing heard since {status['silent']}"
    if not status["running"]:
        return "not running"
    since = datetime.fromisoformat(status["since"])
    return (
        f"{'starting' if status['starting'] else 'running'} for {spell(at - since)} (process {status['pid']})"
    )


def _canary(canary: Mapping[str, Any], at: datetime) -> str:
    ago = f"{spell(at - datetime.fromisoformat(canary['back']))} ago" if canary["back"] else ""
    if canary["broken"]:
        return f"not back; it was {ago}" if ago else "not back"
    return f"last back {ago}" if ago else "on its way for the first time"


def _counts(status: Mapping[str, Any], config: Config | None, at: datetime) -> Iterator[str]:
    polled = status["sources"]
    wanting = {name: polled[name] for name in ("failing", "paused", "due")}
    budget = f" of {config.polling.budget:g} that may be" if config else ""
    asked = f"{counted(status['requests'], 'poll')} in the last hour{budget}"
    yield f"sources     {polled['all']}{_listed(wanting)}; {asked}"
    for what in ("entries", "deliveries"):
        yield f"{what:<10}  {sum(status[what].values())}{_listed(status[what])}"
    canary = status["canary"]
    if canary["began"]:
        yield f"canary      {_canary(canary, at)}"


def _legs(legs: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Say how long the last day's alerts took, leg by leg."""
    if not legs:
        return
    yield from ("", f"{'alerts of the last day':<24}{'half within':>12}{'95 % within':>13}{'of':>6}")
    for leg, spread in legs.items():
        half, most = (spell(timedelta(seconds=spread[part])) for part in ("p50", "p95"))
        yield f"  {leg:<22}{half:>12}{most:>13}{spread['alerts']:>6}"


def _listed(counts: Mapping[str, int]) -> str:
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    return f": {told}" if told else ""


def _when(time: datetime, at: datetime) -> str:
    return f"in {spell(time - at)}" if time > at else "now"
