"""The nouns keep the promises that the rooms rely on."""

import pickle

from daemon.errors import ParseError, Problem
from daemon.model import Secret, Severity


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
