"""Put an article in its story: found by copies and by words, and remembered for those that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from daemon.dedup import (
    Cluster,
    Fingerprint,
    Frequencies,
    Known,
    Match,
    Role,
    StoryDecision,
    assign,
    compare,
    match,
    weigh,
)
from daemon.jobs.work import Reading
from daemon.model import Story
from daemon.store import alerts, articles, clusters, entries, fingerprints, stories
from daemon.store.articles import StoredArticle

# The same words again after this long are news again: a yearly notice, a weekly warning.
WINDOW = timedelta(days=14)
# A story that is silent for longer is not joined any more: its similarity has faded (dedup.cluster).
SILENCE = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article as it was read, the entry it is behind, and how common its words are elsewhere."""

    entry: int
    reading: Reading
    frequencies: Frequencies


@dataclass(frozen=True, slots=True)
class Placing:
    """An article's id, its story, with the rules that need not ring for it, and why it is there."""

    article: int
    story: Story
    decision: StoryDecision


def place(conn: Connection, newcomer: Newcomer, before: StoredArticle | None, now: datetime) -> Placing:
    """Store an article in its story, a new one if it tells what none before it told.

    `before` is an earlier reading of the same article, made from less. The story it was put in then
    holds, unless nothing else is in it yet. That it is a copy does not, nor that others are copies of it:
    a teaser may be the beginning of two texts, and one of them is news. What is a copy no more is read
    again at once, and rings.
    """
    return _Place(conn, newcomer, before, now).find()


@dataclass(frozen=True, slots=True)
class _Place:
    conn: Connection
    newcomer: Newcomer
    before: StoredArticle | None
    now: datetime

    @property
    def reading(self) -> Reading:
        return self.newcomer.reading

    def find(self) -> Placing:
        conn, reading, now = self.conn, self.reading, self.now
        held = self._held()
        found = match(reading.fingerprint, reading.article.url, self._candidates(), self._found())
        # A copy tells what its story tells: only the story's time changes.
        told_again = (
            held is None
            and found is not None
            and found.role is Role.COPY
            and clusters.prolong(conn, found.known.story, now)
        )
        weights = {} if told_again else weigh(reading.fingerprint.terms, self.newcomer.frequencies)
        near = {} if told_again else self._near(found, weights)
        decision = assign(weights, found, near, now)
        story_id = held or decision.story or self._own() or stories.open_new(conn, reading.article.title, now)
        article_id = articles.put(conn, self.newcomer.entry, reading.article, now, _part(decision, story_id))
        if self.before:
            self._settle(self.before, decision, story_id, held)
        elif decision.story:
            stories.touch(conn, story_id, now)
        if held is None and not told_again:
            clusters.put(conn, story_id, decision.cluster, near.get(story_id))
        fingerprints.put(conn, article_id, reading.fingerprint, now)
        rung = self._rung(article_id, decision) if reading.hits else frozenset()
        return Placing(article_id, Story(story_id, reading.article.title, now, rung), decision)

    def _candidates(self) -> list[Known]:
        besides = self.before.id if self.before else 0
        keys = self.reading.fingerprint.keys
        return fingerprints.candidates(self.conn, keys, besides=besides, since=self.now - WINDOW)

    def _near(self, found: Match | None, weights: Mapping[int, float]) -> dict[int, Cluster]:
        """Give the states of the stories that it may join."""
        return clusters.get(self.conn, found.known.story) if found else clusters.find(self.conn, weights)

    def _own(self) -> int | None:
        """Give the story that it was put in before."""
        return self.before.story_id if self.before else None

    def _held(self) -> int | None:
        """Give the story that it must stay in, None for one that may still be found."""
        own = self._own()
        if own is None or (self.before and self.before.role == Role.COPY):
            return None
        if stories.size(self.conn, own) > 1:
            return own
        clusters.drop(self.conn, own)  # it must not follow itself
        return None

    def _settle(
        self, before: StoredArticle, decision: StoryDecision, story_id: int, held: int | None
    ) -> None:
        """Move what was placed before to where it belongs by what is known of it now."""
        conn = self.conn
        if held is None:
            self._move(before, decision, story_id)
        elif self._turned_out(before, decision):
            stories.join(conn, story_id, before.id, self.now, _part(decision, story_id))
        self._let_go(before)
        fingerprints.drop(conn, before.id)

    def _turned_out(self, before: StoredArticle, decision: StoryDecision) -> bool:
        """Tell whether, read whole, it is a copy of another in its story, and itself copied by none."""
        is_copy = decision.role is Role.COPY and decision.story == before.story_id
        return is_copy and not stories.has_copies(self.conn, before.id)

    def _move(self, before: StoredArticle, decision: StoryDecision, story_id: int) -> None:
        conn, own = self.conn, before.story_id
        if before.original_id not in {None, before.id, decision.original}:
            stories.part(conn, before.id)
        stories.join(conn, story_id, before.id, self.now, _part(decision, story_id))
        if own is not None and own != story_id and not stories.size(conn, own):
            stories.dissolve(conn, own, into=story_id)

    def _let_go(self, before: StoredArticle) -> None:
        """Have those read again that are no copies of it, now that more of it is known."""
        for copy in fingerprints.copies(self.conn, before.id):
            known = Fingerprint.from_bytes(copy.packed)
            if not compare(known, self.reading.fingerprint, abs(self._found() - copy.seen)).tells_the_same:
                stories.part(self.conn, copy.article)
                entries.read_again(self.conn, copy.article, self.now)

    def _found(self) -> datetime:
        """Give when it was found: what is tried again for hours is no later news for that."""
        return self.reading.article.found or self.now

    def _rung(self, article_id: int, decision: StoryDecision) -> frozenset[str]:
        """Name the rules that need not ring again: for it, for its original, or for what it tells anew."""
        told = {article_id, decision.original, decision.of if decision.tells_the_same else None}
        return frozenset().union(*(alerts.rung(self.conn, article) for article in told if article))


def _part(decision: StoryDecision, story_id: int) -> stories.Part:
    return stories.Part(decision.original, decision.role.value, decision.reason, story_id)
