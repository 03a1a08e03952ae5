"""tocsin parse: what the parsers make of a file, for people and for checks."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from daemon.cli.output import Output, print_json, printable
from daemon.errors import ParseError
from daemon.model import ListingSelectors, SourceKind

ARTICLE = "article"
FORMS = (*(kind.value for kind in SourceKind), ARTICLE)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as", "form", type=click.Choice(FORMS), default="auto", show_default=True, help="What it is.")
@click.option("--url", default="", help="Where it was found, to resolve relative addresses against.")
@click.option("--content-type", help="The server's Content-Type header, charset included.")
@click.option("--links", default="", help="For a listing: the CSS selector of its links.")
@click.option("--title", default="", help="For a listing: the selector of the title within an item.")
@click.option("--date", default="", help="For a listing: the selector of the date within an item.")
@click.option("--next-page", default="", help="For a listing: the selector of the link to older items.")
@click.option(
    "-o", "--output", type=click.Choice([Output.JSON.value, Output.JSONL.value]), default=Output.JSON.value
)
@click.pass_context
def command(ctx: click.Context, /, files: tuple[Path, ...], form: str, output: str, **given: Any) -> None:
    """Show what the parsers make of a file.

    Each of FILES (- for standard input) becomes one record.
    """
    read = _reader(form, **given)
    records, failed = [], False
    for file in files:
        try:
            records.append(_plain(asdict(read(_bytes(file)))))
        except (ParseError, OSError) as error:
            failed = True
            why = error.strerror if isinstance(error, OSError) else error
            name = "standard input" if str(file) == "-" else file
            click.echo(printable(f"{name}: {why}"), err=True)
    print_json(records, output)
    if failed:
        ctx.exit(1)


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _reader(form: str, *, url: str, content_type: str | None, **selectors: str) -> Callable[[bytes], Any]:
    from daemon.parse import extract_article, parse_source  # noqa: PLC0415  heavy, and only needed here

    listing = ListingSelectors(**selectors)

    def read(body: bytes) -> Any:
        if form == ARTICLE:
            return extract_article(body, url=url, content_type=content_type)
        try:
            kind = SourceKind(form)
            return parse_source(body, url=url, kind=kind, listing=listing, content_type=content_type)
        except ParseError as error:
            if form != SourceKind.AUTO or error.kind != "html":
                raise
            return extract_article(body, url=url, content_type=content_type)

    return read


def _plain(value: Any) -> Any:
    """Write times in ISO 8601 and spans in seconds; leave the rest."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
