"""tocsin entities: named things that rules ask for."""

import asyncio
import os
import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

import click

from daemon.cli.options import config_path, look_up_config
from daemon.cli.output import output_option, print_rows, printable
from daemon.config import Config, add_entities, replace_file
from daemon.errors import ConflictError
from daemon.model import Alias, Entity

# The languages whose word forms Tocsin knows.
_LANGUAGES = "en,de,fr,es,it,pl,cs,ru,uk"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.group(name="entities")
def command() -> None:
    """Show named things, and add them from Wikidata."""


@command.command("list")
@output_option
@click.pass_context
def list_entities(ctx: click.Context, output: str) -> None:
    """List the entities, with the rules that ask for each."""
    config = look_up_config(ctx)
    rows = [
        {
            "name": entity.name,
            "label": entity.label,
            "wikidata": entity.wikidata,
            "aliases": _texts(entity.aliases),
            "weak": _texts(entity.weak),
            "rules": list(_asking(config, entity.name)),
        }
        for entity in config.entities
    ]
    print_rows(rows, ["name", "label", "wikidata", "aliases", "weak", "rules"], output)


@command.command()
@click.argument("items", metavar="Q…", nargs=-1, required=True)
@click.option("--languages", default=_LANGUAGES, show_default=True, help="Ask for names in these languages.")
@click.option("--dry-run", is_flag=True, help="Show what would be added, and write nothing.")
@click.pass_context
def add(ctx: click.Context, items: tuple[str, ...], languages: str, *, dry_run: bool) -> None:
    """Add entities to the configuration, with their names from Wikidata.

    Q… is an item's number on www.wikidata.org, such as Q7184. Names that may well mean something else,
    everyday words and very short ones, are put under `weak`: they count only with a word of `context` near.
    """
    from daemon.runtime.naming import find_entities  # noqa: PLC0415  heavy, and only needed here

    config, path = look_up_config(ctx), config_path(ctx)
    wanted = _items(items)
    _require_new(config, wanted)
    found = asyncio.run(find_entities(config, wanted, _codes(languages), os.environ))
    before, after = add_entities(path, found)
    for line in _diff(before, after, path):
        click.echo(printable(line) if line[:1] not in _COLOURS else click.style(line, fg=_COLOURS[line[0]]))
    for entity in found:
        _advise(entity)
    if dry_run:
        return
    replace_file(path, after, os.environ)
    names = ", ".join(f"@{entity.name}" for entity in found)
    click.echo(f"wrote {path}: rules may now ask for {names}", err=True)


def _items(items: Sequence[str]) -> list[str]:
    for item in items:
        if not re.fullmatch(r"[Qq][1-9]\d{0,11}", item):
            raise click.BadParameter(
                f"«{item}» is no item of Wikidata: write Q and its number, such as Q7184"
            )
    return list(dict.fromkeys(item.upper() for item in items))


def _codes(languages: str) -> list[str]:
    codes = [code for code in re.split(r"[,\s]+", languages.lower()) if code]
    if not codes or not all(re.fullmatch(r"[a-z]{2,3}", code) for code in codes):
        raise click.BadParameter(f"«{languages}» are no languages: write codes such as en,pl,uk")
    return list(dict.fromkeys(codes))


def _require_new(config: Config, items: Sequence[str]) -> None:
    known = {entity.wikidata: entity.name for entity in config.entities if entity.wikidata}
    for item in items:
        if item in known:
            raise ConflictError(f"{item} is there already, as the entity «{known[item]}»")


def _diff(before: str, after: str, path: Path) -> Iterator[str]:
    names = (str(path), f"{path} with what is added")
    lines = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return (printable(line) for line in lines)


def _advise(entity: Entity) -> None:
    if entity.weak:
        click.echo(
            f"\n@{entity.name}: {', '.join(_texts(entity.weak))} may mean other things too. These count only "
            "with a year or a word of `context` near them: add such words, or move to `aliases` what is the "
            "entity's own.",
            err=True,
        )


def _texts(names: Sequence[Alias]) -> list[str]:
    return list(dict.fromkeys(name.text for name in names))


def _asking(config: Config, name: str) -> Iterator[str]:
    written = re.compile(rf"@{re.escape(name)}(?![\w-])")
    for rule in config.rules:
        said = " ".join((rule.query, *rule.any, *rule.all, *rule.none, *rule.near))
        if name in rule.entities or written.search(said):
            yield rule.name
