"""Which alerts nobody is to hear of for a while, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.model import Article, Silence


@dataclass(frozen=True, slots=True)
class Mute:
    """An alert that is not told: by which silence, and why, in a sentence."""

    silence: int
    reason: str


def in_force(silence: Silence, now: datetime) -> bool:
    """Tell whether a silence mutes at a time."""
    return silence.starts <= now < silence.ends


def mute(
    rule: str, article: Article, story: int, silences: Sequence[Silence], matched: Collection[int]
) -> Mute | None:
    """Find the silence that mutes a rule's alert of an article in a story (0: a new one), if any does.

    `silences` are in force; `matched` are the ids of those whose query the article matches.
    """
    for silence in silences:
        if _covers(silence, rule, article, story) and (not silence.match or silence.id in matched):
            return Mute(silence.id, told(silence))
    return None


def _covers(silence: Silence, rule: str, article: Article, story: int) -> bool:
    """Tell whether an alert is what a silence names, its query left aside."""
    return (
        silence.rule in {"", rule}
        and silence.source in {"", article.source}
        and (not silence.source_tag or silence.source_tag in article.source_tags)
        and silence.story in {0, story}
    )


def told(silence: Silence) -> str:
    """Say of a silence which it is, until when, whose, and why."""
    until = f"until {silence.ends:%Y-%m-%d %H:%M} UTC"
    by = f" by {silence.author}" if silence.author else ""
    why = f": {silence.why}" if silence.why else ""
    return f"muted by silence {silence.id}, {until}{by}{why}"
