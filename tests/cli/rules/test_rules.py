"""tocsin rules."""

import json
from datetime import date

import pytest

from daemon.cli.chart import chart
from daemon.jobs.backtest import Backtest


def test_check_tells_what_has_no_examples(run, folder):
    with (folder / "config.toml").open("a") as file:
        file.write('[[rules]]\nname = "bare"\nany = ["harbour"]\nforms = "exact"\n')
    result = run("rules", "check")
    assert (result.exit_code, result.stdout) == (0, "all 2 enabled rules can be asked\n")
    assert "without examples: bare\n" in result.stderr


def test_check_points_at_what_cannot_be_asked(run, folder):
    file = folder / "config.toml"
    file.write_text(file.read_text("utf-8").replace("flood -goals", "flood AND"), "utf-8")
    result = run("rules", "check")
    assert result.exit_code == 1
    assert "config.toml:12:" in result.stderr


def test_examples_that_hold_have_exit_code_0(run, folder):
    result = run("rules", "test")
    assert (result.exit_code, result.stdout) == (0, "2 of 2 examples hold\n")


@pytest.mark.parametrize("command", [("rules", "test"), ("rules", "test", "flood"), ("config", "check")])
def test_an_example_that_fails_is_told_with_its_place(run, folder, command):
    file = folder / "config.toml"
    file.write_text(file.read_text("utf-8").replace('"A flood"', '"Dry"'), "utf-8")
    result = run(*command)
    assert result.exit_code == 1
    assert (
        "config.toml:14:10: the rule «flood» does not match its example «Dry»: failed at flood"
        in result.stderr
    )
    assert result.stderr.endswith("\n1 problem.\n")


def test_examples_as_data(run, folder):
    rows = json.loads(run("rules", "test", "-o", "json").stdout)
    assert [(row["rule"], row["expect"], row["holds"]) for row in rows] == [
        ("flood", "match", True),
        ("flood", "no match", True),
    ]


def test_explain_an_article_of_the_archive(run, folder):
    result = run("rules", "explain", "flood", "https://tides.example/Rising?utm_source=x")
    assert result.exit_code == 0
    assert result.stdout == (
        "Rising\n«flood» matches\n\ntrue   all of\n├─ true   flood  «flood» in the body\n"
        "└─ true   NOT goals\n   └─ false  goals\n"
    )


def test_explain_tells_the_near_miss_in_a_file(run, folder):
    (folder / "note.txt").write_text("A flood of goals\n\nIt rained.\n", "utf-8")
    result = run("rules", "explain", "flood", "note.txt", "--language", "en")
    assert "«flood» does not match: failed at NOT goals: «goals» in the title\n" in result.stdout
    told = json.loads(run("rules", "explain", "flood", "-", "-o", "json", input="Goals, a flood").stdout)
    assert (told[0]["holds"], told[0]["parts"][0]["spans"][0]["text"]) == (False, "flood")


def test_explain_asks_a_rule_that_is_not_enabled_and_for_a_source(run, folder):
    (folder / "note.txt").write_text("The sea\n", "utf-8")
    assert "does not match: failed at tag:coast" in run("rules", "explain", "coast", "note.txt").stdout
    assert "«coast» matches" in run("rules", "explain", "coast", "note.txt", "--source", "Tides").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("flod", "note.txt"), "there is no rule «flod»; there are: flood, coast"),
        (("flood", "nothing.txt"), "nothing.txt: No such file or directory; give a file, or an address"),
        (("flood", "https://tides.example/x"), "never listed"),
        (("flood", "note.txt", "--source", "Tide"), "there is no source «Tide»"),
    ],
)
def test_explain_says_what_it_cannot_find(run, folder, arguments, told):
    (folder / "note.txt").write_text("The sea\n", "utf-8")
    result = run("rules", "explain", *arguments)
    assert result.exit_code == 1
    assert told in result.stderr


def test_backtest_shows_days_examples_and_changes(run, folder):
    result = run("rules", "backtest", "flood", "--since", "3d")
    assert result.exit_code == 0, result.output
    assert "«flood» matches 1 of 2 articles: 1 alert\n" in result.stdout
    assert "█" in result.stdout
    assert "1 gained, 1 lost" in result.stdout
    assert "gained: Rising\n  https://tides.example/Rising\n  A flood followed.\n" in result.stdout
    assert "lost: Quiet" in result.stdout


def test_backtest_says_what_a_time_span_is(run, folder):
    result = run("rules", "backtest", "--since", "3x")
    assert result.exit_code == 2
    assert "write 12h, 30d or 2w" in result.stderr


def test_a_chart_puts_many_days_in_a_column():
    days = {date(2026, 1, 1): 4, date(2026, 1, 2): 4, date(2026, 4, 30): 1}
    result = Backtest("x", 9, days, ran=False, gained=frozenset(), lost=frozenset())
    drawn = chart(result, date(2026, 1, 1), date(2026, 4, 30))
    assert drawn == f"2026-01-01 ▕█{' ' * 58}▁▏ 2026-04-30, full height is 8 in 2 days"
