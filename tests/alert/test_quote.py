import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.alert.quote import LONGEST, quote
from daemon.model import Article, Span


def quoted(text: str, *matches: str, field: str = "body") -> str:
    """Quote, with the matches in brackets."""
    spans, at = [], 0
    for match in matches:
        at = text.index(match, at)
        spans.append(Span(field, at, at + len(match), match))
        at += len(match)
    return "".join(
        f"[{piece.text}]" if piece.marked else piece.text for piece in quote(Article(text=text), spans)
    )


@pytest.mark.parametrize(
    ("text", "match", "expected"),
    [
        ("One here. A drone came. Then none.", "drone", "A [drone] came."),
        ("A drone came.", "drone", "A [drone] came."),
        ("A drone came\n\nwithout a full stop", "drone", "A [drone] came"),
        ("Title\n\nA drone came", "drone", "A [drone] came"),
        ("The U.S. Army saw a drone. It left.", "drone", "The U.S. Army saw a [drone]."),
        ("So said Col. Smith of the drone. It left.", "drone", "So said Col. Smith of the [drone]."),
        ("Dr. Li and Gen. Wu saw a drone! It left.", "drone", "Dr. Li and Gen. Wu saw a [drone]!"),
        ("Czy to dron? Tak, por. Nowak widział drona. Koniec.", "drona", "Tak, por. Nowak widział [drona]."),
        ("He said: “No drone.” Then he left.", "drone", "He said: “No [drone].”"),
        ("«Дрон сбит.» Так сказал г. Петров. Всё.", "Петров", "Так сказал г. [Петров]."),
        ("第一句。无人机来了。第三句。", "无人机", "[无人机]来了。"),
        ("It cost 3.5 million. The drone fell. Yes.", "drone", "The [drone] fell."),
        ("Anti-drone guns", "drone", "Anti-[drone] guns"),
        ("Many drones came.", "drone", "Many [drones] came."),
        ("Überdrohnen kamen.", "drohn", "[Überdrohnen] kamen."),
    ],
)
def test_the_sentence_of_the_match_with_its_whole_words_marked(text, match, expected):
    assert quoted(text, match) == expected


def test_the_sentence_with_most_matches_wins_and_the_first_of_equals():
    assert (
        quoted("A drone. A drone over Zapad. A drone.", "drone", "drone", "Zapad")
        == "A [drone] over [Zapad]."
    )
    assert quoted("A drone one. A drone two.", "drone", "drone") == "A [drone] one."


def test_a_match_in_the_title_alone_quotes_how_the_text_begins():
    assert quoted("It began. It ended.", "began", field="title") == "It began."
    assert quoted("") == ""


def test_a_span_that_does_not_fit_the_text_marks_nothing():
    article = Article(text="It began. It ended.")
    (piece,) = quote(article, [Span("body", 3, 8, "other"), Span("body", 90, 95, "began")])
    assert (piece.text, piece.marked) == ("It began.", False)


@pytest.mark.parametrize("text", ["", "Nobody came. Nobody left."])
def test_the_summary_is_quoted_where_only_it_matched(text):
    article = Article(text=text, summary="A drone came. It left.")
    assert (
        "".join(piece.text for piece in quote(article, [Span("summary", 2, 7, "drone")])) == "A drone came."
    )


def test_a_long_sentence_is_cut_between_words_around_the_match():
    text = "before " * 200 + "the drone came " + "after " * 200
    shown = quoted(text, "drone")
    assert shown.startswith("…before ")
    assert "the [drone] came" in shown
    assert shown.endswith(" after…")
    assert len(shown) <= LONGEST + 4


@given(
    text=st.text("ab. \n。!«»", max_size=900),
    spans=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 30)), max_size=5),
)
def test_a_quotation_is_a_short_piece_of_the_text_whatever_the_spans(text, spans):
    marks = [Span("body", start, start + length, text[start : start + length]) for start, length in spans]
    pieces = quote(Article(text=text), marks)
    shown = "".join(piece.text for piece in pieces)
    assert shown.strip("…") in text
    assert len(shown) <= LONGEST + 2
    assert all(piece.text for piece in pieces)
    assert bool(shown) == bool(text.strip())


def test_matched_words_that_follow_each_other_are_one_phrase():
    text = "A drone  incursion, or a drone, came."
    assert quoted(text, "drone", "incursion", "drone") == "A [drone  incursion], or a [drone], came."
