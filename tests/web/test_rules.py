"""Rules and the playground: what each did, what a draft would do, and how it gets into the configuration."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.config import load
from daemon.model import Rule, RuleTest, WordList
from daemon.runtime import trial

CONFIG = """
# What the harbour watches.
[[channels]]
name = "desk"
url = "json://secret-word@127.0.0.1:9/hook"

[[rules]]
name = "drones"
any = ["drone incursion"]  # since the summer
severity = "high"

[[rules.tests]]
title = "A drone incursion closed the port"

[[rules]]
name = "ferries"
any = ["ferry"]
"""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Let no busy machine end a trial or a sketch: the limit has a test of its own."""
    monkeypatch.setattr(trial, "LIMIT", trial.LIMIT * 30)
    monkeypatch.setattr(trial, "SKETCH_SECONDS", trial.SKETCH_SECONDS * 30)


@pytest.fixture
def file(visit, tmp_path) -> Path:
    """A configuration in a file, as the house has it otherwise."""
    path = tmp_path / "config.toml"
    path.write_text(f'[daemon]\ndatabase = "{visit.house.context.config.daemon.database.reveal()}"\n{CONFIG}')
    loaded = load(path, {})
    visit.house.configure(rules=loaded.rules, files=(path,))
    return path


async def test_rules_show_what_they_did(visit):
    page = visit.page("/rules")
    assert page.count('<svg class="bars"') == 2
    assert "at most 2 hits, today 2 hits" in page
    assert re.search(r"harbour</bdi></a> <span class=\"times\">2<", page)
    assert "12:15:00" in page
    assert page.count("<bdi>desk</bdi>") == 2


async def test_rules_tell_whether_their_examples_hold(visit):
    drones, ferries = visit.house.context.config.rules
    wrong = RuleTest("A ferry <b>sails</b>")
    visit.house.configure(rules=(replace(drones, tests=(wrong,)), replace(ferries, tests=(wrong,))))
    page = visit.page("/rules")
    assert "1 of 1 fail" in page
    assert "does not match its example «A ferry &lt;b&gt;sails" in page
    assert "1 hold" in page


async def test_rules_are_filtered_and_paged(visit):
    many = [Rule(f"rule {n:02}", query="drone", enabled=n != 7) for n in range(60)]
    visit.house.configure(rules=tuple(many))
    seen, path = [], "/rules"
    while path:
        page = visit.page(path)
        seen += re.findall(r"data-open><bdi>(rule \d+)</bdi>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [rule.name for rule in many]
    assert "rule 07" in visit.page("/rules?show=off")
    assert "rule 08" not in visit.page("/rules?show=off")
    assert "No rule is like that" in visit.page("/rules?q=zeppelin")


async def test_no_rules_is_a_fine_state(visit):
    visit.house.configure(rules=())
    assert "has no rule yet" in visit.page("/rules")


async def test_a_saved_rule_is_shown_with_what_it_asks(visit):
    page = visit.page("/rules/try?rule=drones")
    assert "drone incursion" in page
    assert "What it asks" in page
    assert "There is no rule «nobody»" in visit.page("/rules/try?rule=nobody", 404)


async def test_who_sits_down_to_write_finds_the_dictionaries_open(visit):
    opened: list[str] = []
    visit.desk.trials.warm = lambda _config: opened.append("dictionaries")
    visit.page("/rules/try")
    assert opened == ["dictionaries"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"query": "drone AND ("}, "query, line 1, column 12"),
        ({"query": "-drone"}, "does not say what must be there"),
        ({"query": "drone", "keys": 'langages = ["en"]'}, "keys, line 1, column 1"),
        ({"keys": 'any = ["ferry"]\nall = [ferry]'}, "keys, line 2"),
        ({"query": "ferry", "keys": "[[channels]]\nname = 'x'"}, "keys, line 1"),
        ({"query": "ferry\nAND @nobody"}, "query, line 2, column 5"),
        ({"query": "ferry", "keys": 'any = ["ferry", "\\""]'}, "any"),
        ({"query": "ferry", "name": "x" * 200}, "more than 100 characters"),
    ],
)
async def test_what_is_wrong_is_told_at_its_place(visit, fields, told):
    page = visit.act("/rules/try", do="look", **fields)
    assert told in page
    assert "<html" not in page


async def test_a_draft_is_asked_of_the_archive(visit):
    page = visit.act("/rules/try", rule="ferries", name="ferries", query="ferry -sums", days="3")
    assert "A new ferry for the islands" in page
    assert "<dt>Gained</dt><dd>0</dd>" in page
    assert "<dt>Lost</dt><dd>1</dd>" in page
    assert "failed at NOT sums" in page
    assert page.count('class="change lost"') == 1
    assert page.count("<bdi>harbour</bdi>") == 3  # the source of each, since copies have one title
    lost = page[page.index('class="change lost"') :]
    assert "Pin: must not match" in lost[: lost.index("</li>")]


async def test_a_draft_without_a_saved_rule_has_nothing_to_compare_with(visit):
    page = visit.act("/rules/try", query="drone NEAR/3 incursion", do="ask")
    assert "Gained" not in page
    assert "<mark>drone incursion</mark>" in page or "<mark>drone</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_a_tree_that_nobody_would_read_is_not_drawn(visit):
    page = visit.act("/rules/try", query=" OR ".join(f"ferry{n}" for n in range(2000)), do="look")
    assert "2001 parts, too many to draw" in page
    assert len(page) < 100_000


async def test_a_list_is_drawn_by_its_name_and_by_what_an_article_has_of_it(visit):
    terms = ("ferry", *(f"ship{n}" for n in range(600)))
    visit.house.configure(lists=(WordList("boats", terms),))
    page = visit.act("/rules/try", query="#boats -islands")
    assert "<code>#boats</code>" in page[: page.index('id="asked"')]
    near = page[page.index("Part by part") :]
    assert "ferry" in near
    assert "ship7" not in page


async def test_an_empty_archive_says_so(visit):
    visit.house.clock.wait(days=40)
    assert "holds no article of these days" in visit.act("/rules/try", query="ferry", days="1")


async def test_a_trial_that_takes_too_long_says_how_far_it_came(visit, monkeypatch):
    monkeypatch.setattr(trial, "LIMIT", trial.LIMIT * 0)
    assert "ask fewer days" in visit.act("/rules/try", query="ferry")


def number_in(page: str, title: str) -> str:
    found = re.search(rf'value="pin:(\d+):match"[^>]*>Pin: must match<span class="unseen"> {title}', page)
    assert found, page
    return found[1]


async def test_an_article_is_pinned_as_an_example(visit):
    fields = {"rule": "ferries", "name": "ferries", "query": "ferry -sums", "keys": 'severity = "high"'}
    page = visit.act("/rules/try", **fields)
    number = number_in(page, "A new ferry")
    page = visit.act("/rules/try", **fields, do=f"pin:{number}:match")
    assert "must match" in page
    assert "[[rules.tests]]\ntitle = &#34;A new ferry for the islands&#34;" in page
    assert "1 example holds" in page
    page = visit.act("/rules/try", **fields, do=f"pin:{number}:not")
    assert "expect = &#34;no match&#34;" in page
    assert "matches its example" in page
    assert "does not hold this article any more" in visit.act("/rules/try", **fields, do="pin:999:match")


async def test_a_change_is_shown_without_anybody_elses_lines(visit, file):
    page = visit.act("/rules/try", rule="drones", name="drones", do="look", query="drone NEAR/3 incursion")
    assert "+query = &#34;drone NEAR/3 incursion&#34;" in page
    assert "-any = " in page
    assert "secret-word" not in page


async def test_a_rule_is_saved_and_comments_stay(visit, file):
    keys = 'any = ["drone incursion"]\nseverity = "critical"\n[[rules.tests]]\n'
    keys += 'title = "A drone incursion closed the port"'
    before = file.read_text()
    page = visit.act("/rules/try", rule="drones", name="drones", keys=keys, do="save")
    assert "drones: written to config.toml" in page
    assert file.read_text() == before.replace('"high"', '"critical"')


async def test_a_new_rule_is_added(visit, file):
    visit.act("/rules/try", name="sums", query="sums AND seaside", do="save")
    rules = tomllib.loads(file.read_text())["rules"]
    assert rules[-1] == {"name": "sums", "query": "sums AND seaside"}
    assert "# since the summer" in file.read_text()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (
            {"name": "sums", "query": "sums", "keys": '[[rules.tests]]\ntitle = "Nothing"'},
            "does not match its",
        ),
        ({"name": "sums", "query": "sums", "keys": 'channels = ["nobody"]'}, "nobody"),
    ],
)
async def test_what_the_gate_refuses_is_not_written(visit, file, fields, why):
    before = file.read_text()
    page = visit.act("/rules/try", **fields, do="save")
    assert "It was not saved" in page
    assert why in page
    assert file.read_text() == before


async def test_a_flood_is_not_written(visit, file):
    file.write_text(file.read_text() + "\n[alerts]\nmax_per_day = 1\n")
    page = visit.act("/rules/try", name="all", query="ferry OR drone", do="save")
    assert "would have rung" in page
    assert '"all"' not in file.read_text()


async def test_a_rule_of_an_included_file_is_changed_by_hand(visit, file):
    (file.parent / "more.toml").write_text('[[rules]]\nname = "more"\nquery = "ferry"\n')
    file.write_text('include = ["more.toml"]\n' + file.read_text())
    loaded = load(file, {})
    visit.house.configure(rules=loaded.rules, files=loaded.files)
    page = visit.act("/rules/try", rule="more", name="more", query="islands", do="save")
    assert "config.toml includes" in page
    assert "islands" not in file.read_text()
