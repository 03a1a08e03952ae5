import pytest

from daemon.alert import route
from daemon.model import Channel, Route, Rule, Secret, Severity, Subject

HARBOUR = Subject("Harbour", ("ports",), "pl", ("zapad",))


def channel(name: str, **manners) -> Channel:
    return Channel(name, Secret("json://localhost"), **manners)


def rule_of(**asked) -> Rule:
    return Rule("r", tags=("air",), **asked)


def why(rule: Rule, heard: Channel, *routes: Route, subject: Subject | None = HARBOUR) -> str:
    (judged,) = route(rule, [heard], routes, subject).judged
    return f"{'yes' if judged.hears else 'no'}: {judged.why}"


@pytest.mark.parametrize(
    ("rule", "manners", "hears"),
    [
        ({"channels": ("c",)}, {}, True),
        ({"channels": ("c",)}, {"min_severity": Severity.CRITICAL}, True),
        ({"channels": ("other",)}, {}, False),
        ({"channels": ("other",)}, {"rules": ("r",)}, True),
        ({"channels": ("other",)}, {"tags": ("air",)}, True),
        ({"channels": ("other",)}, {"tags": ("sea",)}, False),
        ({}, {}, True),
        ({}, {"min_severity": Severity.CRITICAL}, False),
        ({}, {"min_severity": Severity.NOTICE}, True),
        ({}, {"rules": ("r",)}, True),
        ({}, {"rules": ("r",), "min_severity": Severity.HIGH}, False),
        ({}, {"rules": ("other",)}, False),
        ({}, {"tags": ("air", "sea")}, True),
        ({}, {"tags": ("sea",)}, False),
        ({}, {"enabled": False}, False),
    ],
)
def test_who_hears_a_rule(rule, manners, hears):
    found = route(rule_of(**rule), [channel("c", **manners)])
    assert found.channels == (("c",) if hears else ())
    assert found.reason
    assert found.judged[0].why


@pytest.mark.parametrize(
    ("rule", "heard", "routes", "said"),
    [
        ({"channels": ("c",)}, {}, (), "yes: the rule names it"),
        ({"channels": ("d",)}, {}, (), "no: the rule names other channels"),
        ({}, {"rules": ("r",)}, (), "yes: it subscribes to the rule"),
        ({}, {"tags": ("air",)}, (), "yes: it subscribes to the tag «air»"),
        ({}, {"entities": ("zapad",)}, (), "yes: it subscribes to the entity «zapad»"),
        ({}, {"entities": ("belarus",)}, (), "no: it subscribes to other rules, tags or entities"),
        ({}, {}, (), "yes: it takes every rule that names no channel"),
        (
            {},
            {"min_severity": Severity.NOTICE},
            (),
            "yes: it takes every rule that names no channel, from notice",
        ),
        ({}, {"min_severity": Severity.HIGH}, (), "no: it takes nothing below high"),
        (
            {},
            {"enabled": False, "rules": ("r",)},
            (),
            "no: it is switched off; else it subscribes to the rule",
        ),
        ({}, {}, (Route(("c",), rules=("q",)),), "no: no route leads to it"),
        ({}, {}, (Route(("c",), "Baltic"),), "yes: the route «Baltic»"),
        ({"channels": ("d",)}, {}, (Route(("c",)),), "yes: the route for everything"),
        (
            {"severity": Severity.HIGH},
            {"min_severity": Severity.CRITICAL},
            (Route(("c",), sources=("Harbour",), min_severity=Severity.HIGH),),
            "yes: the route for sources Harbour; high and above",
        ),
    ],
)
def test_each_decision_has_its_reason(rule, heard, routes, said):
    assert why(rule_of(**rule), channel("c", **heard), *routes) == said


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ({"rules": ("r",)}, {"rules": ("q",)}),
        ({"rule_tags": ("sea", "air")}, {"rule_tags": ("sea",)}),
        ({"min_severity": Severity.NOTICE}, {"min_severity": Severity.HIGH}),
        ({"sources": ("Harbour",)}, {"sources": ("Quay",)}),
        ({"source_tags": ("ports",)}, {"source_tags": ("rail",)}),
        ({"entities": ("zapad",)}, {"entities": ("belarus",)}),
        ({"languages": ("pl", "uk")}, {"languages": ("uk",)}),
    ],
)
def test_a_route_leads_when_all_its_conditions_are_met(condition, other):
    heard = channel("c")
    assert why(rule_of(), heard, Route(("c",), **condition)).startswith("yes: the route")
    assert why(rule_of(), heard, Route(("c",), **other)) == "no: no route leads to it"
    assert why(rule_of(), heard, Route(("c",), **{"rules": ("r",), **condition})).startswith("yes")
    assert why(rule_of(), heard, Route(("c",), **other), Route(("c",), **condition)).startswith("yes")


@pytest.mark.parametrize("asked", [{"entities": ("zapad",)}, {"query": "drone AND @zapad"}])
def test_without_an_article_what_it_would_decide_counts_as_met(asked):
    rule = rule_of(**asked)
    subscriber = channel("c", entities=("zapad",))
    assert why(rule, subscriber, subject=None) == "yes: it subscribes to the entity «zapad»"
    leading = Route(("c",), sources=("Quay",), languages=("uk",), entities=("zapad",))
    assert why(rule, channel("c"), leading, subject=None).startswith("yes: the route for sources Quay")
    assert why(rule_of(), channel("c"), leading, subject=None) == "no: no route leads to it"
