"""Wildcards, against regular expressions, and what no text shall stall."""

import re

from hypothesis import given
from hypothesis import strategies as st

from daemon.match import compile_rules
from daemon.match.wild import wild
from daemon.model import Article, Rule

patterns = st.lists(st.text("ab?*", max_size=6), max_size=6)


@given(patterns, st.text("abc", max_size=8))
def test_a_word_fits_what_a_regular_expression_says(patterns: list[str], word: str) -> None:
    said = [pattern.replace("?", ".").replace("*", ".*") for pattern in patterns]
    expected = {term for term, pattern in enumerate(said) if re.fullmatch(pattern, word)}
    found = list(wild((pattern, term) for term, pattern in enumerate(patterns)).fitting(word))
    assert sorted(found) == sorted(expected)


def test_a_thousand_words_with_wildcards_stall_nothing() -> None:
    rules = compile_rules([Rule(f"r{n}", query=f"wor*d*{n}", forms="exact") for n in range(1000)])
    text = " ".join(f"wor{'d' * (n % 80)}{n}" for n in range(2000))
    assert len(rules.match(Article(text=text))) == 1000


def test_a_rule_that_is_added_is_found_beside_those_that_begin_alike() -> None:
    one, other = Rule("one", query="dro*e"), Rule("other", query="dro*n?")
    article = Article(text="drone")
    before = compile_rules([one])
    assert [hit.rule for hit in before.match(article)] == ["one"]
    after = compile_rules([one, other], previous=before)
    assert [hit.rule for hit in after.match(article)] == ["one", "other"]
