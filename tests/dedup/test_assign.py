"""An article finds its story, and only its own."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from daemon.dedup import (
    Cluster,
    Known,
    Role,
    StoryDecision,
    assign,
    background,
    fingerprint,
    match,
    weigh,
)
from daemon.model import Article

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

DRONES = Article(
    title="Drones recovered in Varna bay",
    text=(
        "Coastguards in Port Varna recovered two drones on Tuesday after fishermen saw them fall into "
        "the bay, the harbour authority said, and closed the channel to shipping for 14 hours while "
        "divers searched the bottom. The drones carried no explosives but cameras and a transmitter, "
        "according to Inspector Mara Dolnik, who leads the inquiry into the crash of the drones. She "
        "said that their range of 120 kilometres left only a few places that they could have come from."
    ),
)
DAY_AFTER = Article(
    title="Varna drones came from a ship, says Dolnik",
    text=(
        "The drones that crashed off Port Varna were launched from a freighter, Inspector Mara Dolnik "
        "told reporters on Wednesday. Fishermen had watched the ship turn its lights off. The "
        "coastguards have asked neighbouring countries for records of its voyage through the bay."
    ),
)
BREAD = Article(
    title="Village bakery wins national prize",
    text=(
        "A bakery in the village of Orlovo has won the national prize for rye bread. The jury praised "
        "the crust and the patience of Anna Petrova, who bakes forty loaves a night. Customers queue "
        "from five in the morning, and the mayor wants to name a street after her grandmother."
    ),
)


def place(
    article: Article, candidates: Iterable[Known], clusters: Mapping[int, Cluster], now: datetime
) -> StoryDecision:
    made = fingerprint(article)
    return assign(weigh(made.terms, background()), match(made, candidates, now), clusters, now)


def known(article: Article, number: int, story: int, original: int | None = None) -> Known:
    packed = fingerprint(article).to_bytes()
    return Known(number, story, number if original is None else original, packed, NOW, label=f"«{number}»")


def first(article: Article) -> StoryDecision:
    return place(article, [], {}, NOW)


def test_the_first_article_begins_a_story() -> None:
    decision = first(DRONES)
    assert decision.story is None
    assert decision.role is Role.FIRST
    assert not decision.tells_the_same
    assert decision.reason == "first of its story: no story is near"
    assert decision.cluster.size == 1


def test_a_copy_joins_its_story_and_says_why() -> None:
    clusters = {5: first(DRONES).cluster}
    repost = replace(DRONES, title="Bay closed", text=f"By Jan Kowal\n\n{DRONES.text}")
    decision = place(repost, [known(BREAD, 1, 4), known(DRONES, 2, 5)], clusters, NOW)
    assert (decision.story, decision.role, decision.of, decision.original) == (5, Role.COPY, 2, 2)
    assert decision.tells_the_same
    assert decision.reason == "copy of «2»: containment 1.00, lead 1.00, names 6 of 6, numbers 3 of 3"
    assert decision.cluster.size == 2


def test_a_copy_of_a_copy_names_the_first() -> None:
    copies = [known(DRONES, 8, 5, original=2), known(DRONES, 9, 5, original=2)]
    assert place(DRONES, copies, {}, NOW).original == 2


def test_one_copy_of_a_copy_is_no_proof() -> None:
    decision = place(DRONES, [known(DRONES, 8, 5, original=2)], {}, NOW)
    assert decision.role is Role.RELATED
    assert decision.story == 5
    assert decision.original is None


def test_a_follow_up_joins_and_tells_something_new() -> None:
    clusters = {5: first(DRONES).cluster, 6: first(BREAD).cluster}
    decision = place(DAY_AFTER, [], clusters, NOW + timedelta(hours=5))
    assert (decision.story, decision.role) == (5, Role.FOLLOW_UP)
    assert not decision.tells_the_same
    assert decision.reason.startswith("follow-up in a known story: similarity 0.")


def test_a_stranger_begins_a_story_of_its_own() -> None:
    decision = place(BREAD, [known(DRONES, 2, 5)], {5: first(DRONES).cluster}, NOW)
    assert (decision.story, decision.role) == (None, Role.FIRST)


def test_a_story_long_silent_is_over() -> None:
    clusters = {5: first(DRONES).cluster}
    assert place(DAY_AFTER, [], clusters, NOW + timedelta(days=14)).story is None


def test_a_text_that_comes_back_after_weeks_rings_anew() -> None:
    decision = place(DRONES, [known(DRONES, 2, 5)], {}, NOW + timedelta(days=20))
    assert decision.role is Role.RELATED
    assert not decision.tells_the_same
    assert decision.reason.endswith("hours apart")


def test_what_a_copy_adds_is_named() -> None:
    richer = replace(
        DRONES, text=f"{DRONES.text} On Thursday the embassy of Rondonia denied that they were its own."
    )
    decision = place(richer, [known(DRONES, 2, 5)], {}, NOW)
    assert decision.role is Role.COPY
    assert decision.adds == ("rondonia", "thursday")
    assert decision.reason.endswith("; it adds rondonia, thursday")


def test_a_state_survives_the_store() -> None:
    cluster = place(DAY_AFTER, [known(DRONES, 2, 5)], {5: first(DRONES).cluster}, NOW).cluster
    kept = Cluster.from_bytes(cluster.to_bytes())
    assert (kept.size, kept.last, kept.terms.keys()) == (cluster.size, cluster.last, cluster.terms.keys())
    assert max(abs(kept.terms[term] - weight) for term, weight in cluster.terms.items()) < 1e-6
    assert len(cluster.to_bytes()) <= 820
