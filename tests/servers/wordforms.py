"""Word forms, looked up once for a whole run: dictionaries take seconds to read, and longer to keep."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.match import Forms
from daemon.model import Rule
from daemon.runtime.dictionaries import keep
from daemon.runtime.wordforms import look_up_kept

NAMED = "TOCSIN_TEST_FORMS"  # by whoever starts several processes for one run


@cache
def _own() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="tocsin-forms-")


def _folder() -> Path:
    return Path(os.environ.get(NAMED) or _own().name)


@cache
def _kept(folder: Path) -> tuple[Path, ...]:
    keep(folder)
    return tuple(folder.glob("dictionary-*.db"))


def forms_of(*rules: Rule) -> Forms:
    """Give the forms of the words that rules use."""
    return look_up_kept(_folder(), rules, (), ())[0]


def share_forms(state: Path) -> None:
    """Let a daemon with this state directory have its forms and dictionaries where all others have them."""
    state.mkdir(parents=True, exist_ok=True)
    for file in (_folder() / "word-forms.db", *_kept(_folder())):
        (state / file.name).symlink_to(file)
