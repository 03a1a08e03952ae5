"""tocsin stories: who told what, when, and who told it first."""

from typing import Any

import click

from daemon.cli.options import open_store
from daemon.cli.output import Output, output_option, print_json, print_rows, printable
from daemon.jobs.stories import listed, shown


@click.group(name="stories")
def command() -> None:
    """Search the stories, and tell one with all who tell it."""


@command.command()
@click.argument("words", nargs=-1)
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, latest first."
)
@output_option
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], limit: int, output: str) -> None:
    """List the stories in which one article's title has all these WORDS; without any, the latest."""
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: listed(conn, " ".join(words), limit))
    columns = ["id", "seen", "title", "first", "articles", "copies", "voices", "rules"]
    if found or output != Output.TABLE:
        print_rows(found, columns, output)
    if not found:
        why = f"no story has a title with all of these words: {' '.join(words)}" if words else "no story yet"
        click.echo(printable(why), err=True)


@command.command()
@click.argument("story", type=int)
@output_option
@click.pass_context
def show(ctx: click.Context, story: int, output: str) -> None:
    """Tell the STORY with this number: who was first, who else tells it, what changed, what rang."""
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: shown(conn, story))
    if output != Output.TABLE:
        print_json([found], output)
        return
    click.echo(printable(_heading(found)))
    print_rows(found["told"], ["seen", "published", "source", "role", "voice", "title", "why"], output)
    if found["happened"]:
        print_rows(found["happened"], ["at", "what", "detail"], output)


def _heading(story: dict[str, Any]) -> str:
    also = f"; also reported by {', '.join(story['also'])}" if story["also"] else ""
    first = f"first: {story['first']}, {story['first_url']}{also}"
    counts = ", ".join(
        f"{count} {noun if count == 1 else plural}"
        for count, noun, plural in (
            (story["articles"], "article", "articles"),
            (story["copies"], "copy", "copies"),
            (story["voices"], "independent voice", "independent voices"),
        )
    )
    return f"{story['title']}\n{first}\n{counts}\n"
