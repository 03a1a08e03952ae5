"""tocsin demo: the whole of it at work, without network or configuration."""

import asyncio
import os
import shutil
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.cli.output import printable

if TYPE_CHECKING:
    from daemon.runtime.demo import Shown


@click.command()
@click.option("--serve", is_flag=True, help="Keep running, and keep the newsroom open, until Ctrl-C.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep its state here. Default: a temporary folder, deleted at the end.",
)
def command(folder: Path | None, *, serve: bool) -> None:
    """Show the whole of it at work, without network or configuration.

    A small newsroom is served on this machine and polled; you see what rings, for whom, and why.
    """
    from daemon.runtime.demo import own_folder, show  # noqa: PLC0415  heavy, and only needed here
    from daemon.runtime.logs import setup_logs  # noqa: PLC0415  as above
    from daemon.web import open_desk  # noqa: PLC0415  as above

    # Its own words are the show; that dictionaries would help is for the daemon's log.
    setup_logs("error", os.environ)
    with own_folder(folder) as kept:
        if any(kept.iterdir()):
            click.echo(f"continuing the demonstration that was interrupted in {kept}", err=True)
        try:
            shown = asyncio.run(
                show(kept, lambda text: click.echo(text, err=True), serve=serve, beside=open_desk)
            )
        except TimeoutError:
            click.echo(f"the demonstration did not come to its end in time; its state is in {kept}", err=True)
            sys.exit(1)
        click.echo(printable(_tell(shown)))
        if folder is None:
            shutil.rmtree(kept)
        else:
            click.echo(f"its state is kept: cd {kept} && tocsin status", err=True)


def _tell(shown: "Shown") -> str:
    told = [
        "",
        f"ALERTS ({len(shown.alerts)})",
        *(f"  {alert.severity.label:<8} {alert.rule}: {alert.title}" for alert in shown.alerts),
        "",
        f"RECEIVED BY SLACK ({len(shown.posts)}), the first of them",
        *_indented(shown.posts[0].text if shown.posts else "nothing"),
        "",
        f"RECEIVED BY EMAIL ({len(shown.mails)}), the first of them",
        *_indented(_mail(shown.mails[0]) if shown.mails else "nothing"),
        "",
        f"WHY EACH ENTRY DID OR DID NOT RING ({len(shown.entries)})",
        *(f"  {e.fate.value:<10} {e.entry.title}\n  {'':<10} {e.source}: {e.reason}" for e in shown.entries),
        "",
        f"The ledger: {', '.join(f'{count} {fate.value}' for fate, count in shown.tally.items() if count)}.",
        f"Done in {shown.seconds:.1f} s.",
    ]
    return "\n".join(told)


def _mail(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    return f"Subject: {mail['Subject']}\n\n{body.get_content() if body else ''}"


def _indented(text: str) -> list[str]:
    return [f"  | {line}" for line in text.strip().splitlines()]
