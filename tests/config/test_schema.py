"""The shipped configuration: it works as it is, and its schema is the program's own."""

import json
import re
from pathlib import Path

import pytest
from apprise.decorators import notify
from apprise.manager_plugins import NotificationManager

from daemon.config import load, schema
from daemon.config.address import check_address
from daemon.match import compile_rules
from daemon.model import Article

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config.toml"


def test_the_schema_is_in_step():
    shipped = (ROOT / "config.schema.json").read_text("utf-8")
    assert json.loads(shipped) == schema(), "run: tocsin config schema > config.schema.json"
    assert SAMPLE.read_text("utf-8").startswith("#:schema ./config.schema.json\n")


def test_every_key_says_what_it_is_for():
    silent = [
        f"{name}.{key}"
        for name, table in {**schema()["$defs"], "File": schema()}.items()
        for key, described in table.get("properties", {}).items()
        if not described.get("description")
    ]
    assert silent == []


def test_the_sample_works_without_any_environment():
    config = load(SAMPLE, {})
    assert len(config.sources) >= 5
    assert all(config.reached.values())
    assert not any(source.allow_private for source in config.sources)


def test_the_sample_with_its_examples_unmarked_works_too(tmp_path):
    text = re.sub(r"^# (?=\[\[|[a-z_]+ = )", "", SAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "config.toml").write_text(text, "utf-8")
    environ = {
        "SLACK_WEBHOOK": "https://hooks.slack.com/services/a/b/c",
        "DESK_EMAIL": "mailtos://user:password@smtp.example.org?to=desk@example.org",
        "CHIEF_EMAIL": "mailtos://user:password@smtp.example.org?to=chief@example.org",
    }
    config = load(tmp_path / "config.toml", environ)
    assert [channel.name for channel in config.channels] == ["log", "newsroom", "desk", "chief"]
    assert config.reached["Drone incursion"] == ("log", "newsroom", "desk", "chief")
    assert config.daemon.contact


def test_the_samples_rules_hold_their_examples():
    config = load(SAMPLE, {})
    rules = compile_rules(config.rules, config.entities, config.lists)
    for rule in config.rules:
        assert {test.matches for test in rule.tests} == {True, False}
        for test in rule.tests:
            hits = rules.match(Article(title=test.title, text=test.body, language=test.language))
            assert (rule.name in {hit.rule for hit in hits}) == test.matches, test


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise's own imports
def test_the_services_are_among_those_of_apprise():
    known = set((ROOT / "daemon/config/services.txt").read_text("utf-8").split())
    assert known <= set(NotificationManager().schemas()), "take what Apprise has dropped out of services.txt"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # as above
def test_a_service_that_only_the_apprise_installed_here_has_is_known():
    assert check_address("novelty://token") is not None
    notify(on="novelty")(lambda *_: True)
    try:
        assert check_address("novelty://token") is None
    finally:
        NotificationManager().remove("novelty")


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("slack://a/b/c", True),
        ("SLACK://a/b/c", True),
        ("https://hooks.slack.com/services/a/b/c", True),
        ("https://user:pass@slack.com.example.org/", False),
        ("mailtos://u:p@example.org?to=a@example.org,b@example.org", True),
        ("syslog://", True),
        ("slack:///", False),
        ("slack:a/b/c", False),
    ],
)
def test_addresses_are_told_by_their_form(address, fine):
    assert (check_address(address) is None) == fine
