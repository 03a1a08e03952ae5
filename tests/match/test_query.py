"""The query language: what parses, and errors that point at the very character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import QueryError
from daemon.match import check_rules, compile_rules, parse_query
from daemon.model import Article, Rule, WordList


@pytest.mark.parametrize(
    ("query", "at", "message", "hint"),
    [
        ("", 0, "the query is empty", "write what to look for"),
        ("drone AND", 9, "the query ends too early", "write a word"),
        ("drone AND OR x", 10, "«OR» has nothing to work on", "write a word"),
        ("(drone OR uav", 0, "this parenthesis is never closed", "add )"),
        ("drone) x", 5, "this parenthesis closes nothing", "take it out"),
        ("a ()", 3, "the parentheses are empty", "write a word"),
        ('x "drone', 2, "the quotation mark is never closed", 'add "'),
        ("x {NATO", 2, "the brace is never closed", "write {NATO}"),
        ('"" x', 1, "there is nothing in it", "write a word"),
        ("x …", 2, "«…» has no letter or digit to look for", "write a word"),
        ("x " + "…" * 99, 2, f"«{'…' * 40}…» has no letter or digit to look for", "write a word"),
        ("titel:x", 0, "there is no field «titel»", "did you mean title: ?"),
        ("x colour:red", 2, "there is no field «colour»", "the fields are title, summary"),
        ("title:(body:x)", 0, "there is another field inside title:", "take one of the two out"),
        ("source:(a OR b)", 7, "source: wants one value", 'write source:name or source:"a name"'),
        ('"drone strike"~5', 14, "a phrase has no slop here", "write drone NEAR/5 strike"),
        ("dron~", 4, "words and phrases have no slop here", "write one NEAR/5 two, or a wildcard"),
        ("drone && uav", 6, "«&&» is not an operator here", "write AND"),
        ("drone||uav", 5, "«|» is not an operator here", "write OR"),
        ("drone or uav", 6, "«or» in lower case would be an ordinary word", "write OR for the operator"),
        ("drone –sport", 6, "«–» is not an operator here", "write - (the hyphen)"),
        ("drone^2", 5, "words have no weight here", "take the ^ out"),
        ("a NEAR/x b", 2, "«NEAR/x» is not a distance", "write NEAR/5"),
        ("a NEAR/2 b NEAR/3 c", 11, "NEAR/2 and NEAR/3 cannot be chained", "put the inner one"),
        ("(a AND b) NEAR c", 0, "NEAR joins words, phrases, and ORs of them", "take AND"),
        ("a NEAR -b", 7, "NEAR joins what is there", "write drone NOT (drone NEAR/5 border)"),
        ("a NEAR5 b", 2, "«NEAR5» is not an operator here", "write NEAR/5"),
        ("a NEAR/-5 b", 2, "«NEAR/-5» is not an operator here", "write NEAR/5"),
        ("a near/5 b", 2, "«near/5» is not an operator here", "write NEAR/5"),
        ("a w/5 b", 2, "«w/5» is not an operator here", "write NEAR/5"),
        (" NEAR ".join("abcdefghijklmnopqrstu"), 2, "a NEAR of 21 parts", "join 20 at most"),
        (
            "(" + " NEAR ".join("abcdefghijkl") + ") NEAR/9 (" + " NEAR ".join("mnopqrstuvwx") + ")",
            81,
            "a NEAR of 26 parts",
            "join 20 at most",
        ),
        ("a - b", 2, "the hyphen has no word after it", "write -word, without a space"),
        ("--a", 0, "the hyphen has no word after it", "write -word, without a space"),
        ("title :x", 6, "the colon has no field before it", "write title:word"),
        ("/drone/i", 0, "a regular expression has no flags here", "case is ignored anyway"),
        ("x /tank T-72", 2, "the slash is never closed", "write /drones?/"),
        ("drone, UAV", 5, "«,» joins nothing here", "write OR where one is enough"),
        ("drone;UAV", 5, "«;» joins nothing here", "write OR where one is enough"),
        ("x 'drone strike'", 2, "single quotation marks make no phrase", 'write "…"'),
        ("[drone TO uav]", 0, "there are no ranges here", "take the brackets out"),
        ("x /\bdrone\b/", 3, "a control character stands here", "a backslash in double quotes"),
        ("site:bbc.com", 0, "there is no field «site»", "did you mean source: ?"),
        ("intitle:x", 0, "there is no field «intitle»", "did you mean title: ?"),
        ("title:" * 60 + "x", 300, "the query is nested too deeply", "split the rule"),
        ("x dr*", 2, "«dr*» has too few letters before its wildcard", "write at least 3 letters"),
        ("see https://example.org", 4, "an address stands without quotation marks", "write "),
        ('"' + "a " * 101 + '"', 1, "the phrase has 101 words", "write 100 at most"),
        ("(" * 60 + "x" + ")" * 60, 50, "the query is nested too deeply", "split the rule"),
    ],
)
def test_an_error_points_at_its_character(query: str, at: int, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert (caught.value.position, caught.value.message) == (at, message)
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("query", "at", "message"),
    [
        ("drone @zapda", 6, "there is no entity «zapda»"),
        ("drone #airprots", 6, "there is no list «airprots»"),
        ("-sport", 0, "the rule does not say what must be there"),
        ("drone OR -sport", 9, "the rule does not say what must be there"),
        (
            "x (drone OR uav) NEAR #tails",
            22,
            "NEAR joins words, phrases, and ORs of them, and #tails has an expression",
        ),
        ("x source:Wier", 9, "there is no source «Wier»"),
        ("x tag:wrie", 6, "there is no source with the tag «wrie»"),
        ("x /[drone/", 2, "not a regular expression: missing ]: [drone"),
        ("x /" + "drone|" * 200 + "/", 2, "the expression has more than 1000 characters"),
        ("x /a.b/", 2, "the expression has no 3 letters in a row that must occur"),
        ("x /drone(/", 2, "not a regular expression: missing ): drone("),
        (r"x /dro\bne/", 2, r"\b may stand at the two ends only"),
        ("x /" + "(" * 60 + "drone" + ")" * 60 + "/", 2, "the expression is nested too deeply"),
        (r"x /drone(?=s)/", 2, "not a regular expression: invalid perl operator: (?="),
    ],
)
def test_an_error_that_needs_the_rest_of_the_configuration(query: str, at: int, message: str) -> None:
    lists = [WordList("airports", ("Gatwick",)), WordList("tails", ("/tail \\d+/",))]
    facts = {"source": ["Wire"], "tag": ["wire"]}
    (error,) = check_rules([Rule("r", query=query)], lists=lists, facts=facts)
    assert error.hint
    assert (error.key, error.position, error.message) == ("query", at, message)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("a OR b c", "a", True),
        ("a OR b c", "b", False),
        ("a b OR c", "c", True),
        ("NOT NOT drone", "drone", True),
        ("drone -(sport OR race)", "a drone race", False),
        ("drone NOT sport", "drone", True),
        ("“drone strike”", "drone strike", True),
        ('„drone strike"', "strike drone", False),
        ("”drone strike”", "drone strike", True),
        ("»drone strike«", "strike drone", False),
        ("a ONEAR/1 b ONEAR/1 c", "a 1 b b c", True),
        ("a ONEAR/1 b ONEAR/1 c", "a b 1 2 c", False),
        ("a NEAR/1F b", "a 1 b", True),
        ("'Ndrangheta boss", "the boss of the ’Ndrangheta", True),
        ("10,000 troops", "10,000 troops", True),
        ("«drone strike» OR x", "strike drone", False),
        ("a NEAR b", "a 1 2 3 4 b", True),
        ("a NEAR b", "a 1 2 3 4 5 b", False),
        ("a ONEAR/1 b", "b a", False),
        ("a NEAR/1f b", "a 1 b", True),
        ("(a NEAR/0 b) NEAR/3 c", "a b 1 2 3 c", True),
        ('"drone strike" NEAR/2 (Kyiv OR Lviv)', "Lviv: a drone strike", True),
        ("colou?r", "the color", False),
        ("colou?r", "the colouxr", True),
        ('"drone strik*"', "drone striking", True),
        ("zapad-2025", "Zapad 2025", True),
        (r"/dron(e|y)\w*/", "DRONYXX", True),
        (r"/\bдрон\b/", "дроны", False),
        (r"/\bдрон\b/", "«дрон»", True),
        (r"/tank T-\d{2}/", "tank T-72", True),
        ("{ZAPAD}", "Zapad", False),
        ("P/2021", "comet P/2021 A3", True),
    ],
)
def test_what_a_query_means(query: str, text: str, expected: bool) -> None:
    assert bool(compile_rules([Rule("r", query=query)]).match(Article(text=text))) is expected


@given(st.text(st.sampled_from('ab "()-{}=/*?~&|!:@#NEARODT«»“”\\[^ \n'), max_size=30))
def test_any_text_is_a_query_or_an_error_with_a_place_in_it(text: str) -> None:
    errors = check_rules([Rule("r", query=text or " ")])
    assert all(0 <= error.position <= max(len(text), 1) for error in errors)
    assert all(error.message and error.hint for error in errors)


def test_a_chain_of_near_cannot_stall() -> None:
    rules = compile_rules(
        [
            Rule("ordered", query=" ONEAR/999 ".join(["drone"] * 20)),
            Rule("nested", query="(" * 9 + "drone" + " NEAR/999 drone)" * 9),
        ]
    )
    assert len(rules.match(Article(text="drone " * 10_000))) == 2


def test_a_regular_expression_cannot_stall() -> None:
    rules = compile_rules([Rule("r", query="/(aaa+)+b/")])
    assert not rules.match(Article(text="a" * 50 + " " + "aaa " * 20_000))


@pytest.mark.parametrize(
    ("item", "text", "expected"),
    [
        (r"/tail \d+/", "its tail 41", True),
        (r"/tail \d+/", "its tail d", False),
        ("{Minsk Group}", "the Minsk Group", True),
        ("{Minsk Group}", "the minsk group", False),
        ('="Rail Days"', "Rail Day", False),
        ("/tmp and so on", "tmp and so on", True),
    ],
)
def test_what_an_item_means(item: str, text: str, expected: bool) -> None:
    assert bool(compile_rules([Rule("r", any=(item,))]).match(Article(text=text))) is expected
