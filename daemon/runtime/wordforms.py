"""Word forms, kept beside the database: dictionaries take seconds and hundreds of megabytes to read.

They are kept by word and dictionary, so that only words that nobody asked for before are looked up, in
dictionaries that are kept there too. The daemon, its commands and its pages share the files; if one is broken
or cannot be written, that costs only time.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext, suppress
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from daemon.match import Forms, Words, gather, lacks, look_up, read_dictionaries, wanted
from daemon.model import Entity, Rule, WordList
from daemon.runtime.dictionaries import Broken, dictionary, forget
from daemon.runtime.turns import alone_with

Looked = tuple[Forms, tuple[str, ...]]
"""Word forms, and sentences on which of them cannot be found, as Tocsin is installed."""


_PACKAGES = ("tocsin", "morfeusz2", "pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk", "simplemma")
_PATIENCE = 5.0  # seconds to wait while another process writes
_TABLE = """CREATE TABLE IF NOT EXISTS forms (
    language TEXT, word TEXT, forms TEXT, made_by TEXT, PRIMARY KEY (language, word)
) WITHOUT ROWID"""
_FIND = """SELECT word, forms FROM forms
    WHERE language = ? AND word IN (SELECT value FROM json_each(?)) AND made_by = ?"""


def look_up_kept(
    folder: Path, rules: Iterable[Rule], entities: Iterable[Entity], lists: Iterable[WordList]
) -> Looked:
    """Look up the forms of all words that are asked for; those that `folder` keeps cost next to nothing.

    For the others dictionaries are opened, and the first time read: run it in a process that ends. Of several
    that start at once on one folder, one does so and the others wait for what it keeps.
    """
    words = wanted(rules, entities, lists)
    file = folder / "word-forms.db"
    kept = _recall(file, words)
    with alone_with(file) if any(_missing(words, kept).values()) else nullcontext():
        kept = _recall(file, words)
        fresh = _look_up(folder, _missing(words, kept))
        if any(fresh.values()):
            _keep(file, fresh)
    found = {language: {**kept.get(language, {}), **forms} for language, forms in fresh.items()}
    return gather(found), lacks(words)


def open_dictionaries(folder: Path) -> None:
    """Have all dictionaries that are installed at hand, kept in `folder` where they can be."""
    with suppress(*Broken):  # whoever looks up next mends it
        read_dictionaries(partial(dictionary, folder))


def _look_up(folder: Path, words: Words) -> dict[str, dict[str, tuple[str, ...]]]:
    try:
        return look_up(words, partial(dictionary, folder))
    except Broken:
        with suppress(OSError):
            forget(folder)
        return look_up(words)


def _missing(words: Words, kept: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    return {language: set(asked) - set(kept[language]) for language, asked in words.items()}


def _recall(file: Path, words: Words) -> dict[str, dict[str, list[str]]]:
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
        ) as conn:
            return {language: dict(_recalled(conn, language, asked)) for language, asked in words.items()}
    except sqlite3.Error:
        return {language: {} for language in words}


def _recalled(
    conn: sqlite3.Connection, language: str, words: Iterable[str]
) -> Iterator[tuple[str, list[str]]]:
    for word, forms in conn.execute(_FIND, (language, json.dumps(list(words)), _made_by())):
        yield word, forms.split()


def _keep(file: Path, found: Forms) -> None:
    rows = [
        (language, word, " ".join(forms), _made_by())
        for language, words in found.items()
        for word, forms in words.items()
    ]
    with suppress(OSError, sqlite3.Error):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(file, rows)
        except sqlite3.OperationalError:
            return  # the folder cannot be written, or another process is writing for long
        except sqlite3.DatabaseError:  # not a database any more
            file.unlink()
            _write(file, rows)


def _write(file: Path, rows: Iterable[tuple[str, str, str, str]]) -> None:
    with closing(sqlite3.connect(file, timeout=_PATIENCE)) as conn, conn:
        conn.execute(_TABLE)
        conn.executemany("INSERT OR REPLACE INTO forms VALUES (?, ?, ?, ?)", rows)


@cache
def _made_by() -> str:
    """Name what the forms were made by: another release of it may give others."""
    return ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
