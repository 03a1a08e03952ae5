"""A dictionary kept on disk answers as the one that was read, whatever is asked of it, and may be lost."""

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from daemon.match import Read, dictionary, forms
from daemon.model import Rule
from daemon.runtime import dictionaries, wordforms
from daemon.runtime.compose import keeping_dictionaries

KNOWN = {
    "boat": "boat",
    "boats": "boat",
    "incursion": "incursion",
    "incursions": "incursion",
    "better": "good",
    "best": "good",
    "good": "good",
    "Vorfall": "Vorfall",
    "Vorfälle": "Vorfall",
    "Zug": "Zug",
    "Züge": "Zug",
    "zog": "ziehen",
    "𝔷ug": "𝔷ug",
    **{f"wharf{n}": "wharf" for n in range(9)},
}
WORDS = (
    "boats",
    "BOAT",
    "best",
    "Zug",
    "Züge",
    "zog",
    "Drohnenvorfall",
    "wharf3",
    "Aa",
    "zzz",
    "Quay",
    "𝔷ug",
)
RULE = Rule("r", any=("incursion boats",))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Dictionaries of a few words, in blocks of four pairs; which of them were read."""
    read: list[str] = []

    def known(language: str) -> dict[str, str]:
        read.append(language)
        return KNOWN

    monkeypatch.setattr(dictionary, "lemma_by_form", known)
    monkeypatch.setattr(dictionaries, "lemma_by_form", known)
    monkeypatch.setattr(dictionaries, "version", lambda _name: "2.0")
    monkeypatch.setattr(dictionaries, "read_whole", lambda: ("de", "en"))
    monkeypatch.setattr(
        wordforms, "look_up", lambda words, of=Read: {"en": asked(words.get("en", ()), "en", of)}
    )
    monkeypatch.setattr(dictionaries, "_PAIRS", 4)
    dictionaries._release.cache_clear()
    return read


def asked(words: Iterable[str], language: str, of: forms.Dictionaries = Read) -> dict[str, tuple[str, ...]]:
    return forms.expand_forms(words, language, of)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("words", [WORDS, *[(word,) for word in WORDS]])
def test_what_is_kept_answers_as_what_was_read(tmp_path: Path, language: str, words: tuple[str, ...]) -> None:
    assert dictionaries.keep(tmp_path / "state") == ["de", "en"]
    kept = dictionaries.dictionary(tmp_path / "state", language)
    assert isinstance(kept, dictionaries.Kept)
    assert asked(words, language, lambda _language: kept) == asked(words, language)


def test_every_form_and_every_lemma_is_found_again(tmp_path: Path) -> None:
    dictionaries.keep(tmp_path)
    kept = dictionaries.dictionary(tmp_path, "en")
    assert kept.lemmas(KNOWN) == KNOWN
    assert kept.forms(set(KNOWN.values())) == Read("en").forms(set(KNOWN.values()))
    assert kept.lemmas(("", "~", "\U0010ffff")) == {}


def test_it_is_made_once_for_each_release(tmp_path: Path, small: list[str], monkeypatch) -> None:
    assert dictionaries.keep(tmp_path) == ["de", "en"]
    assert dictionaries.keep(tmp_path) == []
    assert small == ["de", "en"]
    monkeypatch.setattr(dictionaries, "version", lambda _name: "2.1")
    dictionaries._release.cache_clear()
    assert isinstance(dictionaries.dictionary(tmp_path, "en"), Read), "while it is not made, it is read"
    assert dictionaries.keep(tmp_path) == ["de", "en"]
    names = sorted(file.name for file in tmp_path.glob("*.db*"))
    assert names == ["dictionary-de-2.1.db", "dictionary-en-2.1.db"]


@pytest.mark.parametrize("spoilt", [b"", b"{}" * 5_000, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_spoilt_file_costs_only_time(tmp_path: Path, spoilt: bytes) -> None:
    sound = wordforms.look_up_kept(tmp_path / "sound", (RULE,), (), ())
    dictionaries.keep(tmp_path / "state")
    for file in (tmp_path / "state").iterdir():
        file.write_bytes(spoilt)
    assert wordforms.look_up_kept(tmp_path / "state", (RULE,), (), ()) == sound
    assert dictionaries.keep(tmp_path / "state") == ["de", "en"]


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert dictionaries.keep(tmp_path / "file" / "state") == []
    assert isinstance(dictionaries.dictionary(tmp_path / "file", "en"), Read)


def test_a_new_word_is_looked_up_in_what_is_kept(tmp_path: Path, small: list[str]) -> None:
    dictionaries.keep(tmp_path)
    small.clear()
    found, _ = wordforms.look_up_kept(tmp_path, (RULE,), (), ())
    assert set(found["en"]["boats"]) == {"boat"}
    assert small == []


async def test_a_daemon_keeps_them_once_it_has_settled(tmp_path: Path, monkeypatch) -> None:
    made = asyncio.Event()

    class Here:
        def __init__(self, *_args, **_more) -> None: ...

        async def __call__(self, work, folder):
            made.set()
            return work(folder)

        async def close(self, _limit: float) -> None: ...

    monkeypatch.setattr("daemon.runtime.compose.Workers", Here)
    async with keeping_dictionaries(tmp_path, after=3600):
        await asyncio.sleep(0)
    assert not made.is_set()
    async with keeping_dictionaries(tmp_path, after=0), asyncio.timeout(10):
        await made.wait()
    assert isinstance(dictionaries.dictionary(tmp_path, "de"), dictionaries.Kept)


def test_a_block_that_is_missing_is_told_as_a_spoilt_file(tmp_path: Path) -> None:
    dictionaries.keep(tmp_path)
    kept = dictionaries.dictionary(tmp_path, "en")
    assert kept.lemmas(KNOWN) == KNOWN
    (file,) = tmp_path.glob("dictionary-en-*.db")
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("DELETE FROM blocks")
    with pytest.raises(dictionaries.Broken):
        kept.lemmas(KNOWN)
