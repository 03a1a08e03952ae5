"""Stories: what they are found by, what is forgotten of them, and what is read again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, func, select

from daemon.dedup import Change, Cluster, Revision, fingerprint
from daemon.errors import NotFoundError
from daemon.jobs.stories import shown
from daemon.model import Article, Entry, Fate, Severity, Verdict
from daemon.store import Store, alerts, articles, clusters, entries, fingerprints, rechecks, stories
from daemon.store.tables import fingerprint_keys, story_terms

T = TypeVar("T")
LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUAY = "Lights were seen over the north quay of Vestermole at noon, and Ingrid Dahl counted 14 of them."
CRANE = "A crane of the shipyard in Skagholm fell on 3 empty wagons, and nobody saw why it did so at dawn."


class Archive:
    """A store to put articles into, at the time `now`."""

    def __init__(self, store: Store, source_id: int, now: datetime) -> None:
        self.store, self.source_id, self.now = store, source_id, now

    def do(self, work: Callable[[Connection], T]) -> T:
        return self.store.write_now(work)

    def article(self, key: str, text: str = "", story: int | None = None) -> int:
        def work(conn: Connection) -> int:
            verdict = Verdict(Fate.NEW, "to be read")
            (added,) = entries.add(conn, self.source_id, [entries.Listed(Entry(), (key,), verdict)], self.now)
            article_id = articles.put(conn, added.id, Article(title=key, text=text), self.now)
            told = story or stories.open_new(conn, key, self.now)
            stories.join(conn, told, article_id, self.now, stories.Part(None, "first", "no story is near"))
            fingerprints.put(conn, article_id, fingerprint(Article(text=text)), self.now)
            return article_id

        return self.do(work)

    def candidates(self, text: str, since: datetime) -> list[int]:
        keys = fingerprint(Article(text=text)).keys
        found = self.do(lambda conn: fingerprints.candidates(conn, keys, besides=0, since=since))
        return [known.article for known in found]

    def due(self, at: datetime, limit: int = 9) -> list[int]:
        claimed = self.do(lambda conn: rechecks.claim_due(conn, at, limit=limit, lease=LEASE))
        return [article.id for article in claimed]


@pytest.fixture
def archive(store: Store, source_id: int, now: datetime) -> Archive:
    return Archive(store, source_id, now)


def test_articles_that_share_most_keys_come_first(archive: Archive, now: datetime) -> None:
    part = archive.article("part", QUAY.partition(",")[0])
    whole = archive.article("whole", QUAY)
    archive.article("crane", CRANE)
    assert archive.candidates(QUAY, now) == [whole, part]
    assert archive.candidates(QUAY, now + HOUR) == []


def test_a_reading_takes_the_place_of_the_one_before(archive: Archive, now: datetime) -> None:
    article = archive.article("one", QUAY)

    def again(conn: Connection) -> None:
        fingerprints.drop(conn, article)
        fingerprints.put(conn, article, fingerprint(Article(text=CRANE)), now)

    archive.do(again)
    assert archive.candidates(QUAY, now) == []
    assert archive.candidates(CRANE, now) == [article]


def test_what_is_forgotten_leaves_no_keys(archive: Archive, now: datetime) -> None:
    archive.article("old", QUAY)
    archive.now = now + DAY
    new = archive.article("new", QUAY)
    assert archive.do(lambda conn: fingerprints.forget(conn, now + HOUR, 9)) == 1
    assert archive.do(lambda conn: fingerprints.forget(conn, now + HOUR, 9)) == 0
    assert archive.candidates(QUAY, now) == [new]
    owners = archive.do(lambda conn: conn.scalars(select(fingerprint_keys.c.article_id).distinct()).all())
    assert owners == [new]


def test_lines_are_the_hosts_from_the_second_article_on_and_are_forgotten(
    archive: Archive, now: datetime
) -> None:
    def known() -> frozenset[int]:
        return archive.do(lambda conn: fingerprints.known_lines(conn, "a.example"))

    archive.do(lambda conn: fingerprints.count_lines(conn, "a.example", [1, 2, 2], now))
    assert known() == frozenset()
    archive.do(lambda conn: fingerprints.count_lines(conn, "a.example", [2, 3], now + HOUR))
    assert known() == {2}
    assert archive.do(lambda conn: fingerprints.forget_lines(conn, now + HOUR)) == 1
    assert archive.do(lambda conn: fingerprints.forget_lines(conn, now + DAY)) == 2


def test_a_story_is_found_by_its_strongest_terms_and_by_its_number(archive: Archive, now: datetime) -> None:
    terms = {number: 1.0 / number for number in range(1, 40)}

    def work(conn: Connection) -> None:
        story = stories.open_new(conn, "quay", now)
        before = Cluster.of(terms, 1, now)
        clusters.put(conn, story, before)
        assert clusters.find(conn, {12: 1.0}).keys() == {story}
        assert clusters.find(conn, {13: 1.0}) == {}
        assert clusters.get(conn, story)[story].size == 1
        clusters.put(conn, story, Cluster.of(dict.fromkeys([13, *terms], 0.5), 2, now + HOUR), before)
        assert clusters.find(conn, {13: 1.0})[story].last == now + HOUR
        assert clusters.find(conn, {12: 1.0}) == {}
        assert clusters.forget(conn, now + HOUR, 9) == 0
        assert clusters.forget(conn, now + DAY, 9) == 1
        assert conn.scalar(select(func.count()).select_from(story_terms)) == 0

    archive.do(work)


def test_a_dissolved_story_leaves_its_alerts_to_the_other(archive: Archive, now: datetime) -> None:
    left, kept = archive.article("left"), archive.article("kept")

    def work(conn: Connection) -> None:
        first = alerts.add(conn, "drones", left, Severity.HIGH, now)
        assert first is not None
        (home,) = articles.get(conn, [kept])
        assert home.story_id is not None
        stories.join(conn, home.story_id, left, now, stories.Part(kept, "copy", "copy of it"))
        assert stories.has_copies(conn, kept)
        stories.dissolve(conn, first.story_id, into=home.story_id)
        assert stories.get(conn, first.story_id) is None
        assert stories.rung(conn, home.story_id) == {"drones"}
        assert stories.size(conn, home.story_id) == 2

    archive.do(work)


def test_stories_are_searched_by_the_words_of_one_title(archive: Archive) -> None:
    archive.article("Lights over the quay")
    archive.article("A crane fell on the quay")

    def found(words: str) -> list[str]:
        return [story.title for story in archive.do(lambda conn: stories.search(conn, words))]

    assert found("QUAY crane") == ["A crane fell on the quay"]
    assert found("quay") == found("") == ["A crane fell on the quay", "Lights over the quay"]
    assert found("100%") == []


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Учения «Запад» начались", "ЗАПАД"),
        ("УЧЕНИЯ НАЧАЛИСЬ", "учения"),
        ("İstanbul'da deprem", "istanbul DEPREM"),
        ("ISPARTA'DA DEPREM", "ısparta"),
        ("Großübung in der Straße", "STRASSE"),
        ("ΑΣΚΗΣΗ ΣΤΟ ΑΙΓΑΙΟ", "ασκηση"),
        ("ＮＡＴＯ演習が始まる", "nato演習"),
    ],
)
def test_stories_are_found_in_any_script_and_case(archive: Archive, title: str, words: str) -> None:
    archive.article(title)
    assert [story.title for story in archive.do(lambda conn: stories.search(conn, words))] == [title]


def test_a_search_ends_with_the_latest(archive: Archive) -> None:
    for number in range(5):
        archive.article(f"Quay {number}")
    found = archive.do(lambda conn: stories.search(conn, "quay", limit=2))
    assert [story.title for story in found] == ["Quay 4", "Quay 3"]


def test_a_story_that_is_not_there_names_the_command_that_lists_them(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="tocsin stories search"):
        archive.do(lambda conn: shown(conn, 99))


def test_what_rang_is_read_again_first_and_a_lease_holds(archive: Archive, now: datetime) -> None:
    quiet, rang, later = (archive.article(key) for key in ("quiet", "rang", "later"))
    archive.do(lambda conn: alerts.add(conn, "drones", rang, Severity.HIGH, now))
    for article, wait in ((quiet, 2), (rang, 1), (later, 30)):
        archive.do(lambda conn, a=article, w=wait: rechecks.plan(conn, a, 0, now + w * HOUR))
    assert archive.due(now) == []
    assert archive.due(now + 3 * HOUR, limit=1) == [rang]
    assert archive.due(now + 3 * HOUR) == [quiet]
    assert archive.due(now + 3 * HOUR) == []
    assert archive.do(lambda conn: rechecks.count_since(conn, now + 3 * HOUR)) == 2
    archive.do(lambda conn: rechecks.record(conn, rang, now + 3 * HOUR, again_at=None))
    assert archive.due(now + 4 * HOUR) == [quiet]
    assert archive.do(lambda conn: rechecks.give_up(conn, now + DAY)) == 1


def test_a_revision_is_kept_with_its_diff(archive: Archive, now: datetime) -> None:
    article = archive.article("one")
    changed = Revision((Change.CORRECTION, Change.HEADLINE), "correction: «14»", "-13\n+14")
    number = archive.do(lambda conn: rechecks.add_revision(conn, article, changed.changes[0], changed, now))
    (kept,) = archive.do(lambda conn: rechecks.revisions_of(conn, [article]))
    assert kept == rechecks.Revision(number, article, now, "correction", "correction: «14»", "-13\n+14")
