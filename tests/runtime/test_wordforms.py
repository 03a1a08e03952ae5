"""Word forms are kept for the questions and dictionaries they were made for, and no others."""

from pathlib import Path

from daemon.model import Rule
from daemon.runtime.wordforms import keep, recall

ASKED = ((Rule("drones", any=("drone",)),), (), ())
FORMS = {"en": {"drone": ("drone", "drones")}}


def test_what_was_kept_is_recalled(tmp_path: Path) -> None:
    keep(tmp_path / "state", ASKED, FORMS, ["no dictionary of cs"])
    assert recall(tmp_path / "state", ASKED) == (
        {"en": {"drone": ["drone", "drones"]}},
        ["no dictionary of cs"],
    )


def test_other_questions_are_asked_anew(tmp_path: Path) -> None:
    keep(tmp_path, ASKED, FORMS, [])
    assert recall(tmp_path, ((Rule("ships", any=("ship",)),), (), ())) is None


def test_a_spoilt_file_costs_only_time(tmp_path: Path) -> None:
    assert recall(tmp_path, ASKED) is None
    for text in ("", "{", "[]", "{}"):
        (tmp_path / "word-forms.json").write_text(text)
        assert recall(tmp_path, ASKED) is None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file" / "state", ASKED, FORMS, [])
