"""Word forms are kept by word and dictionary: only what nobody asked for before is looked up."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.model import Rule
from daemon.runtime import wordforms

DRONES, BOATS = Rule("drones", any=("drone", "Dron")), Rule("boats", query='"patrol boat" OR drone')


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """A dictionary of one language that knows plurals; what is asked of it is noted."""
    asked: list[set[str]] = []

    def look_up(words, _dictionaries):
        if missing := set(words.get("en", ())):
            asked.append(missing)
        return {"en": {word: (word.lower() + "s", word.lower() + "'s") for word in missing}}

    monkeypatch.setattr(wordforms, "look_up", look_up)
    return asked


def ask(folder: Path, *rules: Rule) -> wordforms.Looked:
    return wordforms.look_up_kept(folder, rules, (), ())


def test_only_new_words_are_looked_up(tmp_path, read):
    first, _ = ask(tmp_path / "state", DRONES)
    again, _ = ask(tmp_path / "state", DRONES)
    assert first == again == {"en": {"drone": {"drones", "drone's"}, "dron": {"drons", "dron's"}}}
    both, _ = ask(tmp_path / "state", DRONES, BOATS)
    assert both["en"].keys() == {"drone", "dron", "patrol", "boat"}
    assert read == [{"drone", "Dron"}, {"patrol", "boat"}]


def test_a_word_without_forms_is_known_too(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        wordforms,
        "look_up",
        lambda words, _dictionaries: asked.append(words) or {"en": {"drone": (), "Dron": ()}},
    )
    assert ask(tmp_path, DRONES)[0] == ask(tmp_path, DRONES)[0] == {"en": {"drone": set(), "dron": set()}}
    assert asked[1]["en"] == set()


def test_another_release_of_a_dictionary_is_asked_anew(tmp_path, read, monkeypatch):
    ask(tmp_path, DRONES)
    monkeypatch.setattr(wordforms, "_made_by", lambda: "tocsin 9")
    ask(tmp_path, DRONES)
    ask(tmp_path, DRONES)
    assert len(read) == 2


@pytest.mark.parametrize("spoilt", [b"", b"{}" * 5_000, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_spoilt_file_costs_only_time(tmp_path, read, spoilt):
    forms, _ = ask(tmp_path, DRONES)
    (tmp_path / "word-forms.db").write_bytes(spoilt)
    assert ask(tmp_path, DRONES)[0] == forms
    assert ask(tmp_path, DRONES)[0] == forms
    assert len(read) == 2, "it is written anew"


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path, read):
    (tmp_path / "file").write_text("")
    assert ask(tmp_path / "file" / "state", DRONES)[0]["en"].keys() == {"drone", "dron"}
    assert ask(tmp_path / "file" / "state", DRONES)[0]["en"].keys() == {"drone", "dron"}
    assert len(read) == 2


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process that writes and does not come to an end."""
    ask(tmp_path, BOATS)
    conn = sqlite3.connect(tmp_path / "word-forms.db", isolation_level=None)
    conn.execute("BEGIN EXCLUSIVE")
    yield conn
    conn.close()


def test_another_writer_costs_only_time(tmp_path, read, writer, monkeypatch):
    monkeypatch.setattr(wordforms, "_PATIENCE", 0.01)
    assert ask(tmp_path, DRONES)[0]["en"].keys() == {"drone", "dron"}
    writer.execute("ROLLBACK")
    assert ask(tmp_path, DRONES, BOATS)[0]["en"].keys() == {"drone", "dron", "patrol", "boat"}
    assert read == [{"patrol", "boat", "drone"}, {"drone", "Dron"}, {"Dron"}]


def test_of_several_that_start_at_once_one_reads_the_dictionaries(tmp_path, read, monkeypatch):
    alone_with = wordforms.alone_with

    @contextmanager
    def after_another(file: Path) -> Iterator[None]:
        monkeypatch.setattr(wordforms, "alone_with", alone_with)
        ask(file.parent, DRONES)
        with alone_with(file), (file.parent / "word-forms.lock").open() as door:
            with pytest.raises(BlockingIOError):
                fcntl.flock(door, fcntl.LOCK_SH | fcntl.LOCK_NB)
            yield

    monkeypatch.setattr(wordforms, "alone_with", after_another)
    assert ask(tmp_path / "state", DRONES)[0]["en"].keys() == {"drone", "dron"}
    assert read == [{"drone", "Dron"}]
