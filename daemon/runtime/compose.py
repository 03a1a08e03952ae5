"""The composition root: here, and only here, the rooms are put together."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import structlog

from daemon.config import Config, left_out
from daemon.deliver import Deliverer, Logbook, telltale
from daemon.errors import ParseError
from daemon.fetch import Fetcher, Limits
from daemon.jobs import Context, Questions, canary_rules, load_rules, settle
from daemon.jobs.requests import let_rest
from daemon.jobs.words import counted
from daemon.match import Forms
from daemon.runtime.clock import now
from daemon.runtime.dictionaries import keep
from daemon.runtime.logs import hide
from daemon.runtime.notify import SILENT, Notifier
from daemon.runtime.pulse import Pulse, announced, signed_off
from daemon.runtime.roles import ALONE, Post
from daemon.runtime.rulefile import compile_once
from daemon.runtime.steps import step
from daemon.runtime.wordforms import look_up_kept
from daemon.runtime.workers import MEMORY, Workers
from daemon.schedule import Budget
from daemon.store import Store, claims, database, leases, rests, sources, upkeep

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
    config: Config, *, pace: timedelta = POLITE, post: Post = ALONE, notifier: Notifier = SILENT
) -> AsyncIterator[Context]:
    """Make the database ready, open every room, and leave all of them closed.

    `pace` is the least time between two requests to one host. A process among others is on their roll at
    once, and the `notifier` is told each step: what it reads and compiles can take a minute. Raises
    StoreError or ConflictError when the database cannot be used, or is in use.
    """
    address = config.daemon.database.reveal()
    where = database.at(address)
    with where.taken():
        with step("bringing the database up to date", notifier):
            upkeep.upgrade(address, now())
        limits = Limits(total=config.polling.timeout, in_flight=config.polling.concurrency, pace=pace)
        with Store.open(address) as store:
            async with Fetcher(
                user_agent=user_agent(config.daemon.contact),
                limits=limits,
                tell=partial(let_rest, store, now),
            ) as fetcher:
                logbook = Logbook(config.daemon.state_directory)
                await store.write(lambda conn: settle(conn, logbook.read(), now()))
                logbook.clear()
                if not where.is_shared:  # what is under a lease belongs to nobody any more
                    await store.write(lambda conn: leases.expire(conn, now()))
                deliverer, pulse = Deliverer(logbook=logbook), Pulse.of(config, post, now())
                async with signed_off(store, pulse, now) if post.node else nullcontext():
                    async with announced(store, pulse, now) if post.node else nullcontext():
                        context = await _prepare(
                            config,
                            post,
                            notifier,
                            lambda forms: furnish(config, forms, store, fetcher, deliverer),
                        )
                    yield context
                logbook.close()


async def _prepare(
    config: Config, post: Post, notifier: Notifier, make: Callable[[Forms], Awaitable[Context]]
) -> Context:
    """Make the first context step by step, and let nothing of it live on where one is called off."""
    with step("looking up word forms", notifier):
        forms = await look_up_forms(config)
    context = await make(forms)
    try:
        if post.role.works:  # whoever reads would wait for it all the same
            with step(f"compiling {counted(len(config.rules), 'rule')}", notifier), suppress(ParseError):
                await context.compute(len, ())
        if post.role.leads:
            with step("taking the sources up", notifier):
                await take_over(context)
    except BaseException:
        await retire(context)
        raise
    return context


async def furnish(
    config: Config, forms: Forms, store: Store, fetcher: Fetcher, deliverer: Deliverer
) -> Context:
    """Make a context for a configuration: worker processes that hold its rules, its channels' styles.

    Nothing outside of it changes yet: see `take_over`. No log line shows its secrets from now on.
    """
    hide(text for secret in config.secrets for text in telltale(secret))
    compiled = partial(compile_once, config.daemon.state_directory)
    workers = Workers(WORKERS, load_rules, (*questions(config), forms, compiled), memory=MEMORY)
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


async def take_over(context: Context, before: Config | None = None) -> None:
    """Let the store follow a context: sources that are new are due at once, those that are gone retire.

    What is held is decided anew, by the manners that channels have now. A channel that had another address
    in the configuration `before` does not rest: another target asked for that. What the rules leave out in
    vain is logged.
    """
    for warning in await asyncio.to_thread(left_out, context.config):  # with many rules it takes a while
        log.warning("a rule leaves out what is not there", what=warning)
    await context.store.write(lambda conn: sources.sync(conn, context.config.sources, now()))
    await context.store.write(lambda conn: claims.release(conn, now()))
    known = {channel.name: channel.url for channel in before.channels} if before else {}
    for channel in context.config.channels:
        if known.get(channel.name, channel.url) != channel.url:
            await context.store.write(partial(rests.end_of_channel, channel=channel.name))


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
        await process.close(0)  # it is done, or called off


def questions(config: Config) -> Questions:
    """Give all that a configuration asks, and what canaries ring."""
    rules = (*(rule for rule in config.rules if rule.enabled), *canary_rules(config))
    return rules, config.entities, config.lists


async def retire(context: Context) -> None:
    """Let a context go that a reload replaced: its worker processes end with what they are at."""
    await context.compute.close()
