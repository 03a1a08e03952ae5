"""Rare words weigh more than common ones, and the archive's own counts join those that are shipped."""

from daemon.dedup import Frequencies, background, fingerprint, learned, weigh
from daemon.dedup.facts import word_id
from daemon.model import Article

THE, DRONE, ZAPAD = map(word_id, ("the", "drone", "zapad"))


def test_the_shipped_counts_tell_common_words_from_rare() -> None:
    weights = background().weights
    assert weights[THE] < 0.2
    assert 4 < weights[DRONE] < weights.get(ZAPAD, background().rare)


def test_an_archive_full_of_a_word_makes_it_common() -> None:
    texts = [
        fingerprint(Article(text=f"Zapad drill number {n} went on in the rain near town {n}.")).terms
        for n in range(60)
    ]
    counts = learned(texts)
    assert counts.documents == 60
    assert counts.counts[ZAPAD] == 60
    assert all(count >= 3 for count in counts.counts.values())


def test_an_archive_tells_which_words_of_another_language_are_common() -> None:
    shipped, them = background(), word_id("się")
    assert them not in shipped.counts
    both = shipped.beside(Frequencies(900, {them: 800, ZAPAD: 100, THE: 1}))
    assert both.weights[them] < 1
    assert both.weights.get(ZAPAD, both.rare) == shipped.weights.get(ZAPAD, shipped.rare)
    assert both.weights[THE] == shipped.weights[THE]


def test_a_young_archive_proves_nothing() -> None:
    assert background().beside(Frequencies(9, {word_id("się"): 9})) == background()


def test_counts_survive_the_store() -> None:
    counts = Frequencies(70, {THE: 68, DRONE: 4})
    assert Frequencies.from_bytes(counts.to_bytes()) == counts


def test_weights_are_of_length_one_and_at_most_a_hundred() -> None:
    text = " ".join(f"word{n} Name{n}" for n in range(200))
    weights = weigh(fingerprint(Article(title="Names", text=text)).terms, background())
    assert len(weights) == 100
    assert abs(sum(weight**2 for weight in weights.values()) - 1) < 1e-9
    assert weigh({}, background()) == {}
