"""Word forms: with the dictionaries of tocsin[languages], and without them."""

import pytest

from daemon.match import compile_rules, expand, lacks, wanted
from daemon.match.forms import expand_forms, installed
from daemon.match.stems import LANGUAGES, lacking
from daemon.model import Alias, Article, Entity, Rule, WordList


def needs(language: str) -> None:
    if not installed(language):
        pytest.skip(f"the dictionary of {language} is not installed")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            {
                "incursion": ({"incursions"}, {"incur"}),
                "drones": ({"drone"}, set()),
                "Zelensky": ({"zelenskys"}, set()),
            },
        ),
        ("de", {"Drohne": ({"drohnen"}, set()), "Drohnenvorfall": ({"drohnenvorfälle"}, {"fall"})}),
        (
            "pl",
            {
                "dron": ({"drona", "dronów", "dronami"}, {"dronyk"}),
                "Zapad": ({"zapadu", "zapadem"}, {"zapada", "zapadl"}),
                "łódź": ({"lodzi"}, set()),
            },
        ),
        ("ru", {"дрон": ({"дронов", "дронами"}, {"дроновод"}), "дронов": ({"дрон", "дронами"}, set())}),
        ("uk", {"захід": ({"заходу", "заході"}, {"захист"}), "об’єкт": ({"об'єкта"}, set())}),
        ("cs", {"cvičení": ({"cvičením"}, {"cvik"})}),
        ("fr", {"frontière": ({"frontières"}, set())}),
    ],
)
def test_words_are_expanded(language: str, words: dict[str, tuple[set[str], set[str]]]) -> None:
    needs(language)
    found = expand_forms(words, language)
    for word, (forms, others) in words.items():
        assert forms <= set(found[word])
        assert not others & set(found[word])


def test_a_rule_finds_the_forms_of_the_articles_language_only() -> None:
    needs("pl")
    rule = Rule("r", any=("dron",), languages=("pl", "fr"))
    rules = compile_rules([rule], forms=expand([rule]))
    assert rules.match(Article(text="Widziano dronów kilka", language="pl"))
    assert rules.match(Article(text="Widziano dronów kilka")), "an unknown language is tried in all"
    assert not rules.match(Article(text="Widziano dronów kilka", language="fr"))


def test_an_article_of_another_language_is_tried_in_all() -> None:
    names = Entity("e", aliases=(Alias("Zapad", "cs"),))
    rules = compile_rules([Rule("r", any=("drone",)), Rule("e", entities=("e",))], [names])
    assert [hit.rule for hit in rules.match(Article(text="Twee drones", language="nl"))] == ["r"]
    assert not rules.match(Article(text="Zapad", language="hr")), "a name stays in its language"
    assert rules.match(Article(text="Zapadu", language="cs"))


def test_words_of_entities_and_lists_are_expanded_as_their_languages_say() -> None:
    needs("ru")
    entity = Entity("e", aliases=(Alias("учение", "ru"),))
    rules = [Rule("r", query="@e OR #l", languages=("ru",))]
    forms = expand(rules, [entity], [WordList("l", ("манёвр",))])
    assert "учения" in forms["ru"]["учение"]
    assert "маневров" in forms["ru"]["маневр"]
    assert "учение" not in forms["uk"]


def test_exact_rules_want_no_forms() -> None:
    assert all(not words for words in expand([Rule("r", any=("дрон",), forms="exact")]).values())


def test_without_dictionaries_stems_stand_in_and_a_warning_says_what_is_lost() -> None:
    rules = compile_rules([Rule("r", any=("дрон",))])
    assert rules.match(Article(text="дронов", language="ru"))
    assert not rules.match(Article(text="дронів", language="uk"))
    stems, bare = lacking(wanted([Rule("r", any=("дрон",))]))
    assert stems.startswith("word forms of ru (9 in 100 missed) are guessed by their stems")
    assert bare.startswith("words of uk (73 in 100 missed) are found only as written: pip install")


def test_a_language_without_a_dictionary_is_told_of() -> None:
    entity = Entity("e", aliases=(Alias("Захад", "be"),))
    (warning,) = lacks(wanted([Rule("r", entities=("e",))], [entity]))
    assert warning == "words of be are found only as written: give their forms, too"


def test_every_language_is_named_once() -> None:
    assert len(set(LANGUAGES)) == len(LANGUAGES) == 9
