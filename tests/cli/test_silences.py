"""Silences and an alert's way, as an administrator sees them."""

import json

import pytest

from daemon.store import Store, alerts


@pytest.fixture
def key(config) -> str:
    with Store.open(f"sqlite:///{config.parent / 'state' / 'tocsin.db'}") as store:
        (first,) = store.read_now(lambda conn: alerts.page(conn, rule="drones"))
    return first.key


def test_a_silence_from_its_beginning_to_its_end(tocsin):
    added = tocsin(
        "silences", "add", "--rule", "ferries", "--for", "8h", "--why", "known", "--author", "ines"
    )
    assert added.exit_code == 0, added.output
    assert added.stdout.startswith("silence 1: rule «ferries», ")
    (row,) = json.loads(tocsin("silences", "list", "-o", "json").stdout)
    assert (row["state"], row["author"], row["why"], row["muted"]) == ("in force", "ines", "known", 0)
    assert tocsin("silences", "expire", 1).stdout == "silence 1 has ended; it muted 0 alerts\n"
    again = tocsin("silences", "expire", 1)
    assert again.exit_code == 1
    assert "silence 1 ended at" in again.stderr
    assert "expired" in tocsin("silences", "list").stdout


def test_a_silence_that_muted_nothing_has_nothing_to_replay(tocsin):
    tocsin("silences", "add", "--rule", "ferries", "--for", "8h", "--why", "known")
    result = tocsin("silences", "replay", "--silence", 1)
    assert (result.exit_code, result.stderr) == (
        1,
        "silence 1 has muted nothing: there is nothing to replay\n",
    )


def test_one_that_matches_nothing_is_shown_to_do_so(tocsin):
    words = ("silences", "add", "--match", "submarine", "--for", "1h", "--in", "2h", "--why", "x")
    assert "it matches nothing" in tocsin(*words).stderr
    listed = tocsin("silences", "list").stdout
    assert "matches nothing: none of the alerts of the last 7 days" in listed
    assert "to come" in listed


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "--for", "1h", "--why", "x"), 1, "a silence of everything would be a missed alert"),
        (("add", "--rule", "ferry", "--for", "1h", "--why", "x"), 1, "there is no rule «ferry»"),
        (("add", "--match", "(ferry", "--for", "1h", "--why", "x"), 1, "--match"),
        (("preview", "--match", "(ferry"), 1, "--match"),
        (("add", "--rule", "ferries", "--for", "1h"), 2, "--why"),
        (("add", "--rule", "ferries", "--for", "1h", "--why", " "), 2, "say why"),
        (("expire", 9), 1, "there is no silence 9"),
        (("show", 9), 1, "there is no silence 9"),
        (("replay",), 2, "name alerts by their keys"),
        (("replay", "nosuchkey"), 1, "there is no alert"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(tocsin, words, code, says):
    result = tocsin("silences", *words)
    assert result.exit_code == code
    assert says in result.stderr


def test_a_preview_lists_what_it_would_have_muted(tocsin):
    result = tocsin("silences", "preview", "--match", "ferry", "--since", "3650d", "-o", "json")
    assert {row["rule"] for row in json.loads(result.stdout)} == {"ferries"}
    assert "2 alerts would have been muted" in result.stderr


def test_what_was_told_is_not_replayed(tocsin, key):
    result = tocsin("silences", "replay", key)
    assert result.exit_code == 1
    assert "was not muted" in result.stderr


def test_an_alerts_way_from_publication_to_each_attempt(tocsin, key):
    told = tocsin("why", "--alert", key)
    assert told.exit_code == 0, told.output
    for step in ("listed by harbour", "read, and matched drone incursion", "rang", "desk: queued"):
        assert step in told.stdout
    assert "desk: http_403" in told.stdout
    (way,) = json.loads(tocsin("why", "--alert", key, "-o", "json").stdout)
    times = [step["at"] for step in way["steps"]]
    assert times == sorted(times)


def test_an_alert_that_is_not_there_and_no_question_at_all(tocsin):
    assert "there is no alert" in tocsin("why", "--alert", "x").stderr
    assert tocsin("why").exit_code == 2
    assert tocsin("why", "http://x.example/", "--alert", "x").exit_code == 2


def test_an_alert_that_nobody_was_told_of_says_why(tocsin, config):
    with Store.open(f"sqlite:///{config.parent / 'state' / 'tocsin.db'}") as store:
        (known,) = store.read_now(lambda conn: alerts.page(conn, rule="drones"))
        store.write_now(
            lambda conn: alerts.add(
                conn,
                "boats",
                known.article_id or 0,
                known.severity,
                known.created_at,
                silence=7,
                muted="muted by silence 7: known",
            )
        )
    (row,) = json.loads(tocsin("alerts", "list", "--rule", "boats", "-o", "json").stdout)
    assert (row["told"], row["deliveries"], row["untold"]) == ([], [], "muted by silence 7: known")
    assert "nobody: muted by silence 7: known" in tocsin("alerts", "list", "--rule", "boats").stdout


def test_who_has_an_alert_is_told_apart_from_where_it_waits(tocsin):
    ferry, late = json.loads(tocsin("alerts", "list", "--rule", "ferries", "-o", "json").stdout)[::-1]
    assert (ferry["told"], ferry["untold"]) == (["desk"], "")
    assert (late["told"], late["untold"]) == ([], "")
    assert late["deliveries"] == [{"channel": "desk", "state": "failed", "follow_up": False}]
    assert "desk: failed" in tocsin("alerts", "list").stdout
