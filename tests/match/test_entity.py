"""«Zapad» in six languages: the labelled sentences, with the product's own entity."""

import runpy
from pathlib import Path

import pytest

from daemon.match.forms import installed
from daemon.match.stems import LANGUAGES

HERE = Path(__file__).parent


def test_the_exercise_is_told_from_the_west() -> None:
    if not all(map(installed, LANGUAGES)):
        pytest.skip("the dictionaries of tocsin[languages] are not installed")
    bench = runpy.run_path(str(HERE.parent.parent / "bench/entities.py"))
    sentences = bench["read_sentences"](HERE / "data/zapad.tsv")
    precision, recall, _ = bench["judge"](bench["read_entity"](HERE / "data/zapad.toml"), sentences)
    assert len(sentences) >= 120
    assert min(precision, recall) >= 0.95
