"""Shows what a backtest found: a chart of the days, examples, and what is not as it was."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click

from daemon.cli.output import Output, print_rows, printable
from daemon.jobs.backtest import Backtest, Example
from daemon.jobs.words import counted

_BARS = " ▁▂▃▄▅▆▇█"
_COLUMNS = 60
_CHANGES = {"gained": "green", "lost": "red", "": None}


def tell_all(results: Sequence[Backtest], asked: int) -> None:
    """Print a line for each rule."""
    rows = [
        {
            "rule": each.rule,
            "hits": each.hits,
            "alerts": each.alerts,
            "most_a_day": each.busiest[1],
            "gained": len(each.gained) if each.ran else None,
            "lost": len(each.lost) if each.ran else None,
        }
        for each in results
    ]
    print_rows(rows, ["rule", "hits", "alerts", "most_a_day", "gained", "lost"], Output.TABLE)
    click.echo(f"{counted(len(results), 'rule')} asked of {counted(asked, 'article')}", err=True)


def tell_one(result: Backtest, asked: int, now: datetime, since: timedelta) -> None:
    """Print all about one rule."""
    click.echo(
        f"«{result.rule}» matches {result.hits} of {counted(asked, 'article')}: "
        f"{counted(result.alerts, 'alert')}"
    )
    day, most = result.busiest
    if day:
        click.echo(f"\n{chart(result, (now - since).date(), now.date())}")
        click.echo(f"at most {most} on one day, {day}")
    if result.ran:
        click.echo(f"\nagainst what the daemon matched: {len(result.gained)} gained, {len(result.lost)} lost")
    else:
        click.echo("\nthe daemon has matched nothing with a rule of this name: nothing to compare with")
    for example in result.examples:
        _show(example)


def chart(result: Backtest, first: date, last: date) -> str:
    """Draw the alerts of each day, or of several days a column when there are many, between two dates."""
    days = (last - first).days + 1
    width = -(-days // _COLUMNS)
    sums = [0] * -(-days // width)
    for day, count in result.days.items():
        sums[min(max((day - first).days, 0) // width, len(sums) - 1)] += count
    most = max(sums)
    bars = "".join(_BARS[-(-each * (len(_BARS) - 1) // most)] if most else " " for each in sums)
    scale = "a day" if width == 1 else f"in {width} days"
    return f"{first} ▕{bars}▏ {last}, full height is {most} {scale}"


def _show(example: Example) -> None:
    change = click.style(f"{example.change}: ", fg=_CHANGES[example.change]) if example.change else ""
    found = f"{example.found:%Y-%m-%d %H:%M} UTC  " if example.found else ""
    click.echo(f"\n{found}{change}{printable(example.title)}\n  {printable(example.url)}")
    quoted = "".join(
        click.style(printable(piece.text), bold=True, underline=True)
        if piece.marked
        else printable(piece.text)
        for piece in example.quote
    )
    if quoted:
        click.echo(f"  {quoted}".replace("\n", " "))
