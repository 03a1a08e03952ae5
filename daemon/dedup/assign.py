"""Which story an article belongs to, as what, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from daemon.dedup.cluster import Cluster, joined, similarity, started
from daemon.dedup.compare import Kind, Relation, akin, compare
from daemon.dedup.fingerprint import Fingerprint

# Texts verified for one article; more would cost time and, measured, find nothing.
VERIFIED = 12
# Cosine from which two texts are of one story; found on ECB+ (bench/stories.py).
SAME_STORY = 0.31
_NAMED = 5  # of the names and numbers that a copy adds, in its reason


class Role(StrEnum):
    """What an article is in its story."""

    FIRST = "first"
    COPY = "copy"
    RELATED = "related"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Known:
    """An article seen before, as the store gives it back for comparison.

    `original` is the article that it is a copy of, its own id if of none. `packed` is its fingerprint in
    bytes: most are not worth unpacking. `label` names it to people.
    """

    article: int
    story: int
    original: int
    packed: bytes
    seen: datetime
    label: str = ""


@dataclass(frozen=True, slots=True)
class StoryDecision:
    """Which story, as what, and why; `story` is None for a new one.

    `of` is the article that this is a copy or a rewrite of, `original` the first of those copies.
    `tells_the_same` says that nothing new is told: what has rung for the story need not ring again.
    `adds` are names and numbers that are new all the same. `cluster` is the story's state from now on.
    """

    story: int | None
    role: Role
    reason: str
    cluster: Cluster
    of: int | None = None
    original: int | None = None
    tells_the_same: bool = False
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A known article that tells what a new one tells, and as what the new one is taken."""

    relation: Relation
    known: Known
    role: Role


def match(new: Fingerprint, candidates: Iterable[Known], now: datetime) -> Match | None:
    """Find what an article copies or rewrites among the known ones that share a lookup key.

    They come best first (most keys shared); the first 12 are verified.
    """
    verified = [
        (compare(new, Fingerprint.from_bytes(known.packed), abs(now - known.seen)), known)
        for known in islice(candidates, VERIFIED)
        if akin(new, known.packed)
    ]
    copies = [pair for pair in verified if pair[0].kind is Kind.COPY]
    if agreed := _agreed(copies):
        return Match(*agreed, Role.COPY)
    related = copies or [pair for pair in verified if pair[0].kind is Kind.RELATED]
    best = max(related, key=lambda pair: (pair[0].tells_the_same, pair[0].containment), default=None)
    return Match(*best, Role.RELATED) if best else None


def assign(
    weights: Mapping[int, float], found: Match | None, clusters: Mapping[int, Cluster], now: datetime
) -> StoryDecision:
    """Place an article in the story of what was `found`, or in the one whose words are nearest to its own.

    `weights` are the article's terms (`weigh`). `clusters` holds the state of the match's story, or
    without a match those of the stories that share terms.
    """
    return _placed(weights, found, clusters, now) if found else _grouped(weights, clusters, now)


def _agreed(copies: list[tuple[Relation, Known]]) -> tuple[Relation, Known] | None:
    """Choose the article copied: an original, or one of two that are copies of the same.

    A chain of copies, each a little different, would otherwise carry one story into another.
    """
    by_original: dict[int, list[tuple[Relation, Known]]] = {}
    for pair in copies:
        by_original.setdefault(pair[1].original, []).append(pair)
    sound = [
        pair
        for original, pairs in by_original.items()
        if len(pairs) > 1 or pairs[0][1].article == original
        for pair in pairs
    ]
    return max(sound, key=lambda pair: pair[0].containment, default=None)


def _placed(
    weights: Mapping[int, float], found: Match, clusters: Mapping[int, Cluster], now: datetime
) -> StoryDecision:
    relation, known = found.relation, found.known
    is_copy = found.role is Role.COPY
    name = known.label or f"article {known.article}"
    said = f"copy of {name}" if is_copy else f"related to {name}"
    added = f"; it adds {', '.join(relation.adds[:_NAMED])}" if is_copy and relation.adds else ""
    state = clusters.get(known.story)
    return StoryDecision(
        story=known.story,
        role=found.role,
        reason=f"{said}: {relation.evidence}{added}",
        cluster=joined(state, weights, now) if state else started(weights, now),
        of=known.article,
        original=known.original if is_copy else None,
        tells_the_same=is_copy or relation.tells_the_same,
        adds=relation.adds,
    )


def _grouped(weights: Mapping[int, float], clusters: Mapping[int, Cluster], now: datetime) -> StoryDecision:
    scores = {story: similarity(weights, cluster, now) for story, cluster in clusters.items()}
    story = max(scores, key=scores.__getitem__, default=None)
    if story is None or scores[story] < SAME_STORY:
        near = (
            f"the nearest story has similarity {scores[story]:.2f}"
            if story is not None
            else "no story is near"
        )
        return StoryDecision(None, Role.FIRST, f"first of its story: {near}", started(weights, now))
    return StoryDecision(
        story,
        Role.FOLLOW_UP,
        f"follow-up in a known story: similarity {scores[story]:.2f}",
        joined(clusters[story], weights, now),
    )
