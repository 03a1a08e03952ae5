"""Who may log in to the desk, as an administrator says it."""

import json

import pytest

WORDS = "ferry lantern oat window"


def test_a_user_comes_and_goes(tocsin):
    added = tocsin("users", "add", "ines", typed=f"{WORDS}\n{WORDS}\n")
    assert added.exit_code == 0, added.output
    assert WORDS not in added.output
    assert [row["name"] for row in json.loads(tocsin("users", "list", "-o", "json").stdout)] == ["ines"]
    assert "already" in tocsin("users", "add", "ines", typed=f"{WORDS}\n{WORDS}\n").stderr
    assert tocsin("users", "remove", "ines").exit_code == 0
    gone = tocsin("users", "remove", "ines")
    assert (gone.exit_code, gone.stderr) == (1, "there is no user «ines»: `tocsin users list` names them\n")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("ines", "short", "12 characters"),
        ("ines", "ines" * 5, "too easy"),
        ("ines", "ababababababab", "too easy"),
        (" ines", WORDS, "a user's name"),
        ("", WORDS, "a user's name"),
        ("in\nes", WORDS, "a user's name"),
    ],
)
def test_what_protects_nobody_is_refused(tocsin, name, password, said):
    refused = tocsin("users", "add", name, typed=f"{password}\n{password}\n")
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert tocsin("users", "list", "-o", "json").stdout.strip() in {"[]", ""}


def test_a_password_never_stands_on_the_command_line(tocsin):
    assert tocsin("users", "add", "ines", WORDS).exit_code == 2
