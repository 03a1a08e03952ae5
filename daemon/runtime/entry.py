"""The two ways to run: until told to stop, or once."""

import os
import platform
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

import structlog

from daemon.config import Config
from daemon.errors import ConflictError, StoreError
from daemon.jobs import Context, rekey
from daemon.jobs.words import counted
from daemon.model import DeliveryState
from daemon.runtime.compose import keeping_dictionaries, open_house, retire
from daemon.runtime.engine import Embedded
from daemon.runtime.logs import setup_logs
from daemon.runtime.notify import Notifier
from daemon.runtime.roles import ALONE, Post, Role
from daemon.runtime.service import Service
from daemon.runtime.signals import called_off
from daemon.runtime.sought import Reading
from daemon.runtime.status import take_roll
from daemon.store import database, deliveries, ledger, sources

log = structlog.get_logger()


async def _require_alone(context: Context) -> None:
    """Raise ConflictError when others work on the database: one round beside them would hurry their hosts."""
    at = context.now()
    roll = await context.store.read(lambda conn: take_roll(conn, at))
    if others := [each["node"] for each in roll if each["state"] in {"running", "starting"}]:
        raise ConflictError(
            f"{others[0]} works on this database ({len(others)} in all, see `tocsin status --cluster`): stop "
            "it before `tocsin run --once`"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """How things stand after one round; `findings` counts what somebody should look at."""

    sources: int
    failing: int
    entries: int
    waiting: int
    dead: int

    @property
    def findings(self) -> int:
        return self.failing + self.waiting + self.dead

    def __str__(self) -> str:
        text = f"{counted(self.sources, 'source')}, {counted(self.entries, 'entry', 'entries')} in the ledger"
        if not self.findings:
            return f"{text}; all is well"
        return (
            f"{text}; {counted(self.failing, 'source')} failing, "
            f"{counted(self.waiting, 'delivery', 'deliveries')} waiting, "
            f"{self.dead} given up: see `tocsin status`"
        )


Beside = Callable[[Callable[[], Context]], AbstractAsyncContextManager[str]]
"""What runs beside the lanes, in their loop, for as long as they do: given a function that gives the
context as it is now, it yields where it can be met, or "". It raises ConfigError where it must not begin,
and nothing else."""


def nothing(_current: Callable[[], Context]) -> AbstractAsyncContextManager[str]:
    """Run the lanes alone."""
    return nullcontext("")


async def run_daemon(
    load: Callable[[], Config],
    environ: Mapping[str, str],
    beside: Beside = nothing,
    role: Role = Role.ALL,
) -> None:
    """Run until a signal ends it. Raises ConfigError, StoreError or ConflictError when it cannot start."""
    reading = Reading(load)
    config = reading()
    setup_logs(config.daemon.log_level, environ)
    post, notifier = _post(config, role), Notifier(environ)
    log.info("starting", node=post.node or "alone", rules=len(config.rules))
    with called_off():  # until the service has handlers of its own
        async with open_house(config, post=post, notifier=notifier) as context:
            service = _service(context, reading, notifier, post)
            keeping = keeping_dictionaries(config.daemon.state_directory)
            async with keeping, beside(lambda: service.context) if role.leads else nullcontext():
                await service.run()


def _post(config: Config, role: Role) -> Post:
    """Give a process its name among others; ConflictError where there can be no others."""
    where = database.at(config.daemon.database.reveal())
    if where.is_shared:
        return Post(role, f"{role} {os.getpid()} on {platform.node()}")
    if role is not Role.ALL:
        raise ConflictError(
            f"a {role} needs a database that several processes can share, and {where} is for one: name a "
            "PostgreSQL database in [daemon] database, or run without --role"
        )
    return ALONE


def _service(context: Context, load: Reading, notifier: Notifier, post: Post) -> Service:
    """Make the service with the engine that its database asks for."""
    if not post.node:
        return Service(context, load, notifier)
    try:
        from daemon.runtime.crew import Crew  # noqa: PLC0415  its libraries come with tocsin[postgres]
    except ImportError as error:
        raise StoreError(
            f"a daemon on PostgreSQL needs {error.name}, which is not installed: "
            "pip install 'tocsin[postgres]'"
        ) from error
    address = context.config.daemon.database.reveal()
    return Service(context, load, notifier, partial(Crew, address, post.role), post)


async def run_once(load: Callable[[], Config], environ: Mapping[str, str]) -> Report:
    """Do what is due now, to the end, and report."""
    config = load()
    setup_logs(config.daemon.log_level, environ)
    async with open_house(config) as context:
        await _require_alone(context)
        await rekey(context)
        await Embedded(lambda: context).run_once()
        await retire(context)
        now = context.now()
        polled = await context.store.read(lambda conn: sources.tally(conn, now))
        outbox = await context.store.read(deliveries.tally)
        fates = await context.store.read(ledger.tally)
    waiting = outbox[DeliveryState.PENDING] + outbox[DeliveryState.FAILED]
    return Report(polled["all"], polled["failing"], sum(fates.values()), waiting, outbox[DeliveryState.DEAD])
