"""Copies are told from reports that only look like them."""

from datetime import timedelta

import pytest

from daemon.dedup import Fingerprint, Kind, compare, fingerprint
from daemon.model import Article

REPORT = """\
Coastguards in Port Varna recovered two drones on Tuesday after fishermen saw them fall into the
bay, the harbour authority said, and closed the channel to shipping for 14 hours while divers
searched the bottom.

The drones carried no explosives but cameras and a transmitter, according to Inspector Mara Dolnik,
who leads the inquiry. She said that their range of 120 kilometres left only a few places that they
could have come from.

It was the third such find since March. In June a similar craft came down beside the railway at
Orlovo, and the ministry promised radar stations along the coast, of which none has been built so
far.

Opposition deputies asked on Wednesday why the navy had not noticed the flight. The minister, Pavel
Hristov, answered that low flying objects of this size are hard to see over water and that help was
asked from allies.
"""

QUAKE = """\
An earthquake of magnitude {m} struck {d} kilometres north of {place} on {day} at {t} local time,
the seismological institute said. There were no immediate reports of damage or casualties. The
tremor was felt in several towns nearby, and residents left their homes for a short time. The
institute said that aftershocks were to be expected in the coming days and asked people to stay away
from damaged buildings.
"""


REPORT, QUAKE = (
    "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n")) for text in (REPORT, QUAKE)
)


def article(text: str, title: str = "Drones recovered in bay") -> Article:
    return Article(title=title, text=text)


def relation(new: str, known: str, apart: timedelta = timedelta(0)) -> Kind:
    return compare(fingerprint(article(new)), fingerprint(article(known)), apart).kind


def test_the_same_text_is_a_copy_and_says_why() -> None:
    found = compare(fingerprint(article(REPORT)), fingerprint(article(REPORT)))
    assert found.kind is Kind.COPY
    assert found.evidence == "containment 1.00, lead 1.00, names 12 of 12, numbers 4 of 4"


@pytest.mark.parametrize(
    "mangled",
    [
        pytest.param("By Jan Kowalski\n\n" + REPORT, id="byline"),
        pytest.param("PORT VARNA, Nov 22 (Reuters) - " + REPORT, id="dateline"),
        pytest.param("\n\n".join(REPORT.split("\n\n")[:3]), id="cut"),
        pytest.param(" ".join(REPORT.split("\n\n")[:2]), id="teaser"),
        pytest.param(
            "\n\n".join(REPORT.split("\n\n")[:2] + REPORT.split("\n\n")[3:]), id="paragraph dropped"
        ),
        pytest.param(
            REPORT + "\n\nRead more: the week in pictures\n\nSubscribe to our newsletter", id="furniture"
        ),
    ],
)
def test_a_mangled_copy_is_a_copy(mangled: str) -> None:
    assert relation(mangled, REPORT) is Kind.COPY
    assert relation(REPORT, mangled) is Kind.COPY


@pytest.mark.parametrize(
    "other",
    [
        {"m": "4.8"},
        {"place": "Lakonia"},
        {"day": "Friday"},
        {"t": "06:10"},
    ],
)
def test_two_reports_from_one_template_are_no_copies(other: dict[str, str]) -> None:
    facts = {"m": "4.3", "d": "12", "place": "Thessaly", "day": "Monday", "t": "05:10"}
    one, two = QUAKE.format(**facts), QUAKE.format(**(facts | other))
    assert relation(one, two) is not Kind.COPY


def test_an_item_of_a_round_up_is_no_copy_of_it() -> None:
    others = [
        QUAKE.format(m="4.3", d="12", place=f"Town{n} Upper", day="Monday", t="05:10") for n in range(9)
    ]
    assert relation(REPORT, "\n\n".join([*others[:5], REPORT, *others[5:]])) is Kind.RELATED


def test_a_fuller_text_that_comes_later_still_tells_something() -> None:
    first = "\n\n".join(REPORT.split("\n\n")[::2])
    found = compare(fingerprint(article(REPORT)), fingerprint(article(first)))
    assert found.kind is Kind.RELATED
    assert not found.tells_the_same
    assert "dolnik" in found.lead_adds
    assert compare(fingerprint(article(first)), fingerprint(article(REPORT))).tells_the_same


def test_what_is_headed_as_a_correction_is_no_copy_of_what_it_corrects() -> None:
    corrected = fingerprint(article(REPORT, "CORRECTED: Drones recovered in bay"))
    known = fingerprint(article(REPORT))
    found = compare(corrected, known)
    assert (found.kind, found.tells_the_same) == (Kind.RELATED, False)
    assert found.evidence.endswith("it is headed as a correction")
    assert compare(corrected, Fingerprint.from_bytes(corrected.to_bytes())).kind is Kind.COPY
    assert compare(known, corrected).kind is Kind.COPY


def test_one_other_figure_in_the_lead_of_a_long_text_is_news() -> None:
    told = REPORT + QUAKE.format(m="4.3", d="12", place="Thessaly", day="Monday", t="05:10")
    changed = told.replace("14 hours", "41 hours")
    assert relation(told, told) is Kind.COPY
    found = compare(fingerprint(article(changed)), fingerprint(article(told)))
    assert found.evidence.endswith("the lead has other figures (41 for 14)")
    assert (found.kind, found.tells_the_same) == (Kind.RELATED, False)


def test_texts_with_nothing_in_common_are_distinct() -> None:
    quake = QUAKE.format(m="4.3", d="12", place="Thessaly", day="Monday", t="05:10")
    assert relation(quake, REPORT) is Kind.DISTINCT
    assert relation("", REPORT) is Kind.DISTINCT


def test_an_old_text_is_a_copy_only_if_it_is_all_there() -> None:
    cut = "\n\n".join(REPORT.split("\n\n")[:3])
    changed = cut.replace("fishermen saw them fall", "anglers watched them drop")
    assert relation(changed, REPORT, timedelta(hours=71)) is Kind.COPY
    assert relation(changed, REPORT, timedelta(hours=80)) is Kind.RELATED
    assert relation(REPORT, REPORT, timedelta(days=13)) is Kind.COPY
    assert relation(REPORT, REPORT, timedelta(days=15)) is Kind.RELATED


def test_what_a_copy_adds_is_named() -> None:
    more = (
        REPORT
        + "\n\nOn Thursday the embassy of Rondonia denied that the 2 drones were its own, of type Kestrel."
    )
    found = compare(fingerprint(article(more)), fingerprint(article(REPORT)))
    assert found.kind is Kind.COPY
    assert set(found.adds) == {"2", "kestrel", "rondonia", "thursday"}
    assert found.lead_adds == ()


def test_a_wall_before_two_articles_does_not_make_them_one() -> None:
    wall = (
        "Please switch on JavaScript in your browser and turn off any blocker to see the page you asked for."
    )
    one, other = (
        fingerprint(article(wall, title)) for title in ("Drones recovered in bay", "Bakery wins a prize")
    )
    assert compare(one, other).kind is Kind.RELATED
    assert not compare(one, other).tells_the_same
    assert compare(one, one).kind is Kind.COPY


def test_three_words_prove_nothing() -> None:
    warning = fingerprint(Article(title="Weather warning issued"))
    assert not compare(warning, warning).tells_the_same


TEASER = REPORT[:62]  # «… on Tuesday after fishe»


@pytest.mark.parametrize(
    ("teaser", "title", "expected"),
    [
        (TEASER, "Drones recovered in bay", Kind.COPY),
        (TEASER[: TEASER.rindex(" ")], "Drones recovered in bay", Kind.COPY),
        (TEASER, "Drones recovered in harbour", Kind.RELATED),
        (TEASER.replace("Varna", "Olvia"), "Drones recovered in bay", Kind.RELATED),
        (TEASER[:30], "Drones recovered in bay", Kind.DISTINCT),
    ],
)
def test_a_teaser_is_known_by_its_headline_and_its_text_s_first_words(teaser, title, expected) -> None:
    short, whole = fingerprint(article(teaser, title)), fingerprint(article(REPORT))
    assert compare(short, whole).kind is compare(whole, short).kind is expected


@pytest.mark.parametrize(
    ("this", "that"), [("85.", "42."), ("85.", "42. Call us."), ("Lomax.", "Novak now.")]
)
def test_two_reports_from_one_template_that_end_otherwise_are_no_teaser(this, that) -> None:
    report = "Police in Duvalier arrested a man on Sunday on suspicion of theft. Anyone who saw it may quote "
    one, other = (fingerprint(article(report + end, "Man arrested in Duvalier")) for end in (this, that))
    assert not compare(one, other).tells_the_same
    assert not compare(other, one).tells_the_same


def test_another_report_with_a_teaser_below_it_is_not_that_teaser() -> None:
    news = "Talks between Okafor and Duvalier ended on Friday without a result after 28 hours.\n\n"
    one, other = fingerprint(article(news + TEASER)), fingerprint(article(REPORT))
    assert not compare(one, other).tells_the_same


def test_a_teaser_of_yesterday_is_another_s() -> None:
    short, whole = fingerprint(article(TEASER)), fingerprint(article(REPORT))
    assert compare(whole, short, timedelta(hours=13)).kind is Kind.RELATED


def test_a_teaser_finds_its_text() -> None:
    assert set(fingerprint(article(TEASER)).keys) & set(fingerprint(article(REPORT)).keys)
