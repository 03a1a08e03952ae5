"""tocsin config, and the root that every command hangs on."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from daemon.cli import COMMANDS, main
from daemon.cli.output import print_rows, print_text

SAMPLE = Path(__file__).parents[2] / "config.toml"
BAD = Path(__file__).parents[1] / "config" / "data" / "bad"


@pytest.fixture
def run(monkeypatch):
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    runner = CliRunner()
    return lambda *arguments, **more: runner.invoke(main, [str(each) for each in arguments], **more)


def test_a_good_file_is_told_in_one_line(run):
    result = run("config", "check", SAMPLE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{SAMPLE} is fine: 5 sources, 1 entity, 2 rules, 1 channel; 6 examples hold.\n"


def test_intervals_that_cost_more_than_the_budget_are_warned_of(run, tmp_path):
    file = tmp_path / "config.toml"
    source = '[[sources]]\nname = "{0}"\nurl = "https://{0}.example/feed"\n'
    file.write_text('[polling]\nbudget = "4/h"\n' + "".join(source.format(f"s{n}") for n in range(11)))
    result = run("config", "check", file)
    assert result.exit_code == 0
    assert "11 sources cost at least 5 requests an hour" in result.stderr
    assert 'write budget = "5/h" or more, a longer cap' in result.stderr
    file.write_text(file.read_text().replace("4/h", "5/h"))
    assert run("config", "check", file).stderr == ""


@pytest.mark.parametrize("how", ["argument", "option", "environment"])
def test_a_bad_file_is_told_on_stderr_with_exit_code_1(run, how, monkeypatch):
    monkeypatch.chdir(BAD)
    file = "names-of-nothing.toml"
    if how == "argument":
        result = run("config", "check", file)
    elif how == "option":
        result = run("--config", file, "config", "check")
    else:
        result = run("config", "check", env={"TOCSIN_CONFIG": file})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (BAD / "names-of-nothing.txt").read_text("utf-8") + "\n6 problems.\n"


def test_without_any_file_it_says_where_it_looked(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("config", "check")
    assert result.exit_code == 1
    assert str(tmp_path / "config.toml") in result.stderr


def test_show_gives_the_same_as_table_json_and_lines(run):
    whole = json.loads(run("config", "show", SAMPLE, "-o", "json").stdout)
    assert whole["polling"] == {
        "budget": 1000,
        "floor": "5m",
        "cap": "2h30m",
        "max_age": "1d",
        "timeout": "30s",
        "concurrency": 20,
    }
    assert whole["channels"] == [{"name": "log", "url": "syslog://***"}]
    assert whole["rules"][0]["severity"] == "high"
    lines = [json.loads(line) for line in run("config", "show", SAMPLE, "-o", "jsonl").stdout.splitlines()]
    assert {"section": "channels", **whole["channels"][0]} in lines
    assert len(lines) == 4 + sum(len(held) for held in whole.values() if isinstance(held, list))
    table = run("config", "show", SAMPLE).stdout
    assert "syslog://***" in table
    assert "The Guardian World" in table


def test_show_masks_secrets(run, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        '[[channels]]\nname = "a"\nurl = "env:URL"\n[[channels]]\nname = "b"\nurl = "json://T0KEN"\n'
    )
    for output in ("table", "json", "jsonl"):
        result = run("config", "show", file, "-o", output, env={"URL": "slack://T0KEN/b/c"})
        assert result.exit_code == 0
        assert "slack://***" in result.stdout
        assert "T0KEN" not in result.output


def test_the_schema_is_printed(run):
    assert json.loads(run("config", "schema").stdout)["properties"].keys() >= {"sources", "rules"}


def test_wrong_usage_has_exit_code_2(run):
    assert run("config", "chek").exit_code == 2
    assert run("confg").exit_code == 2


def test_an_interrupted_command_has_exit_code_130(run, monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "get_command", lambda *_: click.Command("wait", callback=interrupt))
    assert run("wait").exit_code == 130


def test_each_summary_is_its_commands_own():
    with click.Context(main) as context:
        for name, summary in COMMANDS.items():
            assert main.get_command(context, name).get_short_help_str(200) == summary


HEAVY = {"sqlalchemy", "structlog", "httpx2", "apscheduler", "apprise", "daemon.jobs"}


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (["--help"], HEAVY | {"asyncio", "pydantic", "rich"}),
        (["service", "--help"], HEAVY | {"asyncio", "pydantic"}),
        (["run", "--help"], HEAVY),
        (["-c", str(SAMPLE), "rules", "list", "-o", "json"], HEAVY),
        (["-c", str(SAMPLE), "routes", "list", "-o", "json"], HEAVY),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_without(words, heavy):
    code = (
        "import sys\nfrom daemon.cli import main\n"
        f"try: main({words})\nexcept SystemExit as end: assert not end.code\n"
        f"print(sorted({heavy} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_table_keeps_strangers_texts_as_they_are(capsys):
    print_rows(
        [{"title": "[bold]x[/]\x1b[2J\u202e", "on": True, "tags": ["a", "b"], "none": None}],
        ["title", "on", "tags", "none"],
        "table",
    )
    printed = capsys.readouterr().out
    assert "[bold]x[/] [2J " in printed
    assert "yes" in printed
    assert "a, b" in printed
    assert "\x1b" not in printed


class Terminal(io.StringIO):
    """A terminal of 80 columns, as far as a table looks."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")


@pytest.mark.usefixtures("narrow")
def test_on_a_terminal_a_table_leaves_out_what_says_nothing():
    with redirect_stdout(Terminal()) as shown:
        print_rows([{"id": 1, "held": "", "why": "x " * 60}], ["id", "held", "why"], "table")
    head, _, *rows = shown.getvalue().splitlines()
    assert head.split() == ["id", "why"]
    assert len(rows) == 2


@pytest.mark.usefixtures("narrow")
def test_where_columns_have_no_room_each_row_is_a_card():
    row = {name: f"{name} is told at some length" for name in ("rule", "title", "told", "key")}
    with redirect_stdout(Terminal()) as shown:
        print_rows([{**row, "held": ""}] * 2, [*row, "held"], "table")
    lines = [line.rstrip() for line in shown.getvalue().splitlines()]
    assert lines[:5] == [f"{name:<5}  {value}" for name, value in row.items()] + [""]
    assert len(lines) == 10


LONG = """\
2026-11-22 12:00:00 UTC    queued: «drones» rings, for it goes to the channel «desk» and to no other one
  ! harbour cannot be polled: harbour.example answered 500: its server failed; next try at 12:40 UTC today
    https://harbour.example/a/very/long/address/that/has/no/room/and/is/to/be/copied/whole/as/it/is/here
short"""


@pytest.mark.usefixtures("narrow")
def test_on_a_terminal_long_lines_are_folded_below_where_their_words_begin():
    with redirect_stdout(Terminal()) as shown:
        print_text(LONG)
    assert shown.getvalue().splitlines() == [
        "2026-11-22 12:00:00 UTC    queued: «drones» rings, for it goes to the channel",
        "                           «desk» and to no other one",
        "  ! harbour cannot be polled: harbour.example answered 500: its server failed;",
        "    next try at 12:40 UTC today",
        "    https://harbour.example/a/very/long/address/that/has/no/room/and/is/to/be/copied/whole/as/it/is/here",
        "short",
    ]
    with redirect_stdout(io.StringIO()) as shown:
        print_text(LONG)
    assert shown.getvalue() == f"{LONG}\n", "a pipe has no width"
