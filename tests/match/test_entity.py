"""«Zapad» in six languages: the labelled sentences, with the product's own entity."""

import runpy
from pathlib import Path

import pytest

from daemon.match import compile_rules
from daemon.match.forms import installed
from daemon.match.stems import LANGUAGES
from daemon.model import Alias, Article, Entity, Rule

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    "name", ["zapad.tsv", "zapad_second.tsv", "zapad_fourth.tsv", "zapad_fifth.tsv", "zapad_sixth.tsv"]
)
def test_the_exercise_is_told_from_the_west(name: str) -> None:
    if not all(map(installed, LANGUAGES)):
        pytest.skip("the dictionaries of tocsin[languages] are not installed")
    bench = runpy.run_path(str(HERE.parent.parent / "bench/entities.py"))
    sentences = bench["read_sentences"](HERE / "data" / name)
    precision, recall, _ = bench["judge"](bench["read_entity"](HERE / "data/zapad.toml"), sentences)
    assert len(sentences) >= 60
    assert min(precision, recall) >= 0.95


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("Moscow calls its exercise West-2025", "en", True),
        ("South by South West 2025 opens in Austin", "en", False),
        ("The pioneers went west. 2025 is the year to follow them", "en", False),
        ("Targi Wschód-Zachód 2025 w Łodzi", "pl", False),
    ],
)
def test_the_exercise_translated_is_told_from_the_west(text: str, language: str, holds: bool) -> None:
    entity = runpy.run_path(str(HERE.parent.parent / "bench/entities.py"))["read_entity"](
        HERE / "data/zapad.toml"
    )
    rules = compile_rules([Rule("r", entities=("zapad",))], [entity])
    assert bool(rules.match(Article(text=text, language=language))) is holds


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("Camps for Zapad 21 are built", "en", True),
        ("Some 50 of Zapad 50 are built", "en", False),
        ("The 2021 Zapad was the largest", "en", True),
        ("As 2021's Zapad was", "en", True),
        ("In 2021, Zapad was", "en", False),
        ("В 2021 Запад был", "ru", False),
        ("Zapad Capital bought a share of a maker of soldiers' boots", "en", False),
        ("During Zapad Russia moved its soldiers", "en", True),
        ("At Zapad NATO counted more than ten thousand of the soldiers", "en", True),
        ("Zapad Inc sold a share of a maker of soldiers' boots", "en", True),
        ("Zapad Soldiers march", "en", True),
        ("Zapad Kicks Off With Soldiers", "en", True),
        ("Near Zapad, Poles met soldiers", "en", True),
        ("Bei Zapad Geschütze der soldiers", "de", True),
        ("учения Запад начались", "ru", True),
        ("учения Запада начались", "ru", False),
        ("учения, Запад против", "ru", False),
        ("Запад начал учения", "ru", False),
        ("запад-2025 окончен", "ru", True),
        ("на запад 2025", "ru", False),
        ("на запад—20 километров", "ru", False),
        ("на запад-20 километров", "ru", False),
        ("на запад—2025 год", "ru", False),
        ("«запад»-2025 окончен", "ru", True),
        ("Zapad продолжается, soldiers", "ru", True),
        ("Zapad продолжается", "ru", False),
    ],
)
def test_the_evidence_for_a_weak_name(text: str, language: str, holds: bool) -> None:
    entity = Entity(
        "zapad",
        weak=(Alias("Zapad", ""), Alias("Запад", "")),
        context=(Alias("soldiers", ""), Alias("учения", "")),
        ambiguous_in=("ru",),
    )
    rules = compile_rules([Rule("r", entities=("zapad",))], [entity])
    assert bool(rules.match(Article(text=text, language=language))) is holds


def test_a_name_in_braces_has_its_case() -> None:
    entity = Entity("who", aliases=(Alias("{WHO}"), Alias("World Health Organization")))
    rules = compile_rules([Rule("r", entities=("who",))], [entity])
    assert not rules.match(Article(text="Who caused it?"))
    assert rules.match(Article(text="An outbreak, the WHO says"))
    assert rules.match(Article(text="the world health organization"))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Cafe Zapad serves soldiers", False),
        ("Zapad, says the owner of the bank in the army town", True),
        ("The club of Zapad-2025 veterans, all soldiers", True),
        ("Zapad 2025: a club of soldiers joins", True),
        ("FC Zapad waits as Zapad nears, and soldiers march", True),
        ("FC Zapad hires soldiers", False),
    ],
)
def test_an_excluded_word_beside_a_name_tells_its_namesake(text: str, holds: bool) -> None:
    entity = Entity(
        "zapad",
        weak=(Alias("Zapad", ""),),
        context=(Alias("soldiers", ""), Alias("army", "")),
        exclude=(Alias("cafe", ""), Alias("bank", ""), Alias("club", ""), Alias("FC Zapad", "")),
    )
    rules = compile_rules([Rule("r", entities=("zapad",))], [entity])
    assert bool(rules.match(Article(text=text, language="en"))) is holds


def test_a_name_that_begins_with_a_number_is_of_no_foreign_script() -> None:
    entity = Entity("channel", weak=(Alias("5 канал", ""),), ambiguous_in=("uk", "ru"))
    rules = compile_rules([Rule("channel", query="@channel")], [entity])
    assert not rules.match(Article(title="дивиться 5 канал 2025 року", language="uk"))
    assert rules.match(Article(title="дивиться «5 канал» 2025 року", language="uk"))
