"""tocsin parse: what the parsers make of a file, for people and for checks."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
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
@click.option("--title", default="", help="For a listing: the selector of the title, in an item or near it.")
@click.option("--date", default="", help="For a listing: the selector of the date, in an item or near it.")
@click.option("--next-page", default="", help="For a listing: the selector of the link to older items.")
@click.option(
    "-o", "--output", type=click.Choice([Output.JSON.value, Output.JSONL.value]), default=Output.JSON.value
)
@click.pass_context
def command(ctx: click.Context, /, files: tuple[Path, ...], form: str, output: str, **given: Any) -> None:
    """Show what the parsers make of a file.

    Each of FILES (- for standard input) becomes one record.
    """
    _check_selectors(form, given)
    read = _reader(form, **given)
    failed = False

    def records() -> Iterator[dict[str, Any]]:
        nonlocal failed
        for file in files:
            try:
                yield _plain(asdict(read(_bytes(file))))
            except (ParseError, OSError) as error:
                failed = True
                name = "standard input" if str(file) == "-" else file
                click.echo(printable(f"{name}: {_told(error)}"), err=True)

    print_json(records(), output)
    if failed:
        ctx.exit(1)


def _check_selectors(form: str, given: Mapping[str, Any]) -> None:
    """Refuse selectors that would be passed over, and a listing without any."""
    named = [name for name in ("links", "title", "date", "next_page") if given[name]]
    if named and form not in (SourceKind.AUTO, SourceKind.LISTING):
        option = named[0].replace("_", "-")
        raise click.UsageError(f"--{option} selects from a listing, and this is read as --as {form}.")
    if named and not given["links"]:
        raise click.UsageError("A listing needs --links, the CSS selector of its links: --links 'h2 > a'.")


def _told(error: ParseError | OSError) -> str:
    """Say what is wrong; where a source's configuration is the cure, it is an option here."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    said = str(error).replace("set listing.links", "give --links")
    return re.sub(r'set kind = "(\w+)"', r"try --as \1", said)


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
