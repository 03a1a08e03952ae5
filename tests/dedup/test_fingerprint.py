"""What is kept of a text is small, complete, and the same wherever the text stands."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.dedup import Fingerprint, fingerprint, line_keys
from daemon.model import Article

WORDS = (
    "the",
    "drone",
    "fell",
    "into",
    "Varna",
    "bay",
    "on",
    "17",
    "May",
    "2,400",
    "people",
    "saw",
    "it",
    "5.30",
)
texts = st.lists(st.sampled_from([*WORDS, "\n\n", "."]), max_size=400).map(" ".join)


@given(texts | st.text(max_size=200))
@settings(max_examples=60)
def test_bytes_give_back_what_is_compared(text: str) -> None:
    made = fingerprint(Article(title="Drone", text=text))
    assert Fingerprint.from_bytes(made.to_bytes()) == made
    assert len(made.keys) <= 21
    assert all(-(1 << 47) <= key < 1 << 47 for key in made.keys)


def test_bytes_of_another_format_are_refused() -> None:
    data = b"\x63" + fingerprint(Article(text="The drone fell.")).to_bytes()[1:]
    with pytest.raises(ValueError, match="format 99"):
        Fingerprint.from_bytes(data)


def test_a_fingerprint_is_small() -> None:
    text = " ".join(f"{word}{n}" for n in range(30) for word in WORDS)
    assert len(fingerprint(Article(text=text)).to_bytes()) < 10 * len(text.split())


def sentences(numbers: range) -> Iterator[str]:
    return (f"Witness {n} saw drone {n} cross the bay towards Orlovo before {n} o'clock." for n in numbers)


@pytest.mark.parametrize("kept", [12, 25, 50])
def test_a_text_cut_short_still_shares_keys(kept: int) -> None:
    whole, cut = (fingerprint(Article(text=" ".join(sentences(range(n))))) for n in (100, kept))
    assert len(set(whole.keys) & set(cut.keys)) >= 6


def test_lines_of_the_site_are_not_the_article() -> None:
    body = " ".join(sentences(range(8)))
    menu = "Latest from Varna, Orlovo and 12 other towns: everything in one place, every day of the week."
    dressed = Article(text=f"{menu}\n\n{body}\n\nRead more: ten pictures of the week")
    plain = fingerprint(Article(text=body))
    assert fingerprint(dressed, frozenset(line_keys(menu))) == plain
    assert fingerprint(dressed) != plain


@pytest.mark.parametrize(
    "start",
    [
        "VARNA, Nov 22 (Reuters) - ",
        "VARNA (AP) — ",
        "Varna, 22 November (dpa) – ",
        "МОСКВА, 12 сен — РИА Новости. ",
        "VARNA: ",
    ],
)
def test_a_dateline_is_not_the_article(start: str) -> None:
    body = " ".join(sentences(range(8)))
    assert (
        fingerprint(Article(text=start + body)).shingles[-80:]
        == fingerprint(Article(text=body)).shingles[-80:]
    )
    assert fingerprint(Article(text=start + body)).lead_names <= fingerprint(Article(text=body)).names | {
        "риа",
        "новости",
    }


@pytest.mark.parametrize(
    "byline", ["By Mara Dolnik", "Von Petra Lang", "Autor: Jan Kowal", "Автор: Иван Петров"]
)
def test_a_byline_is_not_the_article(byline: str) -> None:
    body = " ".join(sentences(range(8)))
    assert fingerprint(Article(text=f"{byline}\n\n{body}")) == fingerprint(Article(text=body))


def test_names_stand_inside_sentences() -> None:
    made = fingerprint(
        Article(text="However, the minister met Mara Dolnik. Nothing came of it, Dolnik said on 3 May.")
    )
    assert made.names == {"mara", "dolnik", "may"}
    assert made.numbers == {"3"}


def test_separators_and_quotation_marks_make_no_difference() -> None:
    one = fingerprint(
        Article(text="The ministry's plan costs 2,400 crowns, said O'Neill on Tuesday at the port of Varna.")
    )
    other = fingerprint(
        Article(text="The ministry’s plan costs 2400 crowns, said O’Neill on Tuesday at the port of Varna.")
    )
    assert one.names == other.names
    assert one.numbers == other.numbers == {"2400"}
    assert one.slots == other.slots


def test_a_summary_stands_in_for_a_missing_text_and_a_title_for_both() -> None:
    summary = " ".join(sentences(range(3)))
    assert fingerprint(Article(summary=summary)) == fingerprint(Article(text=summary))
    assert fingerprint(Article(title="Drones over Varna")).words == 3
    assert fingerprint(Article()).keys == ()


def test_what_follows_2000_words_makes_no_difference() -> None:
    long = " ".join(sentences(range(400)))
    assert replace(fingerprint(Article(text=long))) == fingerprint(
        Article(text=long + " More followed at Orlovo.")
    )


@pytest.mark.parametrize(
    "text",
    [
        "A" * 50_000,
        "A." * 30_000,
        "1." * 50_000,
        "1:" * 50_000 + "a",
        "by" + "-" * 80_000,
        " ." * 50_000,
        "(" * 50_000,
    ],
)
def test_no_text_takes_square_time(text: str) -> None:
    assert fingerprint(Article(text=text + "x")).words <= 2000
    assert fingerprint(Article(text=f"{text}\n\n{text}")).words <= 2000


@pytest.mark.parametrize(
    "stamp",
    [
        "March 14, 2013 at 12:41 PM",
        "Posted on November 15 , 2011 6 : 07 : 15 PM GMT+01 : 0",
        "Last updated: 14 September 2013 13:26",
    ],
)
def test_a_line_that_says_when_it_was_published_is_no_part_of_it(stamp: str) -> None:
    text = "The harbour was closed for 14 hours while divers searched the bottom, the authority said."
    plain = fingerprint(Article(text=text))
    assert fingerprint(Article(text=f"{stamp}\n\n{text}")) == plain
    assert fingerprint(Article(text=f"KYIV (AFP) — {stamp}\n\n{text}")) == plain


@pytest.mark.parametrize("line", ["USD 4.0312, 2013: up", "Rate 4.35", "On 14 March 2013 the rate was 4.35"])
def test_a_line_of_figures_is_a_part_of_it(line: str) -> None:
    text = "The harbour was closed for 14 hours while divers searched the bottom, the authority said."
    assert fingerprint(Article(text=f"{line}\n\n{text}")) != fingerprint(Article(text=text))
