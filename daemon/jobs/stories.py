"""A story told: who was first, who else tells it, and what changed, for every face alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from daemon.dedup import Role, telling, voices
from daemon.errors import NotFoundError
from daemon.jobs.words import published
from daemon.model import Article, Story
from daemon.store import alerts, articles, deliveries, rechecks, stories
from daemon.store.articles import StoredArticle


@dataclass(frozen=True, slots=True)
class Chorus:
    """How many independent voices tell a story, and how many of its articles are copies."""

    voices: int
    copies: int


def chorus(conn: Connection, story_id: int) -> Chorus:
    """Count who tells a story."""
    told = articles.of_story(conn, story_id)
    return Chorus(len(_voices(told)), sum(one.role == Role.COPY for one in told))


def listed(conn: Connection, words: str, limit: int) -> list[dict[str, Any]]:
    """List the stories with these words in a title, latest first, in values that JSON can carry."""
    return _listed(conn, stories.search(conn, words, limit=limit))


def browsed(
    conn: Connection, words: str, *, limit: int, after: int | None, titles: int
) -> tuple[list[dict[str, Any]], int | None]:
    """List stories as `listed` does, as `stories.look` finds them: with where to go on, None at the end."""
    found, following = stories.look(conn, words, limit=limit, after=after, titles=titles)
    return _listed(conn, found), following


def _listed(conn: Connection, found: Sequence[Story]) -> list[dict[str, Any]]:
    told = articles.of_stories(conn, {story.id for story in found})
    return [
        {
            **_heading(told.get(story.id, ())),
            "id": story.id,
            "title": story.title,
            "moved": _when(story.moved),
            "rules": sorted(story.rung),
        }
        for story in found
    ]


def shown(conn: Connection, story_id: int) -> dict[str, Any]:
    """Tell a story's whole course, in values that JSON can carry; NotFoundError when there is none."""
    story = stories.get(conn, story_id)
    if story is None:
        raise NotFoundError(f"there is no story {story_id}: `tocsin stories search` shows their numbers")
    told = articles.of_story(conn, story_id)
    voice_of = {article: number for number, voice in enumerate(_voices(told), 1) for article in voice}
    return {
        "id": story.id,
        "title": story.title,
        "moved": _when(story.moved),
        **_heading(told),
        "told": [_telling(one, voice_of[one.id]) for one in sorted(told, key=_moment)],
        "happened": sorted([*_revised(conn, told), *_rung(conn, story_id)], key=lambda one: one["at"]),
    }


def _heading(told: Sequence[StoredArticle]) -> dict[str, Any]:
    ordered = sorted(told, key=_moment)
    first = ordered[0].article if ordered else Article()
    sources = dict.fromkeys(one.article.source for one in ordered)
    return {
        "first": first.source,
        "first_url": first.url,
        "first_published": published(first.published, first.published_precision),
        "seen": _when(min((one.article.found for one in told if one.article.found), default=None)),
        "also": [name for name in sources if name != first.source],
        "articles": len(told),
        "copies": sum(one.role == Role.COPY for one in told),
        "voices": len(_voices(told)),
    }


def _moment(one: StoredArticle) -> tuple[datetime, int]:
    """Order by the publisher's own time, or by when it was found: what came of it cannot be before."""
    found = one.article.found or one.fetched_at
    return min(one.article.published or found, found), one.id


def _voices(told: Sequence[StoredArticle]) -> tuple[tuple[int, ...], ...]:
    return voices(telling(one.article, one.id, one.original_id or one.id) for one in told)


def _telling(one: StoredArticle, voice: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "source": one.article.source,
        "title": one.article.title,
        "url": one.article.url,
        "published": published(one.article.published, one.article.published_precision),
        "seen": _when(one.article.found),
        "role": one.role,
        "why": one.placed,
        "voice": voice,
    }


def _revised(conn: Connection, told: Sequence[StoredArticle]) -> Iterator[dict[str, Any]]:
    source_of = {one.id: one.article.source for one in told}
    for one in rechecks.revisions_of(conn, source_of):
        what = f"{source_of[one.article_id]} revised, {one.kind}"
        yield {"at": _when(one.at), "what": what, "detail": one.reason, "diff": one.diff}


def _rung(conn: Connection, story_id: int) -> Iterator[dict[str, Any]]:
    for alert in alerts.of_story(conn, story_id):
        yield {"at": _when(alert.created_at), "what": f"{alert.rule} rang", "detail": f"alert {alert.key}"}
        for sent in deliveries.of_alert(conn, alert.id):
            if sent.sent_at:
                what = "follow-up sent" if sent.revision else "alert sent"
                yield {"at": _when(sent.sent_at), "what": what, "detail": f"{alert.key} to {sent.channel}"}


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""
