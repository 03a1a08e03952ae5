"""Word forms, looked up once for all tests: dictionaries take seconds to read."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.match import Forms
from daemon.model import Rule
from daemon.runtime.wordforms import look_up_kept


@cache
def _folder() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="tocsin-forms-")


def forms_of(*rules: Rule) -> Forms:
    """Give the forms of the words that rules use."""
    return look_up_kept(Path(_folder().name), rules, (), ())[0]


def share_forms(state: Path) -> None:
    """Let a daemon with this state directory keep its forms where all others do."""
    state.mkdir(parents=True, exist_ok=True)
    (state / "word-forms.db").symlink_to(Path(_folder().name) / "word-forms.db")
