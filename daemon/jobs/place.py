"""Put an article in its story: found by copies and by words, and remembered for those that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from daemon.dedup import Fingerprint, Role, StoryDecision, assign, compare, match
from daemon.jobs.work import Reading
from daemon.model import Story
from daemon.store import alerts, clusters, entries, fingerprints, stories
from daemon.store.articles import StoredArticle

# The same words again after this long are news again: a yearly notice, a weekly warning.
WINDOW = timedelta(days=14)
# A story that is silent for longer is not joined any more: its similarity has faded (dedup.cluster).
SILENCE = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article's id, how it was read, and its weighed words (`dedup.weigh`)."""

    article: int
    reading: Reading
    weights: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Placing:
    """The story that an article is in, with the rules that need not ring for it, and why it is there."""

    story: Story
    decision: StoryDecision


def place(conn: Connection, newcomer: Newcomer, before: StoredArticle | None, now: datetime) -> Placing:
    """Put an article in its story, a new one if it tells what none before it told.

    `before` is an earlier reading of the same article, made from less. The story it was put in then
    holds, unless nothing else is in it yet. That it is a copy does not, nor that others are copies of it:
    a teaser may be the beginning of two texts, and one of them is news. What is a copy no more is read
    again at once, and rings.
    """
    return _Place(conn, newcomer.article, newcomer.reading, newcomer.weights, before, now).find()


@dataclass(frozen=True, slots=True)
class _Place:
    conn: Connection
    article_id: int
    reading: Reading
    weights: Mapping[int, float]
    before: StoredArticle | None
    now: datetime

    def find(self) -> Placing:
        conn, reading = self.conn, self.reading
        held = self._held()
        candidates = fingerprints.candidates(
            conn, reading.fingerprint.keys, besides=self.article_id, since=self.now - WINDOW
        )
        found = match(reading.fingerprint, candidates, self._found())
        near = clusters.get(conn, found.known.story) if found else clusters.find(conn, self.weights)
        decision = assign(self.weights, found, near, self.now)
        story_id = held or self._join(decision)
        if held is None:
            clusters.put(conn, story_id, decision.cluster, near.get(story_id))
        elif self._turned_out(decision):
            stories.join(conn, story_id, self.article_id, self.now, _part(decision))
        if self.before:
            self._let_go()
            fingerprints.drop(conn, self.article_id)
        fingerprints.put(conn, self.article_id, reading.fingerprint, self.now)
        rung = self._rung(decision) if reading.hits else frozenset()
        story = Story(story_id, reading.article.title, self.now, rung)
        return Placing(story, decision)

    def _held(self) -> int | None:
        """Give the story that it must stay in, None for one that may still be found."""
        own = self.before.story_id if self.before else None
        if own is None or (self.before and self.before.role == Role.COPY):
            return None
        if stories.size(self.conn, own) > 1:
            return own
        clusters.drop(self.conn, own)  # it must not follow itself
        return None

    def _turned_out(self, decision: StoryDecision) -> bool:
        """Tell whether, read whole, it is a copy of another in its story, and itself copied by none."""
        is_copy = decision.role is Role.COPY and self.before is not None
        own = self.before.story_id if self.before else None
        return is_copy and decision.story == own and not stories.has_copies(self.conn, self.article_id)

    def _join(self, decision: StoryDecision) -> int:
        conn, title, now = self.conn, self.reading.article.title, self.now
        own = self.before.story_id if self.before else None
        was = self.before.original_id if self.before else None
        story_id = decision.story or own or stories.open_new(conn, title, now)
        if was not in {None, self.article_id, decision.original}:
            stories.part(conn, self.article_id)
        stories.join(conn, story_id, self.article_id, now, _part(decision))
        if own is not None and own != story_id and not stories.size(conn, own):
            stories.dissolve(conn, own, into=story_id)
        return story_id

    def _let_go(self) -> None:
        """Have those read again that are no copies of it, now that more of it is known."""
        for copy in fingerprints.copies(self.conn, self.article_id):
            known = Fingerprint.from_bytes(copy.packed)
            if not compare(known, self.reading.fingerprint, abs(self._found() - copy.seen)).tells_the_same:
                stories.part(self.conn, copy.article)
                entries.read_again(self.conn, copy.article, self.now)

    def _found(self) -> datetime:
        """Give when it was found: what is tried again for hours is no later news for that."""
        return self.reading.article.found or self.now

    def _rung(self, decision: StoryDecision) -> frozenset[str]:
        """Name the rules that need not ring again: for it, for its original, or for what it tells anew."""
        told = {self.article_id, decision.original, decision.of if decision.tells_the_same else None}
        return frozenset().union(*(alerts.rung(self.conn, article) for article in told if article))


def _part(decision: StoryDecision) -> stories.Part:
    return stories.Part(decision.original, decision.role.value, decision.reason)
