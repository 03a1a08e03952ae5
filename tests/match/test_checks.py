"""Every error of a rule, an entity or a list, with its key, item and place."""

import pickle
import re
from dataclasses import replace

import pytest

from daemon.errors import QueryError
from daemon.match import RuleError, check_entity, check_list, check_rules, compile_rules, left_out_in_vain
from daemon.model import Alias, Article, Entity, Rule, WordList

ZAPAD = Entity("zapad", aliases=(Alias("Zapad"),))
LISTS = [
    WordList("bad", ("x", "y*")),
    WordList("none", ()),
    WordList("nested", ("#bad",)),
    WordList("ok", ("x",)),
    WordList("patterns", ("y", "/abc/")),
]


def places(errors: tuple[RuleError, ...]) -> list[tuple[str, str, int | None, int]]:
    return [(error.name, error.key, error.index, error.position) for error in errors]


@pytest.mark.parametrize(
    ("rule", "key", "index", "position", "message"),
    [
        (Rule("r"), "name", None, 0, "the rule does not say what must be there"),
        (Rule("r", none=("x",)), "none", None, 0, "the rule does not say what must be there"),
        (Rule("r", any=("x", "@zapda")), "any", 1, 0, "there is no entity «zapda»"),
        (Rule("r", all=("x", "+")), "all", 1, 0, "«+» has no letter or digit to look for"),
        (Rule("r", any=("x",), none=("ab*",)), "none", 0, 0, "«ab*» has too few letters before its wildcard"),
        (Rule("r", any=("x",), at_least=2), "at_least", None, 0, "there are only 1 in any"),
        (Rule("r", near=("x",)), "near", None, 0, "near wants two words or more"),
        (Rule("r", any=("x",), fields=("title", "text")), "fields", 1, 0, "there is no field «text»"),
        (Rule("r", any=("x",), forms="stem"), "forms", None, 0, "there are no forms «stem»"),
        (Rule("r", entities=("zapda",)), "entities", 0, 0, "there is no entity «zapda»"),
        (
            Rule("r", query="x #bad"),
            "query",
            None,
            2,
            "the list «bad»: «y*» has too few letters before its wildcard",
        ),
        (Rule("r", query="x #none"), "query", None, 2, "the list «none» is empty"),
        (
            Rule("r", query="x #nested"),
            "query",
            None,
            2,
            "the list «nested»: it names another list or entity",
        ),
        (Rule("r", any=("x",), authors=("–",)), "authors", 0, 0, "«–» has no letter or digit to look for"),
        (Rule("r", any=("drone OR uav",)), "any", 0, 6, "«OR» means nothing in a word or phrase"),
        (Rule("r", any=("search AND rescue",)), "any", 0, 7, "«AND» means nothing in a word or phrase"),
        (Rule("r", any=("x", "-sport")), "any", 1, 0, "«-» means nothing in a word or phrase"),
        (Rule("r", near=("#patterns", "x")), "near", 0, 0, "NEAR joins words, phrases, and ORs of them"),
        (Rule("r", near=("x", "/bord.er/")), "near", 1, 0, "NEAR joins words, phrases, and ORs of them"),
        (Rule("r", any=("title:drone",)), "any", 0, 0, "«title:» means nothing in a word or phrase"),
        (Rule("r", any=("/\bdrone\b/",)), "any", 0, 1, "a control character stands here"),
        (Rule("r", any=("/tail (\\d+/",)), "any", 0, 0, "not a regular expression: missing )"),
        (Rule("r", query="abc*d*e*"), "query", None, 0, "«abc*d*e*» has too many wildcards"),
        (Rule("r", query="x lang:polish"), "query", None, 7, "«polish» is not a language's code"),
    ],
)
def test_an_error_of_a_rule(rule: Rule, key: str, index: int | None, position: int, message: str) -> None:
    (error,) = check_rules([rule], [ZAPAD], LISTS)
    assert places((error,)) == [("r", key, index, position)]
    assert error.message.startswith(message)
    assert error.hint
    with pytest.raises(RuleError, match="^" + re.escape(message)):
        compile_rules([rule], [ZAPAD], LISTS)


def test_all_errors_of_a_rule_are_told_at_once() -> None:
    rule = Rule("r", query="drone @zapda", any=("+",), forms="stem")
    assert places(check_rules([rule], [ZAPAD])) == [
        ("r", "forms", None, 0),
        ("r", "query", None, 6),
        ("r", "any", 0, 0),
    ]


def test_errors_of_entities_and_lists() -> None:
    assert places(check_entity(Entity("e"))) == [("e", "name", None, 0)]
    entity = Entity("e", aliases=(Alias("x"),), context=(Alias("y"), Alias("–")))
    assert places(check_entity(entity)) == [("e", "context", 1, 0)]
    entity = Entity(
        "e", weak=(Alias("Zapad"), Alias("Sapad", "de")), exclude=(Alias("FK Zapad"), Alias("zapad"))
    )
    assert places(check_entity(entity)) == [("e", "exclude", 1, 0)]
    assert not check_entity(replace(entity, exclude=(Alias("Zapad", "pl"), Alias("Sapad", "pl"))))
    assert [places(check_list(words)) for words in LISTS] == [
        [("bad", "terms", 1, 0)],
        [],
        [("nested", "terms", 0, 0)],
        [],
        [],
    ]


def test_two_rules_of_one_name_do_not_compile() -> None:
    with pytest.raises(RuleError, match="there are two rules «r»"):
        compile_rules([Rule("r", any=("x",)), Rule("r", any=("y",))])


def test_an_error_survives_the_way_back_from_a_worker() -> None:
    (error,) = check_rules([Rule("r", none=("sport",))])
    again = pickle.loads(pickle.dumps(error))
    assert (again.name, again.key, again.message, again.hint) == (
        error.name,
        error.key,
        error.message,
        error.hint,
    )


def test_an_error_of_a_query_survives_the_way_back_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(QueryError(3, "what is wrong", "what to do")))
    assert (type(error), error.position, error.message, error.hint) == (
        QueryError,
        3,
        "what is wrong",
        "what to do",
    )


def test_an_operator_in_quotation_marks_is_a_word() -> None:
    rules = compile_rules([Rule("r", any=('"search AND rescue"',), forms="exact")])
    assert rules.match(Article(title="Search and rescue begins"))


@pytest.mark.parametrize(
    ("query", "refused", "warned"),
    [
        ("drone tag:wier", True, False),
        ("drone -tag:wier", False, True),
        ("drone NOT (tag:wire OR source:wier)", False, True),
        ("drone NOT (x -tag:wier)", True, False),
        ("drone -tag:wire", False, False),
    ],
)
def test_what_no_source_has_may_be_left_out_but_not_asked_for(query, refused, warned) -> None:
    rules, facts = [Rule("r", query=query)], {"source": ["Wire"], "tag": ["wire"]}
    assert bool(check_rules(rules, facts=facts)) is refused
    assert bool(left_out_in_vain(rules, facts)) is warned


def test_what_is_left_out_in_vain_is_named() -> None:
    warning = "«r» leaves out in vain: there is no source with the tag «wier» (did you mean «wire»?)"
    assert left_out_in_vain([Rule("r", query="drone -tag:wier")], {"tag": ["wire"]}) == (warning,)
