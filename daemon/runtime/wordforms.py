"""Word forms, kept beside the database: dictionaries take seconds and hundreds of megabytes to read."""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from daemon.jobs import Questions
from daemon.match import Forms

_DICTIONARIES = ("tocsin", "morfeusz2", "pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk", "simplemma")


def recall(folder: Path, asked: Questions) -> tuple[Forms, Sequence[str]] | None:
    """Give the forms and the warnings that were kept for these questions and dictionaries, or None."""
    try:
        kept = json.loads((folder / "word-forms.json").read_text("utf-8"))
        return (kept["forms"], kept["warnings"]) if kept["key"] == _key(asked) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(folder: Path, asked: Questions, forms: Forms, warnings: Sequence[str]) -> None:
    """Keep them for the next start or reload; a folder that cannot be written costs only time."""
    listed = {
        language: {word: list(all_) for word, all_ in words.items()} for language, words in forms.items()
    }
    text = json.dumps({"key": _key(asked), "warnings": list(warnings), "forms": listed}, ensure_ascii=False)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / "word-forms.json.new"
        fresh.write_text(text, "utf-8")
        fresh.replace(folder / "word-forms.json")


def _key(asked: Questions) -> str:
    installed = [f"{name} {_version(name)}" for name in _DICTIONARIES]
    return hashlib.sha256(repr((asked, installed)).encode()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
