"""The language against SQLite's FTS5, which was written by others: no pair may differ.

A query is drawn as a tree and written twice, in our language and in FTS5's. FTS5 has no OR inside NEAR,
so such a NEAR is multiplied out for it; it has no ordered NEAR, so that one is checked by brute force.
"""

import random
import sqlite3
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.match import compile_rules
from daemon.model import Article, Rule

WORDS = ["alpha", "alps", "beta", "betamax", "gamma", "gamut", "delta", "zeta"]


def word(rng):
    return rng.choice(WORDS)


def phrase(rng):
    """Draw a phrase, now and then with a prefix: the same text in both languages but for the star."""
    if rng.random() < 0.2:
        stem = word(rng)[: rng.randint(3, 4)]
        return f"{stem}*", f"{stem}*"
    text = " ".join(word(rng) for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))
    return f'"{text}"', f'"{text}"'


def near(rng):
    distance = rng.randint(0, 4)
    parts = [[phrase(rng) for _ in range(rng.choice([1, 1, 2]))] for _ in range(rng.choice([2, 2, 3]))]
    ours = f" NEAR/{distance} ".join("(" + " OR ".join(o for o, _ in part) + ")" for part in parts)
    theirs = " OR ".join(f"NEAR({' '.join(t for _, t in ones)}, {distance})" for ones in product(*parts))
    return f"({ours})", f"({theirs})"


def positive(rng, depth, *, scoped=False):
    kind = rng.random()
    if depth == 0 or kind < 0.25:
        return phrase(rng)
    if kind < 0.45:
        return near(rng)
    if kind < 0.55 and not scoped:
        ours, theirs = positive(rng, depth - 1, scoped=True)
        field = rng.choice(["title", "body"])
        return f"{field}:({ours})", f"({{{field}}} : ({theirs}))"
    (one, one_fts), (two, two_fts) = (positive(rng, depth - 1, scoped=scoped) for _ in range(2))
    operator = rng.choice(["AND", "OR", "NOT"])
    ours = {"AND": rng.choice([" ", " AND "]), "OR": " OR ", "NOT": rng.choice([" NOT ", " -"])}[operator]
    return f"(({one}){ours}({two}))", f"(({one_fts}) {operator} ({two_fts}))"


def text(rng):
    return " ".join(word(rng) for _ in range(rng.choice([0, 1, 2, 4, 8, 16])))


def differences(seed: int, queries: int, documents: int) -> list[tuple[str, str]]:
    """Give the pairs of a query and a document on which FTS5 and we differ."""
    rng = random.Random(seed)
    drawn = [positive(rng, 3) for _ in range(queries)]
    texts = [(text(rng), text(rng)) for _ in range(documents)]
    rules = compile_rules(Rule(str(n), query=q, forms="exact") for n, (q, _) in enumerate(drawn))
    ours = {
        (int(hit.rule), n)
        for n, (title, body) in enumerate(texts)
        for hit in rules.match(Article(title=title, text=body))
    }
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE d USING fts5(title, body)")
    base.executemany(
        "INSERT INTO d(rowid, title, body) VALUES (?, ?, ?)", [(n, *t) for n, t in enumerate(texts)]
    )
    theirs = {
        (n, row)
        for n, (_, query) in enumerate(drawn)
        for (row,) in base.execute("SELECT rowid FROM d WHERE d MATCH ?", (query,))
    }
    base.close()
    assert 0.05 < len(theirs) / (queries * documents) < 0.95, "an oracle that always agrees tells nothing"
    return [(drawn[query][0], " | ".join(texts[document])) for query, document in sorted(ours ^ theirs)]


def test_fts5_agrees_on_20_000_pairs() -> None:
    assert differences(seed=1, queries=200, documents=100) == []


places = st.lists(st.sampled_from("abc"), max_size=12)


@settings(max_examples=200)
@given(
    words=places,
    parts=st.lists(st.sampled_from(["a", "b", "c", "a b"]), min_size=2, max_size=3),
    gap=st.integers(0, 3),
)
def test_an_ordered_near_is_what_brute_force_says(words: list[str], parts: list[str], gap: int) -> None:
    def starts(part: str) -> list[tuple[int, int]]:
        size = len(part.split())
        return [(n, n + size) for n in range(len(words)) if words[n : n + size] == part.split()]

    expected = any(
        all(0 <= after[0] - before[1] <= gap for before, after in pairwise(chain))
        for chain in product(*map(starts, parts))
    )
    query = f" ONEAR/{gap} ".join(f'"{part}"' for part in parts)
    rules = compile_rules([Rule("r", query=query, forms="exact")])
    assert bool(rules.match(Article(text=" ".join(words)))) is expected
