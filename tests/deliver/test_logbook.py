"""What arrived is known to the next process, whatever the store had time for."""

from dataclasses import replace

from daemon.deliver import Landing, Logbook

DESK = Landing("desk", {7: 1, 8: 3}, "HTTP 200", "1700000001.000100")


def test_what_is_not_struck_is_read_by_who_comes_after(tmp_path):
    book = Logbook(tmp_path / "state" / "arrived.jsonl")
    book.enter(DESK)
    book.enter(replace(DESK, channel="mail"))
    book.strike("mail")
    book.close()
    assert DESK in Logbook(tmp_path / "state" / "arrived.jsonl").read()
    assert DESK.outcome.ok
    assert DESK.outcome.receipt == "1700000001.000100"


def test_what_the_store_has_leaves_nothing_behind(tmp_path):
    book = Logbook(tmp_path / "arrived.jsonl")
    for channel in ("desk", "mail"):
        book.enter(replace(DESK, channel=channel))
    for channel in ("desk", "mail"):
        book.strike(channel)
    assert book.read() == []
    assert (tmp_path / "arrived.jsonl").stat().st_size == 0


def test_a_line_that_was_cut_off_is_none(tmp_path):
    path = tmp_path / "arrived.jsonl"
    Logbook(path).enter(DESK)
    path.write_text(path.read_text("utf-8") + '["mail", [[9, 1]], "HT', "utf-8")
    assert Logbook(path).read() == [DESK]


def test_a_spoilt_line_hides_no_other_and_stops_nothing(tmp_path):
    path = tmp_path / "arrived.jsonl"
    Logbook(path).enter(DESK)
    path.write_bytes(b'\xff\x00\n["mail", [["x", {}]], "", ""]\n7\n' + path.read_bytes())
    assert Logbook(path).read() == [DESK]


def test_what_the_store_has_taken_over_is_forgotten(tmp_path):
    book = Logbook(tmp_path / "arrived.jsonl")
    book.enter(DESK)
    book.clear()
    assert book.read() == []


def test_where_nothing_can_be_written_messages_go_all_the_same(tmp_path):
    (tmp_path / "file").write_text("no folder")
    book = Logbook(tmp_path / "file" / "arrived.jsonl")
    book.enter(DESK)
    book.strike("desk")
    assert book.read() == []
