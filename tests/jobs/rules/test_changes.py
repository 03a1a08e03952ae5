"""Which rules ask something else than before."""

from dataclasses import replace

import pytest

from daemon.jobs.changes import changed_rules
from daemon.model import Alias, Entity, Rule, RuleTest, Severity, WordList

RULES = (Rule("flood", any=("flood",)), Rule("zapad", query="@zapad"), Rule("quays", query="#quays storm"))
ENTITIES = (Entity("zapad", aliases=(Alias("Zapad-2025"),)), Entity("zap", aliases=(Alias("Zap"),)))
LISTS = (WordList("quays", ("north quay",)),)


@pytest.mark.parametrize(
    ("rules", "entities", "lists", "changed"),
    [
        (RULES, ENTITIES, LISTS, ()),
        (RULES[1:], ENTITIES, LISTS, ()),
        ((*RULES, Rule("new", any=("new",))), ENTITIES, LISTS, ("new",)),
        ((replace(RULES[0], any=("flood", "tide")), *RULES[1:]), ENTITIES, LISTS, ("flood",)),
        (
            (replace(RULES[0], severity=Severity.HIGH, tests=(RuleTest("x"),)), *RULES[1:]),
            ENTITIES,
            LISTS,
            (),
        ),
        (RULES, (replace(ENTITIES[0], aliases=(Alias("Zapad"),)), ENTITIES[1]), LISTS, ("zapad",)),
        (RULES, (ENTITIES[0], replace(ENTITIES[1], aliases=())), LISTS, ()),
        (RULES, ENTITIES, (WordList("quays", ("south quay",)),), ("quays",)),
    ],
)
def test_a_change_is_one_in_what_is_asked(rules, entities, lists, changed):
    assert changed_rules((RULES, ENTITIES, LISTS), (rules, entities, lists)) == changed


def test_a_rule_that_is_enabled_is_new():
    off = (replace(RULES[0], enabled=False),)
    assert changed_rules((off, (), ()), (RULES[:1], (), ())) == ("flood",)
