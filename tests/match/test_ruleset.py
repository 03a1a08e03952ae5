"""Rules against articles: what matches, where, and the reasons."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from daemon.match import compile_rules, parse_query
from daemon.model import Alias, Article, Entity, Hit, Rule, WordList


def hits(rule: Rule, *, entities=(), lists=(), **article) -> tuple[Hit, ...]:
    return compile_rules([rule], entities, lists).match(Article(**article))


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (Rule("r", any=("drone",)), "A drone fell.", True),
        (Rule("r", any=("drone",)), "A dronepost.", False),
        (Rule("r", any=("drone incursion",)), "A Drone   INCURSION began", True),
        (Rule("r", any=("drone incursion",)), "incursion of a drone", False),
        (Rule("r", all=("drone", "border")), "the border and the drone", True),
        (Rule("r", all=("drone", "border")), "the drone", False),
        (Rule("r", any=("drone",), none=("sport",)), "a drone at a sport event", False),
        (Rule("r", any=("a", "b", "c"), at_least=2), "b c", True),
        (Rule("r", any=("a", "b", "c"), at_least=2), "b b", False),
        (Rule("r", near=("drone", "border"), near_words=1), "border patrol drone", True),
        (Rule("r", near=("drone", "border"), near_words=0), "border patrol drone", False),
        (Rule("r", any=("演习",)), "联合军事演习开始", True),
        (Rule("r", any=("об'єкт",)), "Пошкоджено об’єкт.", True),
        (Rule("r", any=("Київ",)), "у Києві", False),
        (Rule("r", any=("Poland",)), "Poland’s border", True),
        (Rule("r", any=("OTAN",)), "selon l’OTAN", True),
        (Rule("r", any=("drohnen",), fields=("title",)), "Drohnen", False),
        (Rule("r", query="{WHO}"), "who said", False),
        (Rule("r", query="{WHO}"), "the WHO said", True),
        (Rule("r", query='="drone"'), "drones", False),
        (Rule("r", query="unman*"), "an unmanned plane", True),
        (Rule("r", query="title:drone OR border"), "border", True),
        (Rule("r", query="#airports"), "at Gatwick", True),
    ],
)
def test_a_rule_matches_or_not(rule: Rule, text: str, expected: bool) -> None:
    lists = [WordList("airports", ("Heathrow", "Gatwick"))]
    assert bool(hits(rule, lists=lists, text=text)) is expected


def test_a_hit_points_into_the_original_text() -> None:
    title, text = "İstanbul: 2 drones", "Die Straße – eine DRONE"
    (hit,) = hits(Rule("r", any=("drone", "strasse")), title=title, text=text)
    assert [span.text for span in hit.spans] == ["drones", "Straße", "DRONE"]
    original = {"title": title, "body": text}
    assert all(original[span.field][span.start : span.end] == span.text for span in hit.spans)


FITS = {
    "title": "A drone",
    "text": "It fell on the border.",
    "source": "bbc",
    "source_tags": ("uk",),
    "language": "en-GB",
    "section": "World / Europe",
    "authors": ("Ann Smith", "Bob Roe"),
    "published": datetime(2026, 5, 1, tzinfo=UTC),
    "found": datetime(2026, 5, 2, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("rule", "others"),
    [
        (Rule("r", sources=("CNN", "BBC")), [{"source": "cbs"}]),
        (Rule("r", source_tags=("war", "UK")), [{"source_tags": ()}, {"source_tags": ("world",)}]),
        (Rule("r", any=("drone",), languages=("en",)), [{"language": "pl"}]),
        (Rule("r", any=("drone",), sections=("europe",)), [{"section": "Sport"}, {"section": ""}]),
        (Rule("r", any=("drone",), authors=("bob roe",)), [{"authors": ("Roe Bob",)}, {"authors": ()}]),
        (Rule("r", any=("drone",), max_age=timedelta(days=1)), [{"found": datetime(2026, 5, 3, tzinfo=UTC)}]),
        (Rule("r", any=("drone",), min_length=7), [{"text": "It fell."}]),
        (Rule("r", query="source:bbc tag:uk lang:en author:smith section:world"), [{"authors": ()}]),
        (Rule("r", query="drone -source:cnn"), [{"source": "CNN"}]),
    ],
    ids=str,
)
def test_filters_narrow(rule: Rule, others: list[dict[str, object]]) -> None:
    assert hits(rule, **FITS)
    for other in others:
        assert not hits(rule, **{**FITS, **other})


def test_what_is_not_known_of_an_article_does_not_silence_a_rule() -> None:
    rule = Rule("r", any=("drone",), languages=("pl",), max_age=timedelta(days=1))
    assert hits(rule, title="drone", language="", published=None)


def test_the_age_is_counted_to_now() -> None:
    rules = compile_rules([Rule("r", any=("drone",), max_age=timedelta(days=1))])
    article = Article(title="drone", published=datetime(2026, 5, 1, tzinfo=UTC))
    assert rules.match(article, datetime(2026, 5, 2, tzinfo=UTC))
    assert not rules.match(article, datetime(2026, 5, 3, tzinfo=UTC))


ZAPAD = Entity(
    "zapad",
    aliases=(Alias("Zapad", "en"),),
    weak=(Alias("Запад", "ru"), Alias("Zapad", "cs")),
    context=(Alias("учения", "ru"), Alias("cvičení", "cs")),
    exclude=(Alias("FK Zapad"),),
    ambiguous_in=("ru",),
)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The Zapad exercise", "en", True),
        ("FK Zapad won", "en", False),
        ("Учения «Запад» начались", "ru", True),
        ("Учения, которых боится Запад, начались", "ru", False),
        ("Манёвры Запад-2025", "ru", True),
    ],
)
def test_an_entity_is_told_from_its_namesakes(text: str, language: str, expected: bool) -> None:
    assert (
        bool(hits(Rule("r", entities=("zapad",)), entities=[ZAPAD], text=text, language=language)) is expected
    )


def test_a_set_of_rules_survives_a_pickle() -> None:
    rules = compile_rules([Rule("r", query="drone NEAR border NOT sport")])
    article = Article(title="Drones at the border")
    assert pickle.loads(pickle.dumps(rules)).match(article) == rules.match(article) != ()


def test_a_query_keeps_its_text() -> None:
    assert parse_query("drone").text == "drone"


@pytest.mark.parametrize(
    ("query", "spans"),
    [
        ('"a a b"', []),
        ("a NEAR/3 b", []),
        ("a ONEAR/3 a ONEAR/3 b", []),
        ("a NEAR/3 the", [100]),
        ("@zapad", []),
        ("/aaa+b/", []),
        ("the", [100]),
    ],
)
def test_a_long_text_that_repeats_itself_stalls_nothing(query: str, spans: list[int]) -> None:
    text = "a a a a Запад, запад учения the FK Zapad " * 10_000
    rules = compile_rules([Rule("r", query=query, forms="exact")], [ZAPAD])
    hits = rules.match(Article(text=text, language="ru"))
    assert [len(hit.spans) for hit in hits] == spans


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("new york new york", "From new york, new york came.", True),
        ("new york new york", "York, new york is new.", False),
        ("the port of vestermole and skagholm", "The port of Vestermole and Skagholm", True),
        ("the port of vestermole and skagholm", "Skagholm, and the port of Vestermole", False),
        ("the port of vestermole and skagholm", "Vestermole and Skagholm: the port of", False),
        ("skagholm and the port of vestermole", "Skagholm, and the port of Vestermole", True),
        ("ferry to the islands", "The islands to the ferry, and to the islands", False),
    ],
)
def test_a_phrase_is_called_by_any_two_of_its_words(phrase: str, text: str, *, found: bool) -> None:
    rules = compile_rules([Rule("r", any=(phrase,), forms="exact")])
    assert bool(rules.match(Article(text=text))) is found


def test_the_calls_of_a_long_list_are_worked_out_once() -> None:
    lists = [WordList("long", tuple(f"word{number}" for number in range(1000)))]
    rules = compile_rules([Rule(f"r{n}", query=f"#long drone{n}") for n in range(3)], lists=lists)
    asked: list[int] = []
    for each in rules.compiled.values():
        each.node.anchor(lambda term: asked.append(term) or 1.0)
    assert len(asked) == 3, "each rule's own word alone"
    assert [hit.rule for hit in rules.match(Article(text="drone1 and word999"))] == ["r1"]


@pytest.mark.parametrize(
    ("item", "found"), [("dron*", True), ("drone*", True), ("drones*", False), ("dr\u0142on*", False)]
)
def test_a_beginning_is_found_whatever_else_begins_so(item: str, found: bool) -> None:
    rules = compile_rules([Rule("r", any=(item, "drone1?*", "dro*x", "drone22*"))])
    assert bool(rules.match(Article(text="a drone came"))) is found
