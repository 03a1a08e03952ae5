"""The rules' own examples."""

import pytest

from daemon.jobs.examples import ERRAND, examine
from daemon.model import Rule, RuleTest


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
