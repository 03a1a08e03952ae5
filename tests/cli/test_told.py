"""Who is told, when, and what became of it: channels, routes and deliveries as their user sees them."""

import json
import re

import pytest

MANNERS = """
[[channels]]
name = "chief"
url = "credential:tocsin_chief"
mode = "digest"
digest = "07:30 weekdays"
time_zone = "Europe/Warsaw"

[[channels]]
name = "pager"
url = "env:NOT_SET_HERE"

[[routes]]
sources = ["harbour"]
channels = ["pager"]
"""


@pytest.fixture
def mannered(config):
    config.write_text(config.read_text() + MANNERS)


def asked(tocsin, *words, code=0):
    result = tocsin("routes", "test", *words, "-o", "json")
    assert result.exit_code == code, result.output
    return {row["channel"]: row for row in json.loads(result.stdout)}


def test_it_is_told_who_hears_a_rule_when_and_why(tocsin, mannered):
    rows = asked(tocsin, "drones", "--at", "2026-11-20T18:00+01:00")
    assert {name: row["told"] for name, row in rows.items()} == {
        "desk": "yes",
        "spare": "no",
        "chief": "yes",
        "pager": "perhaps",
    }
    assert rows["desk"]["when"] == "Fri 20 Nov 2026, 17:00:00 UTC"
    assert rows["chief"]["when"] == "Mon 23 Nov 2026, 07:30:00 Europe/Warsaw"
    assert "held for the digest until Monday 23 Nov, 07:30 Europe/Warsaw" in rows["chief"]["why"]
    assert rows["pager"]["why"] == "the route for sources harbour"
    assert rows["spare"]["why"] == "it subscribes to other rules, tags or entities"


def test_a_source_settles_who_hears_of_it(tocsin, mannered):
    assert asked(tocsin, "drones", "--source", "harbour")["pager"]["told"] == "yes"
    assert asked(tocsin, "drones", "--source", "broken")["pager"]["told"] == "no"


def silence(tocsin, *words):
    made = tocsin("silences", "add", *words, "--for", "8h", "--why", "exercise off Lundby", "--author", "me")
    assert made.exit_code == 0, made.output


def test_what_a_silence_mutes_is_told_of_a_rule(tocsin, mannered):
    silence(tocsin, "--rule", "drones")
    rows = asked(tocsin, "drones", code=3)
    assert {row["told"] for row in rows.values()} == {"no"}
    assert rows["desk"]["when"] == ""
    assert re.fullmatch(
        r"muted by silence 1, until .* UTC by me: exercise off Lundby; else it takes every rule .*",
        rows["desk"]["why"],
    )
    assert rows["spare"]["why"] == "it subscribes to other rules, tags or entities"
    assert asked(tocsin, "drones", "--at", "2056-11-20T18:00")["desk"]["told"] == "yes", "it is over by then"
    assert asked(tocsin, "ferries")["desk"]["told"] == "yes"


def test_what_a_silence_may_mute_is_told_with_the_condition(tocsin, mannered):
    silence(tocsin, "--source", "harbour", "--match", "exercise")
    silence(tocsin, "--source", "broken")
    without = asked(tocsin, "drones")["desk"]
    assert without["told"] == "perhaps"
    assert (
        "; if it is from «harbour» and it matches «exercise», it is muted by silence 1, until "
        in without["why"]
    )
    assert "; if it is from «broken», it is muted by silence 2, until " in without["why"]
    assert asked(tocsin, "drones", "--source", "broken", code=3)["desk"]["told"] == "no"
    known = asked(tocsin, "drones", "--source", "harbour")["desk"]
    assert known["told"] == "perhaps"
    assert "; if it matches «exercise», it is muted by silence 1, until " in known["why"]
    assert "silence 2" not in known["why"]


def test_a_severity_is_asked_as_if_the_rule_had_it(tocsin, config):
    config.write_text(config.read_text().replace('name = "desk"', 'name = "desk"\nmin_severity = "high"'))
    assert asked(tocsin, "drones")["desk"]["told"] == "yes"
    assert (
        asked(tocsin, "drones", "--severity", "info", code=3)["desk"]["why"] == "it takes nothing below high"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nobody"], 1, "there is no rule «nobody»; there are: drones, ferries"),
        (["drones", "--source", "x"], 1, "there is no source «x»; there are: harbour, broken"),
        (["drones", "--at", "noon"], 2, "«noon» is no time"),
        (["drones", "--severity", "loud"], 2, "loud"),
    ],
)
def test_what_cannot_be_asked_is_told(tocsin, words, code, said):
    result = tocsin("routes", "test", *words)
    assert result.exit_code == code
    assert said in result.stderr


def test_routes_are_listed_and_shown_in_the_configuration(tocsin, mannered):
    (row,) = json.loads(tocsin("routes", "list", "-o", "json").stdout)
    assert (row["sources"], row["channels"], row["min_severity"]) == (["harbour"], ["pager"], "info")
    shown = tocsin("config", "show")
    assert shown.exit_code == 0
    assert "07:30 weekdays" in shown.stdout


def test_channels_tell_what_came_last_and_what_is_held(tocsin, mannered):
    result = tocsin("channels", "list", "-o", "json")
    assert result.exit_code == 0, result.output
    desk, spare, chief, _ = json.loads(result.stdout)
    assert desk["last"].startswith("failed ")
    assert "ago: http_503" in desk["last"]
    assert desk["last_outcome"] == "http_503"
    assert desk["held"] == []
    assert spare["last"] == ""
    assert chief["manners"] == ["digest 07:30 weekdays"]


def test_channels_are_listed_before_there_is_a_database(tocsin, config):
    for file in (config.parent / "state").iterdir():
        file.unlink()
    result = tocsin("channels", "list")
    assert result.exit_code == 0
    assert "desk" in result.stdout
    assert "tocsin db upgrade" in result.stderr


def test_a_delivery_is_shown_with_its_very_message(tocsin):
    sent = json.loads(tocsin("deliveries", "list", "--state", "sent", "-o", "json").stdout)[0]
    (shown,) = json.loads(tocsin("deliveries", "show", sent["id"], "-o", "json").stdout)
    assert shown["message"]["title"] == sent["title"]
    assert shown["message"]["headers"]["X-Tocsin-Alert"] == sent["alert"]
    page = tocsin("deliveries", "show", sent["id"])
    assert page.exit_code == 0
    assert "Why: " in page.stdout
    assert "\x1b" not in page.stdout
    assert tocsin("deliveries", "show", 99999).exit_code == 1
