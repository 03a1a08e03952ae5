"""The nouns keep the promises that the rooms rely on."""

import pickle
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import asdict, astuple, replace

import pytest

from daemon.errors import ParseError, Problem
from daemon.model import Entry, Secret, Severity, Written, as_written, unread


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"


def test_severities_order() -> None:
    assert Severity.INFO < Severity.NOTICE < Severity.HIGH < Severity.CRITICAL
    assert Severity.HIGH.label == "high"


def test_a_parse_error_survives_the_way_back_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(ParseError("empty", "the page is empty")))
    assert (error.kind, str(error)) == ("empty", "the page is empty")


def test_a_problem_points_at_its_place() -> None:
    problem = Problem("config.toml", 3, 5, "unknown key", "foo bar", "did you mean «baz»?")
    assert str(problem) == ("config.toml:3:5: unknown key\n    foo bar\n        ^\n  → did you mean «baz»?")


def test_a_text_is_read_when_it_is_first_looked_at_and_once() -> None:
    asked: list[Written] = []

    def read(written: Written) -> str:
        asked.append(written)
        return "read"

    entry = Entry(id="1", summary=unread(("html", "<p>read"), read))
    assert asked == []
    assert [entry.summary, entry.summary] == ["read"] * 2
    assert asked == [("html", "<p>read")]
    assert as_written(entry, "summary") == ("html", "<p>read")
    assert as_written(entry, "content") == ("",)


@pytest.mark.parametrize(
    "taken",
    [
        lambda entry: entry,
        lambda entry: replace(entry, title="Title"),
        lambda entry: pickle.loads(pickle.dumps(entry)),
        copy,
        deepcopy,
        lambda entry: Entry(**asdict(entry)),
    ],
)
def test_an_entry_with_unread_text_is_like_one_with_plain_text(taken: Callable[[Entry], Entry]) -> None:
    plain = Entry(title="Title", summary="in short", content="at length")
    summary, content = (unread(written, " ".join) for written in (("in", "short"), ("at", "length")))
    entry = taken(Entry(title="Title", summary=summary, content=content))
    assert entry == plain
    assert hash(entry) == hash(plain)
    assert repr(entry) == repr(plain)
    assert astuple(entry) == astuple(plain)
    assert replace(entry, summary="") == replace(plain, summary="")
