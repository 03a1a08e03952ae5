"""Silences, for the transaction that rings and for every face: what they mute, what they would have."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from daemon.alert import Mute, mute
from daemon.config import Config
from daemon.errors import ConflictError, NotFoundError, QueryError
from daemon.jobs.backtest import as_asked
from daemon.match import RuleSet, compile_rules
from daemon.model import Article, Entity, Rule, Silence, WordList
from daemon.store import alerts, articles, silences, stories
from daemon.store.alerts import Alert

PAST = timedelta(days=7)
"""How far back silences that ended are listed, and alerts tried, to tell whether one matches anything."""

_ALL = 1_000_000
_AT_ONCE = 500  # articles


def mutes(  # noqa: PLR0913  an article, where it stands, and when
    conn: Connection,
    config: Config,
    article: Article,
    *,
    article_id: int,
    story: int,
    rules: Iterable[str],
    now: datetime,
) -> dict[str, Mute]:
    """Tell, in the transaction that rings, which of these rules a silence mutes for an article, and why.

    What was muted for it before stays so, however often it is read.
    """
    held = {rule: Mute(*by) for rule, by in alerts.silenced(conn, article_id).items()}
    now_held = silences.in_force(conn, now)
    matched = _matched(now_held, article, config)
    found = {rule: held.get(rule) or mute(rule, article, story, now_held, matched) for rule in rules}
    return {rule: each for rule, each in found.items() if each}


def add(conn: Connection, config: Config, silence: Silence, now: datetime) -> Silence:
    """Begin a silence, and give it with its number.

    Raises what `check` raises, and ConflictError for one that ends before it starts.
    """
    check(conn, config, silence)
    if silence.ends <= max(silence.starts, now):
        raise ConflictError("the silence would end before it starts: give it a longer time")
    return silences.get(conn, silences.add(conn, silence, now))


def check(conn: Connection, config: Config, silence: Silence) -> None:
    """Make sure that a silence names something, and that it is there.

    Raises ConflictError for one that names nothing, NotFoundError for a rule, source, tag or story that
    there is not, QueryError for words that cannot be asked.
    """
    if not any(_named(silence)):
        raise ConflictError(
            "a silence of everything would be a missed alert: name a rule, a source, a tag, a story or words"
        )
    if wrong := _unknown(conn, config, silence):
        raise NotFoundError(f"{wrong}: the silence would match nothing")
    if silence.match:
        _question(silence.match, config.entities, config.lists)


def expire(conn: Connection, silence_id: int, now: datetime) -> Silence:
    """End a silence now. What it muted stays muted until it is replayed."""
    return silences.expire(conn, silence_id, now)


def listed(conn: Connection, config: Config, now: datetime) -> list[dict[str, Any]]:
    """List the silences in force, to come, and recently ended, in values that JSON can carry.

    `wrong` says why one matches nothing, "" when it does.
    """
    counts = alerts.muted_by(conn)
    kept = silences.since(conn, now - PAST)
    tried = [one for one in kept if one.ends > now and not counts.get(one.id)]
    would = _would_mute(conn, config, tried, now - PAST) if tried else {}
    return [
        {
            **described(one, now),
            "muted": counts.get(one.id, 0),
            "wrong": _why_nothing(conn, config, one) if one in tried and not would[one.id] else "",
        }
        for one in kept
    ]


def described(silence: Silence, now: datetime) -> dict[str, Any]:
    """Describe a silence in values that JSON can carry."""
    ended = "expired" if silence.expired else "over"
    state = ended if silence.ends <= now else "to come" if silence.starts > now else "in force"
    return {
        "id": silence.id,
        "state": state,
        "starts": _when(silence.starts),
        "ends": _when(silence.ends),
        "what": " and ".join(_named(silence)),
        "rule": silence.rule,
        "source": silence.source,
        "source_tag": silence.source_tag,
        "match": silence.match,
        "story": silence.story,
        "author": silence.author,
        "why": silence.why,
    }


def preview(conn: Connection, config: Config, silence: Silence, since: datetime) -> list[dict[str, Any]]:
    """List the alerts since a time that a silence would have muted, had it been there, latest first.

    Raises what `check` raises.
    """
    check(conn, config, silence)
    return [told_of(alert) for alert in _would_mute(conn, config, [silence], since)[silence.id]]


def muted(conn: Connection, silence_id: int) -> list[dict[str, Any]]:
    """List what a silence has muted, latest first; NotFoundError when there is no such silence."""
    silences.get(conn, silence_id)
    return [told_of(alert) for alert in alerts.page(conn, limit=_ALL, silence=silence_id)]


def replay(conn: Connection, alert: Alert, now: datetime) -> None:
    """Have a muted alert told after all: a daemon that runs does it within a second.

    Raises ConflictError when it was not muted, or was replayed already.
    """
    alerts.ask_replay(conn, alert, now)


def told_of(alert: Alert) -> dict[str, Any]:
    """Describe a muted alert in values that JSON can carry."""
    after_all = f"told {_when(alert.released_at)}" if alert.released_at else ""
    return {
        "at": _when(alert.created_at),
        "key": alert.key,
        "rule": alert.rule,
        "title": alert.title,
        "url": alert.url,
        "story": alert.story_id,
        "after_all": "to be told" if alert.replay_at else after_all,
    }


def _would_mute(
    conn: Connection, config: Config, tried: Sequence[Silence], since: datetime
) -> dict[int, list[Alert]]:
    """Ask silences of the alerts since a time, as the daemon does of a new one."""
    found: dict[int, list[Alert]] = {one.id: [] for one in tried}
    rules = {one.rule for one in tried}
    for alert, article in _rung(conn, config, since, rules.pop() if len(rules) == 1 else ""):
        matched = _matched(tried, article, config)
        for one in tried:
            if mute(alert.rule, article, alert.story_id, [one], matched):
                found[one.id].append(alert)
    return found


def _rung(conn: Connection, config: Config, since: datetime, rule: str) -> Iterator[tuple[Alert, Article]]:
    rung = alerts.page(conn, limit=_ALL, since=since, rule=rule)
    for start in range(0, len(rung), _AT_ONCE):
        some = rung[start : start + _AT_ONCE]
        stored = articles.get(conn, {alert.article_id for alert in some if alert.article_id})
        of = {each.article.source for each in stored}
        tags = {source.name: source.tags for source in config.sources if source.name in of}
        asked = {each.id: as_asked(each, tags) for each in stored}
        yield from ((alert, asked[alert.article_id]) for alert in some if alert.article_id in asked)


def _matched(held: Sequence[Silence], article: Article, config: Config) -> frozenset[int]:
    """Give the ids of the silences whose query an article matches."""
    return frozenset(one.id for one in held if one.match and _has(one.match, article, config))


def _has(query: str, article: Article, config: Config) -> bool:
    try:
        return bool(_question(query, config.entities, config.lists).match(article))
    except QueryError:  # it names what has left the configuration: better told than muted
        return False


@lru_cache(64)
def _question(query: str, entities: tuple[Entity, ...], lists: tuple[WordList, ...]) -> RuleSet:
    """Make a silence's query ready to be asked; without dictionaries, which take seconds to load."""
    return compile_rules([Rule("silence", query)], entities, lists)


def _why_nothing(conn: Connection, config: Config, silence: Silence) -> str:
    if wrong := _unknown(conn, config, silence):
        return wrong
    try:
        if silence.match:
            _question(silence.match, config.entities, config.lists)
    except QueryError as error:
        return f"its words cannot be asked: {error}"
    return f"none of the alerts of the last {PAST.days} days"


def _unknown(conn: Connection, config: Config, silence: Silence) -> str:
    """Say what a silence names that there is not."""
    named = (
        ("rule", silence.rule, (rule.name for rule in config.rules)),
        ("source", silence.source, (source.name for source in config.sources)),
        ("source with the tag", silence.source_tag, (tag for each in config.sources for tag in each.tags)),
    )
    for what, name, names in named:
        if name and name not in names:
            return f"there is no {what} «{name}»"
    if silence.story and stories.get(conn, silence.story) is None:
        return f"there is no story {silence.story}"
    return ""


def _named(silence: Silence) -> Iterator[str]:
    if silence.rule:
        yield f"rule «{silence.rule}»"
    if silence.source:
        yield f"source «{silence.source}»"
    if silence.source_tag:
        yield f"sources tagged «{silence.source_tag}»"
    if silence.story:
        yield f"story {silence.story}"
    if silence.match:
        yield f"words: {silence.match}"


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""
