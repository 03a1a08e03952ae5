"""What a configuration was read from, and whether it has changed since."""

import time

import pytest

from daemon.runtime.sought import has_changed, look_at

HOUR_NS = 3_600_000_000_000


@pytest.fixture
def later() -> int:
    """A time after every change until now, by the coarsest clock of a file system."""
    return time.time_ns() + HOUR_NS


def test_what_is_as_it_was_has_not_changed(tmp_path, later):
    (tmp_path / "rule.toml").write_text("a")
    sought = look_at([tmp_path, tmp_path / "rule.toml", tmp_path / "none.j2"], later)
    assert not has_changed(sought)
    assert not has_changed({})


def test_a_file_that_comes_goes_or_is_written_has_changed(tmp_path, later):
    file = tmp_path / "rule.toml"
    sought = look_at([file], later)
    file.write_text("a")
    assert has_changed(sought)
    sought = look_at([file], later)
    file.write_text("longer")
    assert has_changed(sought)
    sought = look_at([file], later)
    file.unlink()
    assert has_changed(sought)


def test_a_folder_has_changed_when_a_file_comes_into_it(tmp_path, later):
    sought = look_at([tmp_path], later)
    (tmp_path / "rule.toml").write_text("a")
    assert has_changed(sought)


def test_what_changed_while_it_was_read_is_looked_at_again(tmp_path):
    began = time.time_ns()
    (tmp_path / "rule.toml").write_text("a")
    assert has_changed(look_at([tmp_path / "rule.toml"], began))


def test_a_clock_that_was_put_back_makes_nothing_change(tmp_path, monkeypatch):
    (tmp_path / "rule.toml").write_text("a")
    before = time.time_ns() - HOUR_NS
    monkeypatch.setattr("daemon.runtime.sought.time.time_ns", lambda: before)
    assert not has_changed(look_at([tmp_path / "rule.toml"], before))
