"""Prints data on stdout as a table for people, as JSON, or as one JSON object a line."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import click

if TYPE_CHECKING:
    from rich.table import Table

_UNFOLDED = 10_000
_READABLE = 24  # letters of a column that folds
_GAP = 3  # between two columns
# In a line of text: after its indent, a mark or a number, and after what stands in a column before them.
_WORDS_BEGIN = re.compile(r" *(?:[!·*-] |\d+\. )?(?:\S(?:.{0,30}?\S)?  +)?")

Row = Mapping[str, Any]


class Count(Protocol):
    """Hears how much is done, of how much, and of what."""

    def __call__(self, done: int, every: int, stage: str = ..., /) -> None:
        """Show it."""
        ...


class Output(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


output_option = click.option(
    "-o",
    "--output",
    type=click.Choice([output.value for output in Output]),
    default=Output.TABLE.value,
    show_default=True,
    help="How to print the data.",
)


@contextmanager
def working(on: str) -> Iterator[None]:
    """Show people on a terminal that something takes its time; programs see nothing of it."""
    if not sys.stderr.isatty():
        yield
        return
    # rich costs more than all of click, and only people need it.
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    with Console(stderr=True).status(Text(printable(on))):
        yield


@contextmanager
def counting(on: str) -> Iterator[Count]:
    """Give what shows people on a terminal how far something is; programs see nothing of it."""
    if not sys.stderr.isatty():
        yield lambda _done, _every, _stage=on: None
        return
    from rich.console import Console  # noqa: PLC0415  as above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415  as above

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bars:
        task = bars.add_task(printable(on), total=None)

        def count(done: int, every: int, stage: str = on) -> None:
            bars.update(task, completed=done, total=every, description=printable(stage))

        yield count


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: str) -> None:
    """Print rows that share these columns; JSON carries every key, a table only the columns.

    Values are texts, numbers, booleans, None, or lists of texts; times are written in ISO 8601 by
    whoever makes the row. An empty table prints its head alone, empty JSON Lines nothing. On a terminal,
    columns that say nothing are left out, and where the others have no room each row is a card.
    """
    if output == Output.TABLE:
        _print_table(rows, columns)
    else:
        print_json(rows, output)


def print_json(rows: Iterable[Row], output: str) -> None:
    """Print rows as one JSON list, or as one JSON object a line."""
    if output == Output.JSON:
        print_data(list(rows))
    else:
        for row in rows:
            click.echo(_dump(row))


def when(time: datetime | None) -> str:
    """Write a time for people and programs alike; "" where there is none."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""


def print_data(data: Any) -> None:
    """Print one JSON value, for people to read too."""
    click.echo(_dump(data, indent=2))


def _dump(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def _print_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    # rich costs more than all of click, so only tables pay for it.
    from rich.console import Console  # noqa: PLC0415

    # Texts of strangers are shown as they are: no markup, and nothing that moves the cursor.
    cells = [{column: printable(_cell(row.get(column))) for column in columns} for row in rows]
    if not sys.stdout.isatty():
        # A pipe has no width, and what reads it wants whole lines and every column.
        Console(width=_UNFOLDED).print(_table(cells, columns))
        return
    console = Console()
    told = [column for column in columns if any(row[column] for row in cells)] if cells else columns
    for table in (
        [_table(cells, told)] if not cells or _fits(cells, told, console.width) else map(_card, cells)
    ):
        console.print(table)


def _fits(rows: Sequence[Mapping[str, str]], columns: Sequence[str], width: int) -> bool:
    """Tell whether a terminal shows a table with columns that are wide enough to be read."""
    widest = (max([len(column), *(len(row[column]) for row in rows)]) for column in columns)
    return sum(min(each, _READABLE) for each in widest) + _GAP * (len(columns) - 1) <= width


def _table(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> "Table":
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  as above
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[column]) for column in columns))
    return table


def _card(row: Mapping[str, str]) -> "Table":
    """Show a row by itself, what it says line by line, where a table would be a heap of broken words."""
    from rich.table import Table  # noqa: PLC0415  as above
    from rich.text import Text  # noqa: PLC0415

    table = Table.grid("", "", padding=(0, 2, 0, 0))
    for name, value in row.items():
        if value:
            table.add_row(Text(name.replace("_", " "), "bold"), Text(value, overflow="fold"))
    table.add_row()
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def print_text(text: str) -> None:
    """Print lines for people; a terminal folds those that are too long below where their words begin."""
    lines = printable(text)
    if sys.stdout.isatty():
        # rich costs more than all of click, as above.
        from rich.console import Console  # noqa: PLC0415

        width = Console().width
        lines = "\n".join(_folded(line, width) for line in lines.split("\n"))
    click.echo(lines)


def _folded(line: str, width: int) -> str:
    """Fold a line between words, as wide as a terminal shows them; addresses stay whole, to be copied."""
    from rich.cells import cell_len  # noqa: PLC0415  as above

    start = _WORDS_BEGIN.match(line)
    hang = len(start[0]) if start else 0
    if cell_len(line) <= width or hang > width // 2:
        return line
    folded, room = [""], width - hang
    for word in line[hang:].split(" "):
        longer = f"{folded[-1]} {word}" if folded[-1] else word
        if cell_len(longer) <= room or not folded[-1]:
            folded[-1] = longer
        else:
            folded.append(word)
    return line[:hang] + f"\n{' ' * hang}".join(folded)


def printable(text: str) -> str:
    """Make strangers' text safe for a terminal: nothing that moves the cursor or changes colours."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)
