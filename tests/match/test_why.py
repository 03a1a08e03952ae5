"""Reasons and near misses, in sentences."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.errors import NotFoundError
from daemon.match import compile_rules
from daemon.model import Alias, Article, Entity, Rule

ZAPAD = Entity(
    "zapad",
    weak=(Alias("Запад"),),
    context=(Alias("учения"),),
    exclude=(Alias("ФК Запад"),),
    ambiguous_in=("ru",),
)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "article", "reasons"),
    [
        (Rule("r", any=("drone",)), Article(title="A Drone"), ("«Drone» in the title",)),
        (
            Rule("r", any=("drone",)),
            Article(text="two drones", language="en"),
            ("«drones» in the body, for drone",),
        ),
        (
            Rule("r", query="drone NEAR/2 border NOT sport", sources=("BBC",)),
            Article(title="drone at border", source="BBC"),
            ("source:BBC", "«drone», «border» in the title, for drone NEAR/2 border", "without sport"),
        ),
        (
            Rule("r", any=("drone",), languages=("pl",)),
            Article(title="drone"),
            ("lang:pl, as the language is not known", "«drone» in the title"),
        ),
        (
            Rule("r", query="/dr.ne strike/"),
            Article(text="drone strike"),
            ("«drone strike» in the body, for /dr.ne strike/",),
        ),
    ],
)
def test_a_hit_says_why(rule: Rule, article: Article, reasons: tuple[str, ...]) -> None:
    (hit,) = compile_rules([rule], [ZAPAD]).match(article)
    assert hit.reasons == reasons


@pytest.mark.parametrize(
    ("rule", "article", "near_miss"),
    [
        (
            Rule("r", query="drone NOT sport"),
            Article(title="drone sport"),
            "failed at NOT sport: «sport» in the title",
        ),
        (
            Rule("r", query="drone (border OR fence)"),
            Article(title="drone"),
            "failed at any of border, fence",
        ),
        (
            Rule("r", any=("drone strike",)),
            Article(title="strike by drone"),
            'failed at "drone strike": the words are there, but not together',
        ),
        (
            Rule("r", query='"drone strike"'),
            Article(title="strike by drone"),
            'failed at "drone strike": the words are there, but not together',
        ),
        (
            Rule("r", query="drone NEAR/1 border"),
            Article(title="drone came over the border"),
            "failed at drone NEAR/1 border: all are there, but not within 1 words in one field",
        ),
        (
            Rule("r", query="@zapad"),
            Article(text="Учения, которых боится Запад", language="ru"),
            "failed at @zapad: «Запад» stands without quotation marks, and is ambiguous in this language",
        ),
        (
            Rule("r", query="@zapad"),
            Article(text="ФК Запад проиграл, подул ветер на запад. Запад есть Запад.", language="ru"),
            (
                "failed at @zapad: «Запад» is part of what is excluded; «запад» is not written «Запад»; "
                "«Запад» has no year after it, and none of its context within 10 words"
            ),
        ),
        (
            Rule("r", any=("drone",), max_age=timedelta(days=2)),
            Article(title="drone", published=NOW - timedelta(days=3), found=NOW),
            "failed at not older than 2 days",
        ),
        (Rule("r", any=("drone",), min_length=5), Article(title="drone"), "failed at 5 words or more"),
        (Rule("r", query="drone border"), Article(title="x"), "failed at drone and border"),
    ],
)
def test_a_miss_says_what_was_lacking(rule: Rule, article: Article, near_miss: str) -> None:
    rules = compile_rules([rule], [ZAPAD])
    assert not rules.match(article)
    assert rules.explain("r", article).near_miss == near_miss


@pytest.mark.parametrize(
    ("query", "title", "near"),
    [
        ("drone border", "a drone", True),
        ("drone border", "a horse", False),
        ("drone border sport", "a drone", False),
        ("drone NEAR/1 (border OR airport)", "a drone", True),
        ("drone NEAR/1 (border OR airport)", "a drone far from any airport", True),
        ("drone NEAR/1 (border OR airport)", "a horse", False),
        ("drone NEAR/1 (border OR airport) NOT sport", "a horse", False),
        ("drone NOT sport", "drone sport", True),
        ("drone NOT (sport AND race)", "drone sport race", True),
        ("drone NOT sport", "sport", False),
        ('"drone strike"', "strike by drone", True),
        ("@zapad", "Запад", True),
        ("drone", "drone", False),
    ],
)
def test_a_near_miss_has_something_of_what_is_asked(query: str, title: str, *, near: bool) -> None:
    rules = compile_rules([Rule("r", query=query)], [ZAPAD])
    assert rules.explain("r", Article(title=title)).came_near is near


def test_a_rule_that_is_not_there_cannot_be_explained() -> None:
    with pytest.raises(NotFoundError, match="no enabled rule «r»"):
        compile_rules([Rule("r", any=("x",), enabled=False)]).explain("r", Article())
