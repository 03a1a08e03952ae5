"""Which story an article belongs to, as what, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.dedup.cluster import Cluster, joined, similarity, started
from daemon.dedup.compare import Kind, Relation, compare
from daemon.dedup.fingerprint import Fingerprint

# Texts verified for one article; more would cost time and, measured, find nothing.
VERIFIED = 12
# Cosine from which two texts are of one story; found on ECB+ (bench/stories.py).
SAME_STORY = 0.31


class Role(StrEnum):
    """What an article is in its story."""

    FIRST = "first"
    COPY = "copy"
    RELATED = "related"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Known:
    """An article seen before, as the store gives it back for comparison.

    `original` is the article that it is a copy of, its own id if of none. `label` names it to people.
    """

    article: int
    story: int
    original: int
    fingerprint: Fingerprint
    seen: datetime
    label: str = ""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article to be placed: its fingerprint and its weighed terms (`weigh`)."""

    fingerprint: Fingerprint
    weights: Mapping[int, float]


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


def assign(
    newcomer: Newcomer, candidates: Iterable[Known], clusters: Mapping[int, Cluster], now: datetime
) -> StoryDecision:
    """Place an article among the known ones that share a lookup key and the stories that share terms.

    `candidates` come best first (most keys shared); the first 12 are verified. `clusters` holds the
    states of the candidates' stories and of those found by terms.
    """
    verified = [
        (compare(newcomer.fingerprint, known.fingerprint, abs(now - known.seen)), known)
        for known, _ in zip(candidates, range(VERIFIED), strict=False)
    ]
    copies = [pair for pair in verified if pair[0].kind is Kind.COPY]
    related = [pair for pair in verified if pair[0].kind is Kind.RELATED]
    if agreed := _agreed(copies):
        return _placed(newcomer, agreed, Role.COPY, clusters, now)
    if copies or related:
        best = max(copies or related, key=lambda pair: (pair[0].tells_the_same, pair[0].containment))
        return _placed(newcomer, best, Role.RELATED, clusters, now)
    return _grouped(newcomer, clusters, now)


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
    newcomer: Newcomer,
    match: tuple[Relation, Known],
    role: Role,
    clusters: Mapping[int, Cluster],
    now: datetime,
) -> StoryDecision:
    relation, known = match
    name = known.label or f"article {known.article}"
    said = f"copy of {name}" if role is Role.COPY else f"related to {name}"
    state = clusters.get(known.story)
    return StoryDecision(
        story=known.story,
        role=role,
        reason=f"{said}: {relation.evidence}",
        cluster=joined(state, newcomer.weights, now) if state else started(newcomer.weights, now),
        of=known.article,
        original=known.original if role is Role.COPY else None,
        tells_the_same=relation.tells_the_same if role is Role.RELATED else True,
        adds=relation.adds,
    )


def _grouped(newcomer: Newcomer, clusters: Mapping[int, Cluster], now: datetime) -> StoryDecision:
    scores = {story: similarity(newcomer.weights, cluster, now) for story, cluster in clusters.items()}
    story = max(scores, key=scores.__getitem__, default=None)
    if story is None or scores[story] < SAME_STORY:
        near = (
            f"the nearest story has similarity {scores[story]:.2f}"
            if story is not None
            else "no story is near"
        )
        return StoryDecision(None, Role.FIRST, f"first of its story: {near}", started(newcomer.weights, now))
    return StoryDecision(
        story,
        Role.FOLLOW_UP,
        f"follow-up in a known story: similarity {scores[story]:.2f}",
        joined(clusters[story], newcomer.weights, now),
    )
