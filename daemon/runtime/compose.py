"""The composition root: here, and only here, the rooms are put together."""

import fcntl
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from pathlib import Path

import structlog

from daemon.config import Config
from daemon.deliver import Deliverer, telltale
from daemon.errors import ConflictError, StoreError
from daemon.fetch import Fetcher, Limits
from daemon.jobs import Context, expand_rules, load_rules
from daemon.match import Forms
from daemon.model import Entity, Rule, WordList
from daemon.runtime.clock import now
from daemon.runtime.logs import hide
from daemon.runtime.workers import Workers
from daemon.schedule import Budget
from daemon.store import Store, leases, sources, upkeep
from daemon.store.sqlite import locate

WORKERS = 2

# A hundred thousand rules are expanded and compiled in about ten seconds.
EXPANDING_SECONDS = 120.0

log = structlog.get_logger()


def user_agent(contact: str) -> str:
    """Say honestly who asks, and whom a webmaster can write to."""
    return f"Tocsin/{version('tocsin')} (news monitor; {contact or 'no contact configured'})"


@asynccontextmanager
async def open_house(config: Config) -> AsyncIterator[Context]:
    """Make the database ready, open every room, and leave all of them closed.

    Raises StoreError or ConflictError when the database cannot be used, or is in use.
    """
    database = config.daemon.database.reveal()
    with _alone(locate(database)):
        upkeep.upgrade(database, now())
        limits = Limits(total=config.polling.timeout, in_flight=config.polling.concurrency)
        with Store.open(database) as store:
            async with Fetcher(user_agent=user_agent(config.daemon.contact), limits=limits) as fetcher:
                await store.write(lambda conn: leases.expire(conn, now()))
                context = await furnish(config, store, fetcher, Deliverer())
                yield context


async def furnish(config: Config, store: Store, fetcher: Fetcher, deliverer: Deliverer) -> Context:
    """Make a context for a configuration: worker processes that hold its rules, its channels' styles.

    The store follows: sources that are new are due at once, those that are gone are retired. No log
    line shows its secrets from now on.
    """
    hide(text for secret in config.secrets for text in telltale(secret))
    workers = Workers(WORKERS, load_rules, (*_questions(config), await _forms(config)))
    await store.write(lambda conn: sources.sync(conn, config.sources, now()))
    return Context(
        config=config,
        store=store,
        fetcher=fetcher,
        deliverer=deliverer,
        compute=workers,
        now=now,
        chance=random.random,
        sources={source.name: source for source in config.sources if source.enabled},
        rules={rule.name: rule for rule in config.rules if rule.enabled},
        channels={channel.name: channel for channel in config.channels},
        budget=Budget(config.polling.budget, floor=config.polling.floor, cap=config.polling.cap),
        styles={channel.name: await deliverer.style(channel.url) for channel in config.channels},
    )


async def _forms(config: Config) -> Forms:
    """Look up word forms in a process that ends, since dictionaries are large."""
    process = Workers(1, limit=EXPANDING_SECONDS)
    try:
        forms, warnings = await process(expand_rules, *_questions(config))
    finally:
        await process.close()
    for warning in warnings:
        log.warning("word forms", what=warning)
    return forms


def _questions(config: Config) -> tuple[tuple[Rule, ...], tuple[Entity, ...], tuple[WordList, ...]]:
    return tuple(rule for rule in config.rules if rule.enabled), config.entities, config.lists


async def retire(context: Context) -> None:
    """Let a context go that a reload replaced: its worker processes end with what they are at."""
    await context.compute.close()


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Hold the database's lock, a file beside it: two daemons on one database would ring twice."""
    path = database.with_name(f"{database.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("w")
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}; who runs Tocsin must be able to write that folder, "
            "or name another in [daemon] state_directory"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(f"another tocsin runs on {database}: stop it first") from None
        yield
