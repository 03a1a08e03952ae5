"""Every way to get a configuration wrong has a file in data/bad, and beside it what is said about it."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config import load
from daemon.config.document import Document
from daemon.config.sections import is_secret
from daemon.config.tables import Tables
from daemon.errors import ConfigError

BAD = Path(__file__).parent / "data" / "bad"
SAMPLE = Path(__file__).parents[2] / "config.toml"
TOKEN = "T0KEN"


def problems_of(name):
    with pytest.raises(ConfigError) as raised:
        load(Path(name), {})
    return raised.value


@pytest.mark.parametrize("file", sorted(BAD.glob("*.toml")), ids=lambda file: file.stem)
def test_each_fault_is_told_with_place_and_cure(file, monkeypatch):
    monkeypatch.chdir(BAD)
    error = problems_of(file.name)
    assert str(error) + "\n" == file.with_suffix(".txt").read_text("utf-8")
    for problem in error.problems:
        assert problem.line, "no line"
        assert problem.hint, "no cure"
        assert len(problem.excerpt) >= problem.column - 1 or not problem.excerpt, (
            "the caret points past the line"
        )


def test_no_message_shows_a_secret():
    texts = {file.stem: file.read_text("utf-8") for file in BAD.glob("*.txt")}
    assert texts
    assert not [name for name, text in texts.items() if TOKEN in text]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("missing.toml", "no such file"),
        (".", "cannot be read: Is a directory"),
        ("no\0file", "cannot be read: embedded null byte"),
    ],
)
def test_what_cannot_be_read_is_told_without_a_line(path, said, monkeypatch):
    monkeypatch.chdir(BAD)
    (problem,) = problems_of(path).problems
    assert (problem.line, problem.message) == (0, said)
    assert problem.hint


SECRETS = """
channels = [{ name = "a", url = "slack://T0KEN/T0KEN" }, { name = "b", ulr = 'T0KEN' }]
daemon.database = "sqlite:///T0KEN"
daemon.pasword.of.mine = \"\"\"
T0KEN
T0KEN\"\"\"
[[rules]]
name = "Drones"
any = ["drone"]
[[rules]]
name = "Drones"
"""
EDIT = st.tuples(
    st.integers(0, 2**16),
    st.integers(0, 3),
    st.sampled_from(["", '"', "'", "]", "[", "}", "\n", "=", "#", "\\", "é"]),
)


def edited(text, edits):
    """Spoil a text here and there, but leave its tokens whole."""
    for place, length, put in edits:
        at = place % (len(text) + 1)
        if TOKEN not in text[max(at - len(TOKEN), 0) : at + length + len(TOKEN)]:
            text = text[:at] + put + text[at + length :]
    return text


@settings(max_examples=150)
@given(EDIT)
def test_a_typo_anywhere_shows_no_secret(edit):
    said = []
    try:
        tables = Tables()
        tables.add(Document("c.toml", edited(SECRETS, [edit]), is_secret), included=False)
        said = tables.problems
    except ConfigError as error:
        said = list(error.problems)
    assert not re.search(TOKEN, "\n".join(map(str, said)))


@settings(max_examples=150, deadline=None)
@given(st.lists(EDIT, min_size=1, max_size=3))
def test_however_the_sample_is_spoilt_nothing_but_problems_comes(tmp_path_factory, edits):
    file = tmp_path_factory.getbasetemp() / "spoilt.toml"
    file.write_text(edited(SAMPLE.read_text("utf-8"), edits), "utf-8")
    with suppress(ConfigError):
        load(file, {})
