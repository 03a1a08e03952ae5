"""Words: cut in any script, folded one by one, offsets kept."""

from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.match.text import WORD, fold, keys, pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U.S. F-16s, Zapad-2025!", ["U", "S", "F", "16s", "Zapad", "2025"]),
        ("об’єкт і п'ять", ["об’єкт", "і", "п'ять"]),
        ("exer\u00adcise zero\u200bwidth", ["exer\u00adcise", "zero\u200bwidth"]),
        ("«дрон»_«uav»", ["дрон", "uav"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("军演 NATO", ["军", "演", "NATO"]),
        ("드론을", ["드", "론", "을"]),
        ("don’t 'quote'", ["don’t", "quote"]),
    ],
)
def test_a_text_is_cut_into_words(text: str, words: list[str]) -> None:
    assert WORD.findall(text) == words


LETTERS = ["", "a", "a", "д", "9", "軍", "ก"]
SIGNS = [*"’‘'`´＇“”«»—–…-_./& \n\u0301\u00ad\u200b\u00a0\u2003\x1f\ud800", ""]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LETTERS) | st.sampled_from(SIGNS), max_size=20).map("".join))
def test_cutting_a_text_into_pieces_first_changes_no_word(text: str) -> None:
    cut = [word for piece in pieces(text) for word in WORD.findall(piece)]
    assert cut == WORD.findall(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "Straße"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lódź"),
        ("ещё", "еще"),
        ("за́пад", "запад"),
        ("ＮＡＴＯ", "nato"),
        ("об’єкт", "об'єкт"),
        ("ґанок", "ганок"),
        ("exer\u00adcise", "exercise"),
    ],
)
def test_what_is_the_same_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Київ", "Киів"), ("йод", "иод"), ("sąd", "sad"), ("schön", "schon")]
)
def test_what_is_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_an_elision_a_possessive_and_a_case_ending_are_no_part_of_a_name() -> None:
    assert keys("l’OTAN") == ("l'otan", "otan")
    assert keys("Poland's") == ("poland's", "poland")
    assert keys("Kennedy’ego") == ("kennedy'ego", "kennedy")
    assert keys("O'Brien") == ("o'brien",)


@given(st.text(max_size=20))
def test_composed_and_decomposed_words_fold_alike(text: str) -> None:
    for word in WORD.findall(text):
        assert fold(normalize("NFC", word)) == fold(normalize("NFD", word))
        assert fold(fold(word)) == fold(word)


@given(st.text())
@example("l’OTAN\u00a0dit\u2028о\u0301б’єкт, soft\u00adhyphen\u200bhere\x1fnext 漢字\u3000です")
def test_no_word_holds_white_space(text: str) -> None:
    assert [word for piece in text.split() for word in WORD.findall(piece)] == WORD.findall(text)
