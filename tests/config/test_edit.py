"""Entities added to a file that somebody wrote by hand."""

import stat

import pytest

from daemon.config import add_entities, load, put_rule, replace_file
from daemon.errors import ConfigError, ConflictError, TocsinError
from daemon.model import Alias, Entity

NEW = Entity(
    "nato",
    'NATO "the alliance"',
    aliases=(Alias("North Atlantic Treaty Organization", "en"), Alias("НАТО", "ru")),
    weak=(Alias("OTAN", "fr"),),
    wikidata="Q7184",
)
SCATTERED = """\
# Mine
[[entities]]   # the first
name = "a"
aliases = ["Aa"]
# about rules
[[rules]]
name = "r"
query = "@a"   # look
[[entities]]
name = "b"
[entities.aliases]
"*" = ["Bb"]   # the last

# about channels
[[channels]]
name = "log"
url = "syslog://"
# end
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config.toml"


@pytest.mark.parametrize(
    "text",
    [
        SCATTERED,
        "",
        "# only a comment\n",
        '[daemon]\ncontact = "a@b.example"',
        SCATTERED.replace("\n", "\r\n"),
        "\ufeff" + SCATTERED,
    ],
    ids=["scattered", "empty", "comment", "no newline", "crlf", "bom"],
)
def test_what_was_there_stays_as_it_was(file, text):
    file.write_bytes(text.encode())
    was = load(file, {})
    _, after = add_entities(file, [NEW, Entity("x", "X", aliases=(Alias("Xx", "en"),), wikidata="Q9")])
    replace_file(file, after, {})
    config = load(file, {})
    assert config.entities == (
        *was.entities,
        NEW,
        Entity("x", "X", aliases=(Alias("Xx", "en"),), wikidata="Q9"),
    )
    assert config.rules == was.rules
    now = file.read_bytes().decode()
    assert ("\r\n" in now) == ("\r\n" in text)
    kept = iter(now.splitlines())
    assert all(line in kept for line in text.removeprefix("\ufeff").splitlines())


def test_a_new_entity_follows_the_last_one(file):
    file.write_text(SCATTERED, "utf-8")
    _, after = add_entities(file, [NEW])
    assert after.index('"Bb"') < after.index('"nato"') < after.index("# about channels")


def test_an_entity_in_braces_cannot_be_added_to(file):
    file.write_text('entities = [{ name = "a", aliases = ["Aa"] }]\n', "utf-8")
    with pytest.raises(ConflictError, match="by hand"):
        add_entities(file, [NEW])


RULES = """\
[[rules]]
name = "a"     # the first
query = "x"    # look
# about b
[[rules]]
name = "b"
query = "y"
[[rules.tests]]
title = "y"    # why
"""
TAIL = "\n# about channels\n[[channels]]\nname = 'log'\nurl = 'syslog://'\n"


@pytest.mark.parametrize(
    ("text", "row", "after"),
    [
        (RULES + TAIL, {"name": "a", "query": "z"}, RULES.replace('"x" ', '"z" ') + TAIL),
        (
            RULES + TAIL,
            {"name": "a", "query": "x", "tags": ["t"]},
            RULES.replace("look\n", 'look\ntags = ["t"]\n') + TAIL,
        ),
        (RULES + TAIL, {"name": "b", "query": "y"}, RULES[: RULES.index("[[rules.tests")] + TAIL),
        (
            RULES + TAIL,
            {"name": "b", "query": "y", "tests": [{"title": "y"}, {"title": "yy"}]},
            RULES + '[[rules.tests]]\ntitle = "yy"\n' + TAIL,
        ),
        (
            'rules = [{name = "a", query = "x"}]  # short\n',
            {"name": "a", "query": "z"},
            'rules = [{name = "a", query = "z"}]  # short\n',
        ),
        (
            '[[rules]]\nname = "a"\nquery = "x"',
            {"name": "a", "query": "z"},
            '[[rules]]\nname = "a"\nquery = "z"',
        ),
        (
            '[[rules]]\nname = "a"\n[alerts]\nmax_per_day = 9\n[[rules.tests]]\ntitle = "x"\n',
            {"name": "a", "query": "x", "tests": [{"title": "x"}]},
            '[[rules]]\nname = "a"\nquery = "x"\n[[rules.tests]]\ntitle = "x"\n[alerts]\nmax_per_day = 9\n',
        ),
    ],
    ids=["changed", "added", "removed", "one more", "in braces", "no newline", "scattered"],
)
def test_a_rule_changes_and_nothing_else(file, text, row, after):
    file.write_text(text, "utf-8")
    assert put_rule(file, row) == (text, after)


def test_a_rule_that_an_example_quotes_is_not_taken_for_the_rule(file):
    rule = '[[rules]]\nname = "b"\nquery = "{}"\n'
    quoting = f'[[rules]]\nname = "a"\nquery = "x"\n[[rules.tests]]\nbody = """\n{rule}[[end]]\n"""\n\n'
    file.write_text(quoting.format("y") + rule.format("y"), "utf-8")
    _, after = put_rule(file, {"name": "b", "query": "z"})
    assert after == quoting.format("y") + rule.format("z")


def test_a_text_that_does_not_check_leaves_the_file_alone(file):
    file.write_text(SCATTERED, "utf-8")
    with pytest.raises(ConfigError) as caught:
        replace_file(file, SCATTERED + '[[rules]]\nname = "r"\nquery = "x AND"\n', {})
    assert str(caught.value).startswith(f"{file}:")
    assert file.read_text("utf-8") == SCATTERED
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_file_that_cannot_be_written_is_said_to_be_as_it_was(tmp_path):
    file = tmp_path / f"{'x' * 250}.toml"  # no name is left for the new one
    file.write_text(SCATTERED, "utf-8")
    with pytest.raises(TocsinError, match=r"cannot be written: File name too long. It is as it was"):
        replace_file(file, SCATTERED + "# more\n", {})
    assert file.read_text("utf-8") == SCATTERED


def test_a_link_stays_a_link_and_permissions_stay(file, tmp_path):
    real = tmp_path / "real.toml"
    real.write_text(SCATTERED, "utf-8")
    real.chmod(0o640)
    file.symlink_to(real)
    replace_file(file, SCATTERED + "# more\n", {})
    assert file.is_symlink()
    assert real.read_text("utf-8").endswith("# more\n")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
