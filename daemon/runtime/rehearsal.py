"""Ask rules as the daemon would, before it does: of their examples, of an article, of the archive."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from daemon.config import Config, did_you_mean
from daemon.errors import NotFoundError
from daemon.jobs import Compute, load_rules
from daemon.jobs.backtest import Backtest, archive_of, backtest
from daemon.jobs.examples import Examined, examine
from daemon.jobs.work import explain
from daemon.match import Explanation, Forms
from daemon.model import Article
from daemon.runtime.clock import now
from daemon.runtime.compose import look_up_forms, questions
from daemon.runtime.logs import setup_logs
from daemon.runtime.wordforms import look_up_kept
from daemon.runtime.workers import Workers
from daemon.store import Store

# An errand takes a fraction of a second; a process that loads a hundred thousand rules first, ten seconds.
ERRAND_SECONDS = 120.0

T = TypeVar("T")

log = structlog.get_logger()


@asynccontextmanager
async def asking(config: Config, forms: Forms, processes: int = 0) -> AsyncIterator[Compute]:
    """Give worker processes, by default one for each processor, that hold a configuration's rules."""
    workers = Workers(
        processes or os.cpu_count() or 1, load_rules, (*questions(config), forms), limit=ERRAND_SECONDS
    )
    try:
        yield workers
    finally:
        await workers.close(0)


class _Here:
    """Computes in this process, for a command that ends with it: other processes take a second to start."""

    def __init__(self, config: Config) -> None:
        forms, warnings = look_up_kept(config.daemon.state_directory, *questions(config))
        for warning in warnings:
            log.warning("word forms", what=warning)
        load_rules(*questions(config), forms)

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        return work(*args, **kwargs)

    async def close(self) -> None:
        """There is nothing to end."""


async def run_examples(config: Config, environ: Mapping[str, str]) -> tuple[Examined, ...]:
    """Run all examples of a configuration's enabled rules."""
    if not any(rule.tests for rule in config.rules if rule.enabled):
        return ()
    setup_logs("error", environ)
    return await examine(_Here(config), config.rules)


async def explain_rule(
    config: Config, rule: str, article: Article, environ: Mapping[str, str]
) -> Explanation:
    """Ask one rule, enabled or not, of one article; raise NotFoundError for no such rule."""
    setup_logs("warning", environ)
    config = only(config, rule)
    return await _Here(config)(explain, rule, article)


async def run_backtest(
    config: Config,
    rule: str | None,
    past: timedelta,
    progress: Callable[[int, int], None],
    environ: Mapping[str, str],
) -> tuple[int, tuple[Backtest, ...]]:
    """Ask one rule, or all enabled ones, of the archive's last days; give the count of articles too."""
    setup_logs("warning", environ)
    config = only(config, rule) if rule else config
    database = config.daemon.database.reveal()
    archive = archive_of(database, now() - past, config.sources)
    names = [each.name for each in config.rules if each.enabled]
    with Store.open(database) as store:
        async with asking(config, await look_up_forms(config)) as compute:
            return await backtest(compute, store, archive, names, progress)


def only(config: Config, name: str) -> Config:
    """Give a configuration with one rule alone, enabled; raise NotFoundError for no such rule."""
    rules = tuple(replace(rule, enabled=True) for rule in config.rules if rule.name == name)
    if not rules:
        known = [rule.name for rule in config.rules]
        near = did_you_mean(name, known) or f"there are: {', '.join(known[:8]) or 'none'}"
        raise NotFoundError(f"there is no rule «{name}»; {near}")
    return replace(config, rules=rules)
