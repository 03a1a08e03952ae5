"""Copies are told from strangers in scripts without capitals and without spaces."""

from pathlib import Path

import pytest

from daemon.dedup import Kind, compare, fingerprint
from daemon.dedup.tokens import tokens
from daemon.model import Article

# One short report in each script, with a place and a number to fill in.
DATA = Path(__file__).parent / "data"
REPORTS = {
    path.stem.removeprefix("report-"): path.read_text("utf-8") for path in sorted(DATA.glob("report-*"))
}
PLACES = {
    "chinese": ("瓦尔纳", "奥尔洛沃"),
    "japanese": ("バルナ", "オルロボ"),
    "thai": ("วาร์นา", "ออร์โลโว"),
    "arabic": ("فارنا", "أورلوفو"),
    "hindi": ("वार्ना", "ओरलोवो"),
    "russian": ("Варна", "Орлово"),
}

scripts = pytest.mark.parametrize("script", list(REPORTS))


def relation(new: str, known: str) -> Kind:
    return compare(fingerprint(Article(text=new)), fingerprint(Article(text=known))).kind


@scripts
def test_a_copy_is_a_copy_in_any_script(script: str) -> None:
    report = REPORTS[script].format(place=PLACES[script][0], n=2)
    assert relation(report, report) is Kind.COPY
    assert relation(report[: int(len(report) * 0.7)] + "…", report) is Kind.COPY


@scripts
def test_another_number_makes_another_report(script: str) -> None:
    one, other = (REPORTS[script].format(place=PLACES[script][0], n=n) for n in (2, 3))
    assert relation(one, other) is not Kind.COPY


@scripts
def test_another_place_makes_another_report(script: str) -> None:
    one, other = (REPORTS[script].format(place=place, n=2) for place in PLACES[script])
    assert relation(one, other) is not Kind.COPY


@scripts
def test_two_languages_share_nothing(script: str) -> None:
    for other in REPORTS.keys() - {script}:
        assert relation(REPORTS[script], REPORTS[other]) is Kind.DISTINCT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two drones, 1,400 ships", ["Two", "drones", "1,400", "ships"]),
        ("无人机坠落", ["无人", "人机", "机坠", "坠落"]),
        ("雨", ["雨"]),
        ("ドローンがNATOの", ["ドロ", "ロー", "ーン", "ンが", "NATO", "の"]),
        ("น้ำตก", ["น้ำต", "ตก"]),
        ("मंगलवार को", ["मंगलवार", "को"]),
        ("2023年5月", ["2023", "年", "5", "月"]),
        ("1,400人", ["1,400", "人"]),
        ("5-й корпус", ["5", "й", "корпус"]),
        ("4x4 and A320", ["4x4", "and", "A320"]),
    ],
)
def test_words_of_a_script(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected
