"""Each command on a small database: what it prints, in each form, and with which exit code."""

import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daemon.runtime.clock import now
from daemon.runtime.pulse import Pulse
from daemon.store import Store, facts

LISTS = {
    ("sources", "list"): {"name", "url", "next_poll_at", "why_then", "error"},
    ("rules", "list"): {"name", "severity", "asks", "channels", "enabled"},
    ("alerts", "list"): {"at", "severity", "rule", "title", "url", "told", "key"},
    ("deliveries", "list"): {"id", "state", "channel", "title", "attempts", "outcome"},
    ("stories", "search"): {
        "id",
        "seen",
        "moved",
        "title",
        "first",
        "also",
        "articles",
        "copies",
        "voices",
        "rules",
    },
    ("channels", "list"): {"name", "service", "rules", "enabled"},
    ("config", "show"): set(),
}


@pytest.mark.parametrize("command", LISTS)
def test_a_list_says_the_same_as_table_json_and_lines(tocsin, command):
    whole = tocsin(*command, "-o", "json")
    lines = tocsin(*command, "-o", "jsonl")
    table = tocsin(*command)
    assert [each.exit_code for each in (whole, lines, table)] == [0, 0, 0]
    assert not whole.stderr
    rows = [json.loads(line) for line in lines.stdout.splitlines()]
    if command != ("config", "show"):
        assert json.loads(whole.stdout) == rows
        assert rows
        assert all(LISTS[command] <= row.keys() for row in rows)
        assert all(str(next(iter(row.values())))[:10] in table.stdout for row in rows)
    assert "\x1b" not in table.stdout


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["alerts", "list", "--rule", "drones"], 1),
        (["alerts", "list", "--rule", "nobody"], 0),
        (["alerts", "list", "--limit", "2"], 2),
        (["deliveries", "list", "--state", "dead"], 1),
        (["deliveries", "list", "--state", "failed"], 1),
        (["deliveries", "list", "--limit", "1"], 1),
    ],
)
def test_a_list_can_be_narrowed(tocsin, words, count):
    assert len(tocsin(*words, "-o", "jsonl").stdout.splitlines()) == count


@pytest.mark.parametrize(
    "words", [["alerts", "list", "--limit", "-1"], ["deliveries", "list", "--limit", "0"]]
)
def test_a_limit_of_nothing_is_wrong_usage(tocsin, words):
    assert tocsin(*words).exit_code == 2


def test_status_tells_what_wants_looking_at(tocsin):
    result = tocsin("status")
    assert result.exit_code == 3
    for told in (
        "not running",
        "no daemon is running: start it with `tocsin run`",
        "config.toml:9) cannot be polled",
        "1 delivery failed and is tried again",
        "1 delivery was given up: `tocsin deliveries list --state dead`",
    ):
        assert told in result.stdout
    (status,) = json.loads(tocsin("status", "-o", "json").stdout)
    assert sum(status["entries"].values()) == 4
    assert json.loads(tocsin("status", "-o", "jsonl").stdout) == status


def test_a_refusal_is_told_once(tocsin, config):
    config.write_text(config.read_text() + "[[rules]]\nnome = 1\n")
    store = Store.open(f"sqlite:///{config.parent / 'state' / 'tocsin.db'}")
    with store:
        pulse = Pulse(4711, now(), "abc", refused="config.toml:31:1: unknown key «nome»", channels=("desk",))
        store.write_now(lambda conn: facts.put(conn, pulse.key, pulse.to_json(), now()))
        assert tocsin("status").stdout.count("unknown key «nome»") == 1
        store.write_now(lambda conn: facts.put(conn, pulse.key, {**pulse.to_json(), "running": False}, now()))
        told = tocsin("status").stdout
    assert "unknown key «nome»" in told, "nobody runs who would say so"
    assert told.count("unknown key «nome»") == 1


@pytest.mark.parametrize(
    "disorder",
    ["[[rules]]\nname = 'x'\nanny = []\n", "[[sources]\n", "[daemon]\nlog_level = 'loud'\n", "\x00"],
)
def test_who_looks_sees_the_daemon_while_the_file_is_in_disorder(tocsin, config, disorder, monkeypatch):
    """The daemon runs on with the old one, and `status` is where it says so."""
    state = config.parent / "state"
    monkeypatch.setenv("STATE_DIRECTORY", str(state))
    config.write_text(disorder)
    assert tocsin("status").exit_code == 3
    assert "A drone incursion" in tocsin("alerts", "list").stdout
    assert tocsin("rules", "list").exit_code == 1


def test_why_tells_an_entrys_whole_way(tocsin, filled):
    url = json.loads(tocsin("alerts", "list", "--rule", "drones", "-o", "json").stdout)[0]["url"]
    result = tocsin("why", f"{url}?utm_source=x")
    assert result.exit_code == 0
    for told in (
        "failed: given up on desk (http_403)",
        "listed by harbour",
        "drones (high) matched",
        "desk: dead",
    ):
        assert told in result.stdout
    (way,) = json.loads(tocsin("why", url, "-o", "json").stdout)
    assert [step["fate"] for step in way["steps"]] == ["new", "queued", "failed"]


@pytest.mark.parametrize(
    "url", ["http://never.example/x", "", "not an address", "http://[", "\ud800", "x" * 9999]
)
def test_why_of_what_was_never_listed(tocsin, url):
    result = tocsin("why", url)
    assert result.exit_code == 1
    assert "never listed" in result.stderr
    assert result.stdout == ""


def test_a_story_is_found_and_told(tocsin):
    found = json.loads(tocsin("stories", "search", "-o", "json").stdout)[0]
    (shown,) = json.loads(tocsin("stories", "show", str(found["id"]), "-o", "json").stdout)
    assert {**shown, "rules": found["rules"]}.items() >= found.items()
    assert shown["told"][0]["url"] == found["first_url"]
    table = tocsin("stories", "show", str(found["id"])).stdout
    assert f"first: {found['first']}, {found['first_url']}" in table
    assert "1 independent voices" not in table
    missing = tocsin("stories", "show", "999")
    assert (missing.exit_code, "tocsin stories search" in missing.stderr) == (1, True)


def test_a_search_that_finds_no_story_says_so_beside_what_programs_read(tocsin):
    result = tocsin("stories", "search", "nobody's", "news", "-o", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "no story has a title with all of these words: nobody's news" in result.stderr
    assert "no story" not in tocsin("stories", "search").stderr
    assert tocsin("stories", "search", "nobody's", "news").stdout == ""


def test_a_dead_delivery_is_sent_again_on_request(tocsin):
    (dead,) = json.loads(tocsin("deliveries", "list", "--state", "dead", "-o", "json").stdout)
    result = tocsin("deliveries", "retry", dead["id"])
    assert result.exit_code == 0
    assert f"{dead['id']}: due now for desk" in result.stdout
    assert json.loads(tocsin("deliveries", "list", "--state", "dead", "-o", "json").stdout) == []
    assert tocsin("db", "check").exit_code == 0


def test_all_that_is_dead_is_sent_again_on_request(tocsin):
    assert "1 to be sent" in tocsin("deliveries", "retry", "--dead").stderr
    assert tocsin("deliveries", "retry", "--dead").exit_code == 0


def test_what_cannot_be_sent_again(tocsin):
    rows = json.loads(tocsin("deliveries", "list", "-o", "json").stdout)
    sent = next(row["id"] for row in rows if row["state"] == "sent")
    result = tocsin("deliveries", "retry", sent)
    assert result.exit_code == 1
    assert "was sent at" in result.stderr
    assert tocsin("deliveries", "retry", "99999").exit_code == 1
    assert tocsin("deliveries", "retry").exit_code == 2
    assert tocsin("deliveries", "retry", "1", "--dead").exit_code == 2


def test_the_databases_upkeep(tocsin, config, tmp_path):
    assert tocsin("db", "check").stdout == "sound\n"
    revision = tocsin("db", "current").stdout.strip()
    assert f"nothing to do: the schema is {revision} already" in tocsin("db", "upgrade").stdout
    copy = tmp_path / "copy.db"
    assert tocsin("db", "backup", copy).exit_code == 0
    assert copy.exists()
    again = tocsin("db", "backup", copy)
    assert again.exit_code == 1
    assert "overwrites nothing" in again.stderr
    assert "0 rows" in tocsin("db", "prune", "--older-than", "36500").stdout
    assert tocsin("db", "prune", "--older-than", "0").exit_code == 2


def test_untrue_books_are_findings(tocsin, config):
    with closing(sqlite3.connect(config.parent / "state" / "tocsin.db")) as conn, conn:
        conn.execute("UPDATE entries SET fate = 'queued' WHERE fate = 'backlog'")
    result = tocsin("db", "check")
    assert result.exit_code == 3
    assert "queued with nothing waiting" in result.stdout


def harm_database(path: Path, harm: str) -> None:
    if harm == "newer":
        with closing(sqlite3.connect(path)) as conn, conn:
            conn.execute("UPDATE alembic_version SET version_num = '9999'")
            conn.execute("UPDATE facts SET value = '\"9998\"' WHERE key = 'serves'")
        return
    path.unlink()
    if harm == "damaged":
        path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    elif harm == "text":
        path.write_text("Dear diary, " * 400)
    elif harm == "foreign":
        with closing(sqlite3.connect(path)) as conn, conn:
            conn.execute("CREATE TABLE customers (id INTEGER)")
    elif harm == "a folder":
        path.mkdir()


@pytest.mark.parametrize(
    "words", ["status", "alerts list", "deliveries retry 1", "sources list", "why http://a.example/"]
)
@pytest.mark.parametrize("harm", ["gone", "damaged", "text", "foreign", "newer", "a folder"])
def test_a_database_that_cannot_be_used_is_told_with_the_cure(tocsin, config, words, harm):
    path = config.parent / "state" / "tocsin.db"
    harm_database(path, harm)
    result = tocsin(*words.split())
    assert result.exit_code == 1
    assert str(path) in result.stderr or "other tables" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", ["run", "run --once", "db upgrade", "db check"])
@pytest.mark.parametrize("harm", ["damaged", "text", "foreign", "newer", "a folder"])
def test_a_daemon_leaves_a_database_that_it_cannot_use_as_it_is(tocsin, config, words, harm, monkeypatch):
    config.write_text(config.read_text().replace("credential:tocsin_desk", "json://127.0.0.1:9/"))
    monkeypatch.setenv("NOT_SET_HERE", "json://127.0.0.1:9/")
    path = config.parent / "state" / "tocsin.db"
    harm_database(path, harm)
    before = path.read_bytes() if path.is_file() else None
    result = tocsin(*words.split())
    assert result.exit_code == 1
    assert str(path) in result.stderr or "other tables" in result.stderr
    assert "Traceback" not in result.output
    assert (path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize("words", ["run", "db upgrade"])
def test_a_folder_that_cannot_be_written_is_told(tocsin, config, words):
    config.write_text(
        '[daemon]\nstate_directory = "/proc/nothing"\n[[channels]]\nname = "log"\nurl = "syslog://"\n'
    )
    result = tocsin(*words.split())
    assert result.exit_code == 1
    assert "/proc/nothing" in result.stderr


def test_what_is_missing_is_told(tocsin, config):
    config.unlink()
    for words in (["status"], ["rules", "list"], ["run"], ["db", "check"], ["config", "check"]):
        result = tocsin(*words)
        assert result.exit_code == 1
        assert "no such file" in result.stderr


def test_config_check_notes_credentials_that_only_the_service_has(tocsin, config):
    config.write_text(config.read_text().replace("env:NOT_SET_HERE", "credential:tocsin_spare"))
    result = tocsin("config", "check")
    assert result.exit_code == 0
    assert "is fine" in result.stdout
    assert result.stderr.count("systemd hands credentials to the service alone") == 2
    assert "tocsin_desk" in result.stderr


def test_config_check_takes_a_missing_variable_for_a_fault(tocsin):
    result = tocsin("config", "check")
    assert result.exit_code == 1
    assert "NOT_SET_HERE is not set" in result.stderr
    assert "CREDENTIALS_DIRECTORY" not in result.stderr


def test_config_check_under_systemd_takes_a_missing_credential_for_a_fault(tocsin, tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("NOT_SET_HERE", "json://127.0.0.1")
    result = tocsin("config", "check")
    assert result.exit_code == 1
    assert "tocsin_desk" in result.stderr


def test_what_sends_needs_its_secret(tocsin):
    result = tocsin("channels", "test", "desk")
    assert result.exit_code == 1
    assert "credential" in result.stderr
    assert tocsin("run", "--once").exit_code == 1


def test_channels_that_cannot_be_tested(tocsin, config):
    text = config.read_text().replace("credential:tocsin_desk", "json://127.0.0.1:9/s3cr3t-path-1")
    config.write_text(text.replace("env:NOT_SET_HERE", "json://127.0.0.1:9/"))
    unknown = tocsin("channels", "test", "nobody")
    assert unknown.exit_code == 1
    assert "it names: desk, spare" in unknown.stderr
    dead = tocsin("channels", "test", "desk")
    assert dead.exit_code == 1
    assert "not delivered (refused): " in dead.stderr
    assert "s3cr3t" not in dead.output


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "nonsense", "http://127.0.0.1:9/", "http://[", "", "http://\ud800/"]
)
def test_a_source_that_cannot_be_tried_is_told(tocsin, url):
    result = tocsin("sources", "test", url)
    assert result.exit_code == 1
    assert result.stderr.strip()


def test_a_source_is_tried_only_by_a_name_that_is_known(tocsin):
    result = tocsin("sources", "test", "http://127.0.0.1:9/", "--name", "nobody")
    assert result.exit_code == 1
    assert "no source 'nobody'" in result.stderr


def test_the_unit_is_shown_before_it_is_written(tocsin, tmp_path):
    result = tocsin("service", "install", "--root", tmp_path / "root", "--dry-run")
    assert result.exit_code == 0
    assert "ExecStart=" in result.stdout
    assert not (tmp_path / "root").exists()


def test_a_unit_that_cannot_be_written_is_told(tocsin):
    result = tocsin("service", "install", "--root", "/proc/nothing")
    assert result.exit_code == 1
    assert "--dry-run" in result.stderr


@pytest.mark.parametrize(
    "memory", ['{"opened": "2026-11-22T12:00:00+00:00", "ports": {"harbour-post": %d}}', "{"]
)
def test_a_demonstration_that_cannot_go_on_is_told(tocsin, tmp_path, memory):
    """Another program has taken its port meanwhile, or its file was cut short."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        folder = tmp_path / "demo"
        folder.mkdir()
        text = memory % taken.getsockname()[1] if "%" in memory else memory
        (folder / "newsroom.json").write_text(text)
        result = tocsin("demo", "--dir", folder)
    assert result.exit_code == 1
    assert "delete that folder" in result.stderr


def test_a_demonstration_without_a_folder_is_told(tocsin):
    result = tocsin("demo", "--dir", "/proc/nothing")
    assert result.exit_code == 1
    assert "--dir" in result.stderr
