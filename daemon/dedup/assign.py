"""Which story an article belongs to, as what, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

from daemon.dedup.cluster import Cluster, joined, similarity, started
from daemon.dedup.compare import MOST, SHORT_WORDS, WHOLE, Kind, Relation, akin, compare, one_headline
from daemon.dedup.fingerprint import Fingerprint
from daemon.dedup.owner import domain_of

# Texts verified for one article; more would cost time and, measured, find nothing.
VERIFIED = 12
# Cosine from which two texts are of one story; found on ECB+ (bench/stories.py).
SAME_STORY = 0.31
_SPOKEN, _HEADLINE_WORDS = 0.8, 3  # of a headline, and of how many words at least
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
    bytes: most are not worth unpacking. `url` names it to people.
    """

    article: int
    story: int
    original: int
    packed: bytes
    seen: datetime
    url: str = ""


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
    """A known article that shares the text of a new one, and as what the new one is taken."""

    relation: Relation
    known: Known
    role: Role


def match(new: Fingerprint, url: str, candidates: Iterable[Known], now: datetime) -> Match | None:
    """Find what an article copies or rewrites among the known ones that share a lookup key.

    They come best first (most keys shared); the first 12 are verified, until a copy is certain: of an
    original, or of two that are copies of the same. A chain of copies, each a little different, would
    otherwise carry one story into another. What shows only what a site may show in place of its texts is
    the first of a story; or it rings in the story of another site's text whose headline it speaks of.
    """
    runs = frozenset(new.shingles)
    related: list[tuple[Relation, Known]] = []
    spoken: list[tuple[Relation, Known]] = []
    originals: set[int] = set()
    apart: Match | None = None
    for known in islice(candidates, VERIFIED):
        if not akin(new.words, runs, known.packed):
            continue
        other = Fingerprint.from_bytes(known.packed)
        relation = compare(new, other, abs(now - known.seen))
        if not one_headline(new, other) and _is_sites_own(new, other, relation, (url, known.url)):
            if not _on_one_site(url, known.url) and _speaks_of(new, other):
                spoken.append((_doubted(relation), known))
            else:
                apart = apart or Match(relation, known, Role.FIRST)
            continue
        if relation.kind is Kind.COPY:
            if known.original == known.article or known.original in originals:
                return Match(relation, known, Role.COPY)
            originals.add(known.original)
        if relation.kind is not Kind.DISTINCT:
            related.append((relation, known))
    if apart and not spoken:
        return apart
    best = max(spoken or related, key=_nearness, default=None)
    return Match(*best, Role.RELATED) if best else None


def _is_sites_own(new: Fingerprint, other: Fingerprint, relation: Relation, urls: tuple[str, str]) -> bool:
    """Tell whether what two texts with two headlines share may be a notice or a paywall in their place.

    So it may be if the new text does not speak of its headline, or on one site if the texts are not the same
    throughout. A long text is more than a wall, unless one site gives it under headlines that it does not
    speak of.
    """
    is_brief = min(new.words, other.words) < SHORT_WORDS
    if new.astray:
        return relation.containment >= MOST and (is_brief or _on_one_site(*urls))
    one_text = not relation.tells_the_same or relation.containment >= WHOLE
    return is_brief and not one_text and _on_one_site(*urls)


def _speaks_of(new: Fingerprint, other: Fingerprint) -> bool:
    """Tell whether a new text has the words of another's headline: what sites show in its place has not.

    Its own headline's do not count: they are among its terms, whether or not the text has them.
    """
    told = other.title - new.title
    spoken = told.intersection([term & 0xFFFF for term in new.terms])
    return not other.astray and len(told) >= _HEADLINE_WORDS and len(spoken) >= _SPOKEN * len(told)


def _doubted(relation: Relation) -> Relation:
    """Let a text ring that is taken for no copy, since its own headline tells other things."""
    evidence = f"{relation.evidence}; but its headline tells other things"
    return replace(relation, kind=Kind.RELATED, tells_the_same=False, evidence=evidence)


def _on_one_site(mine: str, theirs: str) -> bool:
    return domain_of(mine) == domain_of(theirs) != ""


def _nearness(pair: tuple[Relation, Known]) -> tuple[bool, bool, float]:
    relation = pair[0]
    return relation.kind is Kind.COPY, relation.tells_the_same, relation.containment


def assign(
    weights: Mapping[int, float], found: Match | None, clusters: Mapping[int, Cluster], now: datetime
) -> StoryDecision:
    """Place an article in the story of what was `found`, or in the one whose words are nearest to its own.

    `weights` are the article's terms (`weigh`). `clusters` holds the state of the match's story, or
    without a match those of the stories that share terms.
    """
    if found and found.role is Role.FIRST:
        why = f"first of its story: the text that it shares with {_name(found.known)} may be their sites' own"
        return StoryDecision(None, Role.FIRST, why, started(weights, now))
    return _placed(weights, found, clusters, now) if found else _grouped(weights, clusters, now)


def _placed(
    weights: Mapping[int, float], found: Match, clusters: Mapping[int, Cluster], now: datetime
) -> StoryDecision:
    relation, known = found.relation, found.known
    is_copy = found.role is Role.COPY
    name = _name(known)
    said = f"copy of {name}" if is_copy else f"related to {name}"
    added = f"; it adds {', '.join(relation.adds[:_NAMED])}" if is_copy and relation.adds else ""
    state = clusters.get(known.story)
    if state and is_copy:  # it tells what the story tells: forty copies shall not outweigh what follows
        cluster = replace(state, last=max(state.last, now))
    else:
        cluster = joined(state, weights, now) if state else started(weights, now)
    return StoryDecision(
        story=known.story,
        role=found.role,
        reason=f"{said}: {relation.evidence}{added}",
        cluster=cluster,
        of=known.article,
        original=known.original if is_copy else None,
        tells_the_same=is_copy or relation.tells_the_same,
        adds=relation.adds,
    )


def _name(known: Known) -> str:
    return known.url or f"article {known.article}"


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
