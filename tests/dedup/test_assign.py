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
    return assign(weigh(made.terms, background()), match(made, article.url, candidates, now), clusters, now)


def known(article: Article, number: int, story: int, original: int | None = None) -> Known:
    packed = fingerprint(article).to_bytes()
    return Known(number, story, number if original is None else original, packed, NOW, url=f"«{number}»")


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
    assert decision.cluster.terms == clusters[5].terms


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


CONSENT = (
    "We value your privacy. We and our 842 partners store and access information on a device, such as "
    "cookies, and process personal data, such as unique identifiers and standard information sent by a "
    "device, for personalised advertising and content, advertising and content measurement, audience "
    "research and services development. With your permission we and our partners may use precise location "
    "data. You may click to consent to the processing as described above, or refuse to."
)


def under(title: str, text: str, url: str = "https://lantern.example/1") -> Article:
    return Article(title=title, text=text, url=url)


def seen(article: Article, number: int) -> Known:
    return replace(known(article, number, number), url=article.url)


def test_a_request_for_consent_makes_no_story_of_two_articles() -> None:
    told = [under(one.title, CONSENT) for one in (DRONES, BREAD)]
    for url in ("https://lantern.example/2", "https://beacon.example/2"):
        new = replace(told[1], url=url)
        decision = place(new, [seen(told[0], 5)], {5: first(told[0]).cluster}, NOW)
        assert (decision.role, decision.story, decision.tells_the_same) == (Role.FIRST, None, False)


def test_a_brief_text_under_words_that_are_no_headline_joins_its_story_and_rings() -> None:
    """A page's stamp is taken for its headline, say: that may as well stand above a request for consent."""
    new = under("Posted 9:39 Saturday by our newsroom", DRONES.text, "https://beacon.example/2")
    assert fingerprint(new).astray
    decision = place(new, [seen(DRONES, 5)], {5: first(DRONES).cluster}, NOW)
    assert (decision.role, decision.story, decision.tells_the_same) == (Role.RELATED, 5, False)
    assert decision.reason.endswith("; but its headline tells other things")


def test_a_text_seen_under_two_headlines_joins_the_one_that_it_speaks_of() -> None:
    """Whichever of them shares more keys: that one is found beside it does not part it from its story."""
    new = under("Posted 9:39 Saturday by our newsroom", DRONES.text, "https://beacon.example/2")
    other = under("Updated on Sunday after midnight", DRONES.text, "https://lantern.example/3")
    for candidates in ([seen(other, 7), seen(DRONES, 5)], [seen(DRONES, 5), seen(other, 7)]):
        assert place(new, candidates, {5: first(DRONES).cluster}, NOW).story == 5


def test_a_request_for_consent_under_its_own_headline_silences_no_article() -> None:
    own = under("We value your privacy, and store cookies on a device", CONSENT)
    new = under(BREAD.title, CONSENT, "https://beacon.example/2")
    assert not place(new, [seen(own, 5)], {5: first(own).cluster}, NOW).tells_the_same


def test_a_paywall_below_two_short_teasers_of_one_site_makes_no_copy() -> None:
    one, two = (
        under(title, f"{teaser}\n\n{CONSENT}", f"https://lantern.example/{title[0]}")
        for title, teaser in (
            ("Bakery wins the prize", "The bakery has won the prize."),
            ("Harbour to be closed", "The harbour will be closed today."),
        )
    )
    elsewhere = replace(one, url="https://beacon.example/b")
    assert place(two, [seen(one, 5)], {}, NOW).role is Role.FIRST
    assert place(elsewhere, [seen(one, 5)], {}, NOW).role is Role.COPY


def test_a_report_under_another_headline_on_its_own_site_is_a_copy() -> None:
    again = replace(DRONES, title="Coastguards close Varna channel", url="https://lantern.example/2")
    assert (
        place(again, [seen(replace(DRONES, url="https://lantern.example/1"), 5)], {}, NOW).role is Role.COPY
    )


def test_a_long_report_issued_again_with_another_sentence_and_headline_is_a_copy() -> None:
    report = f"{DRONES.text}\n\n{DAY_AFTER.text}\n\n{BREAD.text}"
    shorter = report.replace(" who bakes forty loaves a night", " who is still up at night")
    one = under("Drones recovered in Varna bay", report)
    again = under("Coastguards close the channel", shorter, "https://lantern.example/2")
    assert len(report.split()) > 150
    assert place(again, [seen(one, 5)], {}, NOW).role is Role.COPY


def test_a_long_text_under_a_headline_that_it_does_not_speak_of_is_a_copy_elsewhere_only() -> None:
    report = f"{DRONES.text}\n\n{DAY_AFTER.text}\n\n{BREAD.text}"
    one = under("Drones recovered in Varna bay", report)
    roles = [
        place(under("Silence before storms: tomorrow explained", report, url), [seen(one, 5)], {}, NOW).role
        for url in ("https://lantern.example/2", "https://beacon.example/2")
    ]
    assert roles == [Role.FIRST, Role.COPY]
