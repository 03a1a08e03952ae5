"""The demonstration itself: four editions of the newsroom, polled by the real service."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Connection

from daemon.errors import ConflictError
from daemon.jobs import Context
from daemon.model import Fate
from daemon.runtime.clock import now
from daemon.runtime.compose import open_house
from daemon.runtime.demo.configuration import configure, load_from
from daemon.runtime.demo.folder import MEMORY
from daemon.runtime.demo.newsroom import Newsroom
from daemon.runtime.demo.receivers import Receivers, SlackPost
from daemon.runtime.entry import Beside, nothing
from daemon.runtime.notify import Notifier
from daemon.runtime.service import Service
from daemon.runtime.shipped import shipped
from daemon.runtime.sought import Reading
from daemon.store import alerts, entries, ledger, sources
from daemon.store.alerts import Alert
from daemon.store.entries import StoredEntry
from daemon.store.sources import SourceState

LIMIT = timedelta(seconds=25)

EDITIONS = (
    "the outlets as they stand: a backlog, which must not ring",
    "fresh articles, in English, Polish and Russian",
    "an aggregator's reposts of what has rung already",
    "a correction of an article that is known already",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show at the end."""

    alerts: tuple[Alert, ...]
    entries: tuple[StoredEntry, ...]
    tally: dict[Fate, int]
    posts: tuple[SlackPost, ...]
    mails: tuple[EmailMessage, ...]
    seconds: float


async def show(
    folder: Path, say: Callable[[str], None], *, serve: bool = False, beside: Beside = nothing
) -> Shown:
    """Run the demonstration with its state in `folder`, telling through `say` how far it is.

    With `serve` it goes on until a signal ends it, with `beside` at its side. Raises TimeoutError when it
    does not come to an end.
    """
    began = now()
    newsroom = _open_newsroom(folder, began)
    try:
        async with Receivers(folder) as receivers:
            config = configure(folder, newsroom.sources(), receivers.channels())
            # The newsroom is this machine's own: nobody there minds haste.
            async with open_house(config, pace=timedelta()) as context:
                service = Service(context, Reading(lambda: load_from(folder)), Notifier({}))
                running = asyncio.create_task(service.run())
                try:
                    await _publish(newsroom, context, say, running)
                    shown = await context.store.read(lambda conn: _look(conn, receivers, began))
                    if serve:
                        async with beside(lambda: service.context) as address:
                            say(f"the desk is open at {address or 'no address'}")
                            say(f"serving on until Ctrl-C; in another terminal: cd {folder} && tocsin status")
                            await running
                    return shown
                finally:
                    service.stop()
                    await running
    finally:
        newsroom.close()


def _open_newsroom(folder: Path, began: datetime) -> Newsroom:
    """Open the newsroom, on the ports and with the dates of a demonstration that was interrupted here."""
    memory = folder / MEMORY
    try:
        known = json.loads(memory.read_text()) if memory.exists() else {}
        opened = datetime.fromisoformat(known["opened"]) if known else began
        newsroom = Newsroom(shipped("seeds") / "newsroom", opened, known.get("ports"))
    except (OSError, ValueError, KeyError) as error:  # a port that is taken, a file cut short
        raise ConflictError(
            f"the demonstration in {folder} cannot go on ({error}): delete that folder, and it begins anew"
        ) from None
    memory.write_text(json.dumps({"opened": opened.isoformat(), "ports": newsroom.ports}))
    return newsroom


async def _publish(
    newsroom: Newsroom, context: Context, say: Callable[[str], None], running: asyncio.Task[None]
) -> None:
    for edition, what in enumerate(EDITIONS):
        newsroom.edition = edition
        say(f"edition {edition + 1} of {len(EDITIONS)}: {what}")
        async with asyncio.timeout(LIMIT.total_seconds()):
            await _settle(newsroom, context, running)


async def _settle(newsroom: Newsroom, context: Context, running: asyncio.Task[None]) -> None:
    while not running.done():
        if await context.store.read(lambda conn: _settled(conn, newsroom)):
            return
        await asyncio.sleep(0.1)


def _settled(conn: Connection, newsroom: Newsroom) -> bool:
    """Say whether every source's poll of this edition is stored, and nothing is left to read or deliver."""
    polled = all(_has_edition(newsroom, state) for state in sources.page(conn, limit=1000))
    tally = ledger.tally(conn)
    return polled and tally[Fate.NEW] == tally[Fate.QUEUED] == 0


def _has_edition(newsroom: Newsroom, state: SourceState) -> bool:
    """Say whether a poll was stored after the source was asked: the one that was on its way may be older."""
    edition, asked = newsroom.asked.get(state.name, (-1, now()))
    return edition == newsroom.edition and state.last_poll_at is not None and state.last_poll_at > asked


def _look(conn: Connection, receivers: Receivers, began: datetime) -> Shown:
    return Shown(
        tuple(reversed(alerts.page(conn))),
        tuple(reversed(entries.page(conn))),
        ledger.tally(conn),
        tuple(receivers.posts),
        tuple(receivers.mails),
        (now() - began).total_seconds(),
    )
