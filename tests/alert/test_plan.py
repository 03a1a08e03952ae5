from datetime import UTC, datetime

import pytest

from daemon.alert import alert_key, louder, plan
from daemon.model import Article, Channel, Fate, Hit, Rule, Secret, Severity, Span, Story

TEXT = "Nothing here. Witnesses saw a drone over the harbour. It left."
ARTICLE = Article(url="https://news.example/1", title="Harbour closed", text=TEXT, source="gazette")
HIT = Hit("drones", (Span("body", 30, 35, "drone"),), ("the text says «drone»",))
DRONES = Rule("drones", severity=Severity.HIGH, channels=("desk",), tags=("air",))


def channel(name: str, **manners) -> Channel:
    return Channel(name, Secret("json://localhost"), **manners)


def story(*rung: str) -> Story:
    return Story(7, "Harbour closed", datetime(2026, 1, 1, tzinfo=UTC), frozenset(rung))


DESK = channel("desk")


def decide(hits=(HIT,), rules=(DRONES,), channels=(DESK,), known: Story | None = None):
    return plan(ARTICLE, hits, story=known, rules={rule.name: rule for rule in rules}, channels=channels)


def test_no_hit_rings_nothing_and_says_so():
    plan = decide(hits=())
    assert plan.rings == ()
    assert (plan.verdict.fate, plan.verdict.reason) == (Fate.NO_RULE, "read; no rule asked for it")


def test_a_hit_makes_an_alert_with_all_that_a_message_tells():
    plan = decide()
    (ring,) = plan.rings
    assert ring.channels == ("desk",)
    assert (ring.alert.rule, ring.alert.severity, ring.alert.source) == ("drones", Severity.HIGH, "gazette")
    assert ring.alert.url == "https://news.example/1"
    assert ring.alert.reasons == ("the text says «drone»",)
    assert [(piece.text, piece.marked) for piece in ring.alert.quote] == [
        ("Witnesses saw a ", False),
        ("drone", True),
        (" over the harbour.", False),
    ]
    assert plan.verdict.fate is Fate.QUEUED
    assert plan.verdict.reason == "«drones» rings: it goes to «desk» (the rule names it)"


def test_a_rule_rings_once_for_a_story():
    plan = decide(known=story("drones"))
    assert plan.rings == ()
    assert plan.verdict.fate is Fate.SUPPRESSED
    assert plan.verdict.reason == "«drones» rang already for the story «Harbour closed»"


def test_another_rule_still_rings_for_a_story_that_one_has_rung():
    harbour = Rule("harbour", channels=("desk",))
    plan = decide(hits=(HIT, Hit("harbour")), rules=(DRONES, harbour), known=story("drones"))
    assert [ring.alert.rule for ring in plan.rings] == ["harbour"]
    assert plan.verdict.fate is Fate.QUEUED
    assert "«harbour» rings" in plan.verdict.reason
    assert "«drones» rang already" in plan.verdict.reason


@pytest.mark.parametrize(
    ("channels", "says"),
    [
        ((), "no channel listens"),
        ((channel("desk", enabled=False),), "«desk» would hear it, but is switched off"),
        ((channel("other", rules=("harbour",)),), "no channel listens"),
    ],
)
def test_an_alert_that_nobody_hears_is_made_and_counted_as_failed(channels, says):
    plan = decide(channels=channels)
    assert [ring.channels for ring in plan.rings] == [()]
    assert plan.verdict.fate is Fate.FAILED
    assert says in plan.verdict.reason


def test_a_hit_of_a_rule_that_a_reload_took_away_rings_nothing():
    plan = decide(rules=())
    assert plan.rings == ()
    assert plan.verdict.fate is Fate.NO_RULE
    assert "no longer in the configuration" in plan.verdict.reason


def test_a_key_is_the_same_for_the_same_rule_and_article_only():
    key = alert_key("drones", "https://news.example/1")
    assert key == alert_key("drones", "https://news.example/1") == decide().rings[0].alert.key
    assert len({key, alert_key("drone", "https://news.example/1"), alert_key("drones", "x")}) == 3
    assert key.isascii()
    assert key.isalnum()


@pytest.mark.parametrize(
    ("before", "voices", "step"),
    [(1, 2, 0), (1, 3, 3), (1, 4, 3), (3, 4, 0), (4, 9, 0), (4, 12, 10), (1, 31, 30), (30, 99, 0), (5, 4, 0)],
)
def test_more_voices_are_news_at_three_steps(before, voices, step):
    assert louder(before, voices) == step
