"""The archive teaches how common words are, a sample at a time and within bounds."""

from servers.world import Item

from daemon.dedup import Frequencies, background
from daemon.dedup.facts import word_id
from daemon.jobs import learn, recall_frequencies
from daemon.store import frequencies

QUAY = word_id("quay")


async def test_what_is_read_is_counted_once(house):
    site = house.site("harbour")
    await house.turn()
    site.items.extend(Item(f"q{n}", f"Quay {n} is painted", f"Painters came to quay {n}.") for n in range(9))
    await house.turn(minutes=5)
    assert await learn(house.context) == 9
    assert await learn(house.context) == 0
    counted = house.store.read_now(frequencies.get).frequencies
    assert (counted.documents, counted.counts[QUAY]) == (9, 9)
    assert await recall_frequencies(house.context) == background()
    site.items.append(Item("more", "Quay 10 is painted", "Painters came to quay 10."))
    await house.turn(minutes=5)
    assert await learn(house.context) == 1
    assert house.store.read_now(frequencies.get).frequencies.documents == 10


def test_a_large_archive_keeps_its_commonest_words_and_halves():
    grown = Frequencies(100_001, {term: term for term in range(1, 60_001)}).bounded()
    assert grown.documents == 50_000
    assert len(grown.counts) == 50_000
    assert grown.counts[60_000] == 30_000
    small = Frequencies(70, {1: 68, 2: 1})
    assert small.bounded() == small
