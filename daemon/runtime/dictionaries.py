"""simplemma's dictionaries turned round once and kept on disk: a word costs milliseconds, not all of them.

A file for each language and release holds two lists of pairs, from form to lemma and from lemma to form,
sorted and cut into packed blocks of a thousand. What is asked together is asked in their order, so that
however many words it is, no block is unpacked twice.
"""

import fcntl
import sqlite3
import zlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from daemon.match import Dictionary, Read, lemma_by_form, read_whole

_PAIRS = 1000  # a block: to unpack one and look through it takes 0.2 ms
_LEVEL = 1  # packs two thirds as well as the best, in a third of its time
_LEMMAS, _FORMS = "lemma by form", "form by lemma"
_TABLE = "CREATE TABLE blocks (of TEXT, first TEXT, rows BLOB, PRIMARY KEY (of, first))"
_PUT = "INSERT INTO blocks VALUES (?, ?, ?)"
_FIRSTS = "SELECT first FROM blocks WHERE of = ? ORDER BY first"
_BLOCK = "SELECT rows FROM blocks WHERE of = ? AND first = ?"

Broken = (sqlite3.Error, zlib.error, ValueError)
"""What reading a spoilt file may raise."""


class Kept:
    """A dictionary of one language in a file."""

    def __init__(self, file: Path) -> None:
        self._address = f"{file.absolute().as_uri()}?mode=ro"
        self._firsts: dict[str, list[str]] = {}

    def lemmas(self, forms: Iterable[str]) -> dict[str, str]:
        """Look each of them up."""
        return dict(self._pairs(_LEMMAS, forms))

    def forms(self, lemmas: Collection[str]) -> Mapping[str, set[str]]:
        """Look each of them up."""
        found: dict[str, set[str]] = defaultdict(set)
        for lemma, form in self._pairs(_FORMS, lemmas):
            found[lemma].add(form)
        return found

    def _pairs(self, of: str, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Give the pairs of a list that begin with one of these."""
        if not (ordered := sorted(set(keys))):
            return
        with closing(sqlite3.connect(self._address, uri=True)) as conn:
            firsts = self._firsts.get(of) or [first for (first,) in conn.execute(_FIRSTS, (of,))]
            self._firsts[of] = firsts
            for place, asked in groupby(ordered, lambda key: bisect_right(firsts, key)):
                if place:
                    yield from _among(_block(conn, of, firsts[place - 1]), set(asked))


def _block(conn: sqlite3.Connection, of: str, first: str) -> bytes:
    for (packed,) in conn.execute(_BLOCK, (of, first)):
        return bytes(packed)
    raise ValueError(f"the block that begins with {first} is missing")


def _among(packed: bytes, keys: set[str]) -> Iterator[tuple[str, str]]:
    for row in zlib.decompress(packed).decode().split("\n"):
        key, _, value = row.partition("\t")
        if key in keys:
            yield key, value


def dictionary(folder: Path, language: str) -> Dictionary:
    """Give the dictionary of a language as a folder keeps it, or else as it is read."""
    file = _file(folder, language)
    return Kept(file) if file.exists() else Read(language)


def keep(folder: Path) -> list[str]:
    """Make the dictionaries that a folder does not keep yet, and name their languages.

    That takes twice as long as to read them: run it in a process that ends. Where the folder cannot be
    written, or another process is at it, nothing is kept.
    """
    lacking = [language for language in read_whole() if not _file(folder, language).exists()]
    with suppress(OSError, sqlite3.OperationalError):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "dictionaries.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for language in lacking:
                _make(_file(folder, language), lemma_by_form(language))
                _forget_others(folder, language)
        return lacking
    return []


def forget(folder: Path) -> None:
    """Forget all dictionaries that a folder keeps: they are spoilt."""
    for file in folder.glob("dictionary-*.db"):
        file.unlink(missing_ok=True)


def _file(folder: Path, language: str) -> Path:
    return folder / f"dictionary-{language}-{_release()}.db"


@cache
def _release() -> str:
    return version("simplemma")


def _forget_others(folder: Path, language: str) -> None:
    """Forget those of other releases."""
    for other in folder.glob(f"dictionary-{language}-*.db"):
        if other != _file(folder, language):
            other.unlink(missing_ok=True)


def _make(file: Path, known: Mapping[str, str]) -> None:
    """Write a dictionary beside its place, then put it there: whoever looks finds all of it or nothing."""
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)  # of a process that was killed over it
    try:
        with closing(sqlite3.connect(unfinished)) as conn, conn:
            conn.execute("PRAGMA journal_mode = OFF")  # what is not finished is thrown away
            pairs = [(form, known[form]) for form in known]
            conn.execute(_TABLE)
            conn.executemany(_PUT, _blocks(_LEMMAS, sorted(pairs)))
            conn.executemany(_PUT, _blocks(_FORMS, sorted([(lemma, form) for form, lemma in pairs])))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _blocks(of: str, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, bytes]]:
    """Pack sorted pairs; those that begin with the same stay together."""
    at = 0
    while at < len(pairs):
        end = min(at + _PAIRS, len(pairs))
        while end < len(pairs) and pairs[end][0] == pairs[end - 1][0]:
            end += 1
        rows = "\n".join(map("\t".join, pairs[at:end]))
        yield of, pairs[at][0], zlib.compress(rows.encode(), _LEVEL)
        at = end
