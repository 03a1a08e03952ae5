"""What arrived is known to the next process, whatever the store had time for."""

import fcntl
from dataclasses import replace
from pathlib import Path

from daemon.deliver import Landing, Logbook

DESK = Landing("desk", {7: 1, 8: 3}, "HTTP 200", "1700000001.000100")
MAIL = replace(DESK, channel="mail")


def left(folder: Path, *landings: Landing) -> None:
    """Leave landings as a process does that is killed."""
    book = Logbook(folder)
    for landing in landings:
        book.enter(landing)
    book.close()


def test_what_is_not_struck_is_read_by_who_comes_after(tmp_path):
    book = Logbook(tmp_path / "state")
    book.enter(DESK)
    book.enter(MAIL)
    book.strike("mail")
    book.close()
    assert DESK in Logbook(tmp_path / "state").read()
    assert DESK.outcome.ok
    assert DESK.outcome.receipt == "1700000001.000100"


def test_what_the_store_has_leaves_nothing_behind(tmp_path):
    book = Logbook(tmp_path)
    for landing in (DESK, MAIL):
        book.enter(landing)
    for channel in ("desk", "mail"):
        book.strike(channel)
    assert book.read() == []
    assert (tmp_path / "arrived.jsonl").stat().st_size == 0


def test_a_line_that_was_cut_off_is_none(tmp_path):
    left(tmp_path, DESK)
    path = tmp_path / "arrived.jsonl"
    path.write_text(path.read_text("utf-8") + '["mail", [[9, 1]], "HT', "utf-8")
    assert Logbook(tmp_path).read() == [DESK]


def test_a_spoilt_line_hides_no_other_and_stops_nothing(tmp_path):
    left(tmp_path, DESK)
    path = tmp_path / "arrived.jsonl"
    path.write_bytes(b'\xff\x00\n["mail", [["x", {}]], "", ""]\n7\n' + path.read_bytes())
    assert Logbook(tmp_path).read() == [DESK]


def test_what_the_store_has_taken_over_is_forgotten(tmp_path):
    book = Logbook(tmp_path)
    book.enter(DESK)
    book.clear()
    assert book.read() == []


def test_processes_of_one_folder_touch_nothing_of_each_other(tmp_path):
    one = Logbook(tmp_path)
    one.enter(DESK)
    two = Logbook(tmp_path)
    assert two.read() == [], "who wrote it lives, and will see to it"
    two.clear()
    two.enter(MAIL)
    two.strike("mail")
    one.close()
    assert Logbook(tmp_path).read() == [DESK]


def test_whoever_begins_next_reads_what_each_of_the_dead_left(tmp_path):
    books = [Logbook(tmp_path) for _ in range(3)]
    for book, landing in zip(books, (DESK, MAIL, replace(DESK, channel="wall")), strict=True):
        book.enter(landing)
    books[0].close()
    books[1].close()
    heir = Logbook(tmp_path)
    assert heir.read() == [DESK, MAIL]
    heir.clear()
    heir.enter(MAIL)
    books[2].close()
    heir.close()
    assert {landing.channel for landing in Logbook(tmp_path).read()} == {"mail", "wall"}
    assert len(list(tmp_path.iterdir())) == 2, "files are used again, and those of the dead go"


def test_however_often_many_begin_at_once_they_leave_no_more_files(tmp_path):
    for _start in range(3):
        books = [Logbook(tmp_path) for _ in range(3)]  # the first holds what is left until it is read
        for book in books:
            book.clear()
            book.enter(DESK)
        assert len(list(tmp_path.iterdir())) == 3
        for book in books:
            book.close()


def test_a_file_whose_heir_is_done_with_it_is_not_written_to(tmp_path, monkeypatch):
    left(tmp_path, DESK)
    locked = fcntl.flock

    def go_first(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", locked)
        (tmp_path / "arrived.jsonl").unlink()
        locked(file, how)

    monkeypatch.setattr(fcntl, "flock", go_first)
    book = Logbook(tmp_path)
    book.enter(MAIL)
    book.close()
    assert Logbook(tmp_path).read() == [MAIL]


def test_a_file_that_cannot_be_opened_hides_no_other(tmp_path):
    books = [Logbook(tmp_path) for _ in range(3)]
    books[2].enter(DESK)
    for book in books:
        book.close()
    (tmp_path / "arrived-2.jsonl").unlink()
    (tmp_path / "arrived-2.jsonl").mkdir()
    assert Logbook(tmp_path).read() == [DESK]


def test_where_nothing_can_be_written_messages_go_all_the_same(tmp_path):
    (tmp_path / "file").write_text("no folder")
    book = Logbook(tmp_path / "file")
    book.enter(DESK)
    book.strike("desk")
    assert book.read() == []
