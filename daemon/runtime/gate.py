"""The gate that a new configuration passes before it goes live: its examples hold, its rules do not flood."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from daemon.config import Config, rule_problem
from daemon.errors import ConfigError, Problem
from daemon.jobs import Compute, Context
from daemon.jobs.backtest import Backtest, archive_of, backtest
from daemon.jobs.changes import changed_rules
from daemon.jobs.examples import Examined, examine
from daemon.match import Forms
from daemon.model import Message, Severity
from daemon.runtime.compose import questions
from daemon.runtime.rehearsal import asking, only
from daemon.store import Store

# How far back a changed rule is asked before it goes live: a week has all weekdays in it.
PAST = timedelta(days=7)

log = structlog.get_logger()


async def admit(old: Config, fresh: Context, forms: Forms) -> None:
    """Let a context through that is to replace the one of `old`; raise ConfigError with what is wrong."""
    config = fresh.config
    if _holds_nothing(config) and not _holds_nothing(old):
        raise ConfigError((_emptied(config),))
    failing = failures(config, await examine(fresh.compute, config.rules))
    if failing:
        raise ConfigError(failing)
    changed = await asyncio.to_thread(changed_rules, questions(old), questions(config))
    if changed:
        rules = tuple(rule for rule in config.rules if rule.name in set(changed))
        async with asking(replace(config, rules=rules), forms) as compute:
            floods = await _floods(compute, config, changed, fresh.store, fresh.now())
        if floods:
            raise ConfigError(floods)


def _holds_nothing(config: Config) -> bool:
    return not (config.sources or config.rules or config.channels)


def _emptied(config: Config) -> Problem:
    """Say that a file is empty: a slip, or an editor that has begun to write it."""
    hint = "write it anew; to watch nothing, stop the daemon"
    return Problem(
        str(config.files[0]), 0, 0, "there is no source, rule or channel in it any more", hint=hint
    )


async def admit_rule(config: Config, name: str, forms: Forms, store: Store, now: datetime) -> None:
    """Let one rule of a configuration through, which is not yet in its file; raise as `admit` does."""
    alone = only(config, name)
    async with asking(alone, forms) as compute:
        failing = failures(config, await examine(compute, alone.rules))
        if failing:
            raise ConfigError(failing)
        floods = await _floods(compute, config, (name,), store, now)
    if floods:
        raise ConfigError(floods)


def failures(config: Config, examined: Iterable[Examined]) -> tuple[Problem, ...]:
    """Give the examples that do not hold as problems of the files."""
    return tuple(
        rule_problem(
            config, each.rule, ("tests", each.index), each.complaint, "correct the rule, or the example"
        )
        for each in examined
        if not each.holds
    )


async def _floods(
    compute: Compute, config: Config, changed: tuple[str, ...], store: Store, now: datetime
) -> tuple[Problem, ...]:
    archive = archive_of(config.daemon.database.reveal(), now - PAST, config.sources)
    asked, results = await backtest(compute, store, archive, changed)
    log.info("changed rules were asked of the last days", rules=len(changed), articles=asked)
    most = config.alerts.max_per_day
    return tuple(_flood(config, result, most) for result in results if result.busiest[1] > most)


def _flood(config: Config, result: Backtest, most: int) -> Problem:
    day, times = result.busiest
    message = (
        f"the rule «{result.rule}» would have rung {times} times on {day}, and [alerts] max_per_day is {most}"
    )
    hint = f'`tocsin rules backtest "{result.rule}"` shows what it matches: narrow it, or raise max_per_day'
    return rule_problem(config, result.rule, (), message, hint)


def changed_for_later(old: Config, new: Config) -> list[str]:
    """Name the settings that differ and that a running daemon cannot take up."""
    settings = {
        "daemon": ("database", "contact", "log_level"),
        "polling": ("timeout", "concurrency"),
        "web": ("enabled", "listen"),
    }
    return [
        f"{section}.{name}"
        for section, names in settings.items()
        for name in names
        if getattr(getattr(old, section), name) != getattr(getattr(new, section), name)
    ]


def refusal(why: str) -> Message:
    """Write what the operator is told of a configuration that is refused."""
    title = "Tocsin: the new configuration is refused, the old one runs on"
    key = f"refused-{hashlib.sha256(why.encode()).hexdigest()[:12]}"
    return Message(key, title, why, severity=Severity.HIGH)
