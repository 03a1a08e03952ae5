"""The composition root: here, and only here, the rooms are put together."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import structlog

from daemon.config import Config
from daemon.deliver import Deliverer, Logbook, telltale
from daemon.errors import ParseError
from daemon.fetch import Fetcher, Limits
from daemon.jobs import Context, Questions, canary_rules, load_rules, settle
from daemon.jobs.requests import let_rest
from daemon.match import Forms
from daemon.runtime.clock import now
from daemon.runtime.dictionaries import keep
from daemon.runtime.logs import hide
from daemon.runtime.pulse import Pulse, announced
from daemon.runtime.roles import ALONE, Post
from daemon.runtime.wordforms import look_up_kept
from daemon.runtime.workers import MEMORY, Workers
from daemon.schedule import Budget
from daemon.store import Store, claims, database, leases, sources, upkeep

WORKERS = 2
POLITE = timedelta(seconds=1)

# A hundred thousand rules are expanded and compiled in about ten seconds.
EXPANDING_SECONDS = 120.0
SETTLED_SECONDS = 60.0
_PATIENT = 10  # how much nicer than the daemon

T = TypeVar("T")

log = structlog.get_logger()


def user_agent(contact: str) -> str:
    """Say honestly who asks, and whom a webmaster can write to."""
    return f"Tocsin/{version('tocsin')} (news monitor; {contact or 'no contact configured'})"


@asynccontextmanager
async def open_house(
    config: Config, *, pace: timedelta = POLITE, post: Post = ALONE
) -> AsyncIterator[Context]:
    """Make the database ready, open every room, and leave all of them closed.

    `pace` is the least time between two requests to one host. A process among others is on their roll at
    once: what it reads and compiles can take a minute. Raises StoreError or
    ConflictError when the database cannot be used, or is in use.
    """
    address = config.daemon.database.reveal()
    where = database.at(address)
    with where.taken():
        upkeep.upgrade(address, now())
        limits = Limits(total=config.polling.timeout, in_flight=config.polling.concurrency, pace=pace)
        with Store.open(address) as store:
            async with Fetcher(
                user_agent=user_agent(config.daemon.contact),
                limits=limits,
                tell=partial(let_rest, store, now),
            ) as fetcher:
                logbook = Logbook(config.daemon.state_directory / "arrived.jsonl")
                await store.write(lambda conn: settle(conn, logbook.read(), now()))
                logbook.clear()
                if not where.is_shared:  # what is under a lease belongs to nobody any more
                    await store.write(lambda conn: leases.expire(conn, now()))
                deliverer = Deliverer(logbook=logbook)
                async with (
                    announced(store, Pulse.of(config, post, now()), now) if post.node else nullcontext()
                ):
                    context = await furnish(config, await look_up_forms(config), store, fetcher, deliverer)
                    if post.role.leads:
                        await take_over(context)
                yield context
                logbook.close()


async def furnish(
    config: Config, forms: Forms, store: Store, fetcher: Fetcher, deliverer: Deliverer
) -> Context:
    """Make a context for a configuration: worker processes that hold its rules, its channels' styles.

    Nothing outside of it changes yet: see `take_over`. No log line shows its secrets from now on.
    """
    hide(text for secret in config.secrets for text in telltale(secret))
    workers = Workers(WORKERS, load_rules, (*questions(config), forms), memory=MEMORY)
    return Context(
        config=config,
        store=store,
        fetcher=fetcher,
        deliverer=deliverer,
        compute=workers,
        now=now,
        chance=random.random,
        sources={source.name: source for source in config.sources if source.enabled},
        rules={rule.name: rule for rule in questions(config)[0]},
        channels={channel.name: channel for channel in config.channels},
        budget=Budget(config.polling.budget, floor=config.polling.floor, cap=config.polling.cap),
        styles={channel.name: await deliverer.style(channel.url) for channel in config.channels},
    )


async def take_over(context: Context) -> None:
    """Let the store follow a context: sources that are new are due at once, those that are gone retire.

    What is held is decided anew, by the manners that channels have now.
    """
    await context.store.write(lambda conn: sources.sync(conn, context.config.sources, now()))
    await context.store.write(lambda conn: claims.release(conn, now()))


async def look_up_forms(config: Config) -> Forms:
    """Look up word forms, and log which languages lack a dictionary."""
    forms, warnings = await aside(look_up_kept, config.daemon.state_directory, *questions(config))
    for warning in warnings:
        log.warning("word forms", what=warning)
    return forms


@asynccontextmanager
async def keeping_dictionaries(folder: Path, after: float = SETTLED_SECONDS) -> AsyncIterator[None]:
    """Meanwhile, some seconds after, have the dictionaries kept on disk, so that a new word costs little."""
    task = asyncio.create_task(_keep_dictionaries(folder, after))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _keep_dictionaries(folder: Path, after: float) -> None:
    await asyncio.sleep(after)
    process = Workers(1, os.nice, (_PATIENT,), limit=EXPANDING_SECONDS)
    try:
        if kept := await process(keep, folder):
            log.info("dictionaries are kept on disk from now on", languages=kept)
    except ParseError as error:  # without them a new word takes as long as it did
        log.warning("dictionaries could not be kept on disk", why=str(error))
    finally:
        await process.close(0)


async def aside(work: Callable[..., T], /, *args: Any) -> T:
    """Run a long piece of work in a process that ends with it, since dictionaries and rules are large."""
    process = Workers(1, limit=EXPANDING_SECONDS)
    try:
        return await process(work, *args)
    finally:
        await process.close()


def questions(config: Config) -> Questions:
    """Give all that a configuration asks, and what canaries ring."""
    rules = (*(rule for rule in config.rules if rule.enabled), *canary_rules(config))
    return rules, config.entities, config.lists


async def retire(context: Context) -> None:
    """Let a context go that a reload replaced: its worker processes end with what they are at."""
    await context.compute.close()
