"""The examples of docs/rules.md do what they say."""

import re
import tomllib
from pathlib import Path

import pytest

from daemon.match import compile_rules
from daemon.model import Alias, Article, Entity, Rule, WordList

DOCS = (Path(__file__).parents[2] / "docs/rules.md").read_text(encoding="utf-8")
TABLES = tomllib.loads("\n".join(re.findall(r"^```toml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)))
NAMES = ("aliases", "weak", "context", "exclude")


def entity(table) -> Entity:
    names = {
        key: tuple(
            Alias(t, "" if lang == "*" else lang) for lang, ts in table.get(key, {}).items() for t in ts
        )
        for key in NAMES
    }
    return Entity(table["name"], table["label"], ambiguous_in=tuple(table["ambiguous_in"]), **names)


ENTITIES = [entity(table) for table in TABLES["entities"]]
LISTS = [WordList(table["name"], tuple(table["terms"])) for table in TABLES["lists"]]


@pytest.mark.parametrize("table", TABLES["rules"][1:], ids=lambda table: table["name"])
def test_an_example_does_what_it_says(table) -> None:
    said = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in table.items()
        if key != "tests"
    }
    rules = compile_rules([Rule(**said)], ENTITIES, LISTS)
    for test in table["tests"]:
        stated = {key: tuple(value) if isinstance(value, list) else value for key, value in test.items()}
        matches = stated.pop("expect", "match") == "match"
        article = Article(text=stated.pop("body", ""), **stated)
        explanation = rules.explain(table["name"], article)
        assert explanation.holds is matches, (test, explanation.near_miss)


def test_there_are_twenty() -> None:
    assert len(TABLES["rules"]) == 21
