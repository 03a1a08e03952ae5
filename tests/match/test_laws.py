"""What must hold of any rules and any article, whatever they say."""

from dataclasses import replace
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.match import compile_rules
from daemon.match.text import WORD, fold
from daemon.model import Alias, Article, Entity, Rule, WordList

WORDS = [
    "drone",
    "Drones",
    "Łódź",
    "ещё",
    "край",
    "Київ",
    "об’єкт",
    "l’OTAN",
    "the",
    "16",
    "军",
    "zapad",
    "Zapad",
]
words = st.sampled_from(WORDS)
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
some = st.lists(phrases, max_size=2).map(tuple)
queries = st.recursive(
    st.one_of(phrases.map('"{}"'.format), st.just("dron*"), st.just("@place"), st.just("#things")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" OR ", " ", " NOT "]), inner).map(lambda t: f"({''.join(t)})"),
        inner.map("title:{}".format).filter(lambda q: q.count("title:") == 1),
    ),
    max_leaves=4,
)
rules = st.builds(
    Rule,
    name=st.just("r"),
    query=st.one_of(st.just(""), queries),
    any=some,
    all=some,
    none=some,
    near=st.lists(phrases, min_size=2, max_size=3).map(tuple) | st.just(()),
    forms=st.sampled_from(["inflect", "exact"]),
    languages=st.sampled_from([(), ("en",), ("en", "uk")]),
    min_length=st.sampled_from([0, 3]),
).filter(lambda rule: rule.query or rule.any or rule.all or rule.near)
texts = st.lists(st.one_of(words, st.sampled_from(["–", ",", "\n\n", "x"])), max_size=10).map(" ".join)
articles = st.builds(Article, title=texts, text=texts, language=st.sampled_from(["", "en", "uk"]))
PLACE = Entity("place", weak=(Alias("Zapad"),), context=(Alias("drone"),), ambiguous_in=("uk",))
THINGS = WordList("things", ("the drone", "16"))


def matched(rule: Rule, article: Article, *others: Rule) -> bool:
    compiled = compile_rules([rule, *others], [PLACE], [THINGS])
    return rule.name in {hit.rule for hit in compiled.match(article)}


@given(rules, articles)
def test_the_index_finds_what_asking_every_rule_finds(rule: Rule, article: Article) -> None:
    compiled = compile_rules([rule], [PLACE], [THINGS])
    asked = compiled.compiled["r"].node.holds(compiled.read(article))
    assert bool(compiled.match(article)) is asked is compiled.explain("r", article).holds


@given(rules, articles, st.lists(rules, max_size=4))
def test_other_rules_change_nothing(rule: Rule, article: Article, others: list[Rule]) -> None:
    named = [replace(other, name=f"other{n}") for n, other in enumerate(others)]
    assert matched(rule, article) is matched(rule, article, *named)


@given(rules, articles)
def test_composed_and_decomposed_text_match_alike(rule: Rule, article: Article) -> None:
    forms = [
        replace(article, title=normalize(form, article.title), text=normalize(form, article.text))
        for form in ("NFC", "NFD")
    ]
    assert matched(rule, forms[0]) is matched(rule, forms[1])


@given(phrases, texts)
def test_a_span_folds_to_what_it_was_found_for(phrase: str, text: str) -> None:
    hits = compile_rules([Rule("r", any=(phrase,), forms="exact")]).match(Article(text=text))
    for span in (span for hit in hits for span in hit.spans):
        assert text[span.start : span.end] == span.text
        assert [fold(word) for word in WORD.findall(span.text)] == [
            fold(word) for word in WORD.findall(phrase)
        ]


@settings(max_examples=50)
@given(st.lists(rules, max_size=4), st.lists(rules, max_size=4), articles)
def test_an_edit_gives_what_compiling_anew_gives(
    before: list[Rule], after: list[Rule], article: Article
) -> None:
    old, new = ([replace(r, name=f"r{n}") for n, r in enumerate(rs)] for rs in (before, after))
    edited = compile_rules(new, [PLACE], [THINGS], previous=compile_rules(old, [PLACE], [THINGS]))
    assert edited.match(article) == compile_rules(new, [PLACE], [THINGS]).match(article)


@given(rules, articles)
def test_a_hit_has_a_reason_and_a_miss_has_a_near_miss(rule: Rule, article: Article) -> None:
    compiled = compile_rules([rule], [PLACE], [THINGS])
    hits, explanation = compiled.match(article), compiled.explain("r", article)
    assert all(hit.reasons for hit in hits)
    assert bool(hits) is (explanation.near_miss == "")
