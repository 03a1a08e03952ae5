"""The rules' own examples."""

from dataclasses import replace

import pytest

from daemon.jobs.backtest import archive_of
from daemon.jobs.examples import ERRAND, examine
from daemon.jobs.trial import exemplify
from daemon.model import Rule, RuleTest, Source


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        (RuleTest("Flood at the quay"), ""),
        (RuleTest("A flood of goals", matches=False), ""),
        (
            RuleTest(body="A dry summer"),
            "the rule «flood» does not match its example «A dry summer»: failed at flood",
        ),
        (
            RuleTest("Flood of goals"),
            (
                "the rule «flood» does not match its example «Flood of goals»: "
                "failed at NOT goal: «goals» in the title, for goal"
            ),
        ),
        (
            RuleTest("A flood", matches=False),
            "the rule «flood» matches its example «A flood»: «flood» in the title; without goal",
        ),
        (
            RuleTest(section="Coast"),
            "the rule «flood» does not match its example «Coast»: failed at flood",
        ),
        (
            RuleTest("x" * 99),
            f"the rule «flood» does not match its example «{'x' * 60}…»: failed at flood",
        ),
        (
            RuleTest(summary="A dry summer"),
            "the rule «flood» does not match its example «A dry summer»: failed at flood",
        ),
        (
            RuleTest(source="wire", authors=("Jan Kowalski",)),
            "the rule «flood» does not match its example «wire, Jan Kowalski»: failed at flood",
        ),
    ],
)
async def test_an_example_that_fails_says_why(here, test, complaint):
    rule = Rule("flood", query="flood -goal", tests=(test,))
    (examined,) = await examine(here([rule]), [rule])
    assert examined.complaint == complaint
    assert examined.holds is (not complaint)


@pytest.mark.parametrize("key", ["sources", "source_tags", "sections", "authors"])
async def test_an_example_may_say_what_a_rule_filters_by(here, key):
    said = {"source": "wire", "source_tags": ("wire",), "section": "wire", "authors": ("wire",)}
    other = {name: "x" if value == "wire" else ("x",) for name, value in said.items()}
    tests = (RuleTest("A flood", **said), RuleTest("A flood", **other, matches=False))
    rule = Rule("flood", any=("flood",), tests=tests, **{key: ("wire",)})
    assert [each.complaint for each in await examine(here([rule]), [rule])] == ["", ""]


async def test_many_examples_go_in_several_errands_and_stay_in_order(here):
    tests = tuple(RuleTest(f"Flood {number}") for number in range(ERRAND + 1))
    rules = [Rule("flood", any=("flood",), tests=tests), Rule("off", any=("x",), enabled=False, tests=tests)]
    examined = await examine(here(rules), rules)
    assert [each.index for each in examined] == list(range(ERRAND + 1))
    assert {each.rule for each in examined} == {"flood"}


@pytest.mark.parametrize("key", ["any", "none", "sources", "source_tags"])
async def test_an_example_made_of_an_article_holds_and_says_no_more_than_it_must(here, url, add, now, key):
    number = add("Flood", "The sea rose.")
    wanted = {"any": ("flood",), "none": ("goal",), "sources": ("Tides",), "source_tags": ("coast",)}
    rule = Rule("flood", **({"any": ("flood",)} | {key: wanted[key]}))
    tides = Source("Tides", "https://tides.example/feed", tags=("coast",))
    compute = here([rule])
    test = await compute(exemplify, archive_of(url, now, [tides]), "flood", number, matches=True)
    assert bool(test.source) is key.startswith("source")
    (examined,) = await examine(compute, [replace(rule, tests=(test,))])
    assert examined.complaint == ""
