"""Which rules ask something else than before."""

from collections.abc import Iterable
from dataclasses import replace

from daemon.match import compile_rules
from daemon.model import Entity, Rule, Severity, WordList

Questions = tuple[tuple[Rule, ...], tuple[Entity, ...], tuple[WordList, ...]]
"""All that is asked: rules, and the entities and lists that they may name."""


def changed_rules(old: Questions, new: Questions) -> tuple[str, ...]:
    """Name the rules that are new or match other articles, be it through an entity or a list.

    Whom a rule tells, how loudly, and its examples change nothing about what it asks.
    """
    before, after = _asked(old[0]), _asked(new[0])
    if old[1:] == new[1:]:
        return tuple(name for name, rule in after.items() if before.get(name) != rule)
    compiled = compile_rules(before.values(), *old[1:])
    again = compile_rules(after.values(), *new[1:], previous=compiled).compiled
    return tuple(name for name, each in again.items() if compiled.compiled.get(name) is not each)


def _asked(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {
        rule.name: replace(rule, severity=Severity.NOTICE, channels=(), tags=(), tests=())
        for rule in rules
        if rule.enabled
    }
