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


@pytest.mark.parametrize("command", ["rules", "config"])
def test_check_warns_of_what_is_left_out_in_vain(run, folder, command):
    file = folder / "config.toml"
    file.write_text(file.read_text("utf-8").replace("flood -goals", "flood -goals -tag:gone"), "utf-8")
    result = run(command, "check")
    assert result.exit_code == 0
    assert "leaves out in vain: there is no source with the tag «gone»" in result.stderr


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


def test_a_rule_without_examples_is_said_to_have_none(run, folder):
    assert run("rules", "test", "coast").stdout == "«coast» has no examples: add [[rules.tests]]\n"


def test_check_tells_what_a_weak_name_lacks(run, folder):
    with (folder / "config.toml").open("a") as file:
        file.write('[[entities]]\nname = "zapad"\nweak = ["Zapad"]\n')
    result = run("rules", "check")
    assert result.stdout == "1 enabled rule can be asked\n"
    assert (
        "@zapad: its weak names count only with a year after them, since it has no context\n" in result.stderr
    )


def test_the_list_says_what_a_rule_asks_in_any_words(run, folder):
    with (folder / "config.toml").open("a") as file:
        file.write('[[rules]]\nname = "near"\nnear = ["storm", "harbour"]\n')
        file.write('[[rules]]\nname = "all"\nsources = ["Tides"]\n')
    rows = json.loads(run("rules", "list", "-o", "json").stdout)
    assert [row["asks"] for row in rows] == ["flood -goals", ["sea"], ["storm", "harbour"], ["Tides"]]


def test_examples_as_data(run, folder):
    rows = json.loads(run("rules", "test", "-o", "json").stdout)
    assert [(row["rule"], row["expect"], row["holds"]) for row in rows] == [
        ("flood", "match", True),
        ("flood", "no match", True),
    ]
    assert {"title", "body", "summary", "language", "source", "source_tags", "section", "authors"} < rows[
        0
    ].keys()


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


def test_explain_shows_of_a_long_list_what_is_there(run, folder):
    words = ", ".join(f'"word{number}"' for number in range(2000))
    with (folder / "config.toml").open("a") as file:
        file.write(f'[[lists]]\nname = "long"\nterms = [{words}]\n')
        file.write('[[rules]]\nname = "long"\nquery = "#long NEAR/2 sea"\nforms = "exact"\n')
        file.write(f'[[rules]]\nname = "wide"\nany = [{words}]\nforms = "exact"\n')
    told = run("rules", "explain", "long", "-", input="The word7\n\nsea").stdout
    assert "│  ├─ true   word7  «word7» in the title\n" in told
    assert "│  └─ false  1,999 more\n" in told
    told = run("rules", "explain", "wide", "-", input="The sea").stdout
    assert "word11, 1,988 more" in told
    assert len(told) < 1000


def test_explain_reads_what_other_systems_write(run, folder):
    (folder / "note.txt").write_bytes("Die Flut\r\nA flood".encode("utf-16"))
    assert "«flood» in the body" in run("rules", "explain", "flood", "note.txt").stdout
    (folder / "note.txt").write_bytes(bytes(range(256)) * 1000)
    assert "This is no text" in run("rules", "explain", "flood", "note.txt").stderr


def test_explain_wants_a_language_by_its_code(run, folder):
    result = run("rules", "explain", "flood", "-", "--language", "english", input="x")
    assert result.exit_code == 2
    assert "«english» is no language's code: write en, pl, uk" in result.stderr
    result = run("rules", "explain", "flood", "-", "--language", "zh-Hant-TW", input="x")
    assert "no language's code" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("flod", "note.txt"), "there is no rule «flod»; did you mean «flood»?"),
        (("ebb", "note.txt"), "there is no rule «ebb»; there are: flood, coast"),
        (("flood", "nothing.txt"), "nothing.txt: No such file or directory; give a file, or an address"),
        (("flood", "https://tides.example/x"), "never listed"),
        (
            ("flood", "note.txt", "--source", "Tide"),
            "there is no source «Tide» in the configuration; did you mean «Tides»?",
        ),
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


def test_a_command_that_is_mistyped_is_guessed(run):
    result = run("ruels", "list")
    assert result.exit_code == 2
    assert "No such command 'ruels'. Did you mean 'rules'?" in result.stderr
