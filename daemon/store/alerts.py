"""Alerts: a rule rings once for an article and its copies, and a constraint of the database sees to it."""

from base64 import b32encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from daemon.errors import ConflictError, NotFoundError
from daemon.model import CANARY, Severity
from daemon.store import conflict
from daemon.store.tables import alerts, articles, deliveries, stories
from daemon.store.words import is_one_of


@dataclass(frozen=True, slots=True)
class Alert:
    """The decision to tell. `key` is its name to the world; `title` and `url` are what it is about.

    `article_id` is the article that rang, `original_id` the one that it is a copy of, or itself. What
    `silence_id` muted, for the reason in `muted`, was told to nobody until `released_at`; `replay_at` is
    set while it is to be told after all.
    """

    id: int
    key: str
    rule: str
    story_id: int
    article_id: int | None
    original_id: int
    severity: Severity
    created_at: datetime
    silence_id: int | None
    muted: str
    replay_at: datetime | None
    released_at: datetime | None
    title: str
    url: str

    @property
    def silent(self) -> bool:
        """Whether nobody was told, because of a silence."""
        return self.silence_id is not None and self.released_at is None


_ONCE = (
    conflict.insert(alerts)
    .on_conflict_do_nothing(index_elements=["rule", "original_id"])
    .returning(alerts.c.id)
)


_silent = alerts.c.silence_id.is_not(None) & alerts.c.released_at.is_(None)
_RUNG = select(alerts.c.rule).where(alerts.c.original_id == bindparam("original"), ~_silent)


def add(  # noqa: PLR0913  an alert, and why nobody is told of it
    conn: Connection,
    rule: str,
    article_id: int,
    severity: Severity,
    now: datetime,
    *,
    key: str = "",
    silence: int | None = None,
    muted: str = "",
) -> Alert | None:
    """Ring a rule for an article in a story; None when it has rung for it or a copy of it already.

    What was muted for another copy has not rung: it becomes this article's, unless that is muted too.
    The `key` is as asked for, unless another alert has it.
    """
    placed = select(articles.c.story_id, articles.c.original_id).where(articles.c.id == article_id)
    story_id, copied = conn.execute(placed).one()
    original_id = copied or article_id
    values = {"rule": rule, "story_id": story_id, "article_id": article_id, "severity": int(severity)}
    values |= {"original_id": original_id, "created_at": now, "silence_id": silence, "muted": muted}
    alert_id = conn.scalar(_ONCE, {**values, "key": _free_key(conn, key, values)})
    if alert_id is None and silence is None:
        alert_id = _take_over(conn, rule, original_id, article_id, now)
    return None if alert_id is None else _one(conn, _select().where(alerts.c.id == alert_id))


def rung(conn: Connection, original_id: int) -> frozenset[str]:
    """Name the rules that have rung for an article or a copy of it."""
    return frozenset(conn.scalars(_RUNG, {"original": original_id}))


def _free_key(conn: Connection, key: str, values: Mapping[str, Any]) -> str:
    taken = key and conn.scalar(select(alerts.c.id).where(alerts.c.key == key))
    return key if key and not taken else _key(values["rule"], values["original_id"], values["created_at"])


def _take_over(conn: Connection, rule: str, original_id: int, article_id: int, now: datetime) -> int | None:
    """Let a copy that nobody mutes ring what was muted for another."""
    muted = (alerts.c.rule == rule) & (alerts.c.original_id == original_id) & _silent
    muted &= alerts.c.article_id.is_distinct_from(article_id)
    told = {"article_id": article_id, "released_at": now, "replay_at": None}
    taken: int | None = conn.scalar(update(alerts).where(muted).values(**told).returning(alerts.c.id))
    return taken


def silenced(conn: Connection, article_id: int) -> dict[str, tuple[int, str]]:
    """Tell which rules an article rang and nobody was told of: by which silence, and why."""
    query = select(alerts.c.rule, alerts.c.silence_id, alerts.c.muted)
    rows = conn.execute(query.where(alerts.c.article_id == article_id, _silent))
    return {row.rule: (row.silence_id, row.muted) for row in rows}


def muted_by(conn: Connection) -> dict[int, int]:
    """Count for each silence the alerts that it muted, those that were told later among them."""
    query = select(alerts.c.silence_id, func.count()).group_by(alerts.c.silence_id)
    return {silence: count for silence, count in conn.execute(query) if silence is not None}


def ask_replay(conn: Connection, alert: Alert, now: datetime) -> None:
    """Have a muted alert told after all; ConflictError when it was told or is about to be."""
    if alert.silence_id is None:
        raise ConflictError(
            f"alert {alert.key} was not muted: `tocsin why --alert {alert.key}` tells its way"
        )
    if not alert.silent or alert.replay_at:
        raise ConflictError(f"alert {alert.key} was replayed already")
    conn.execute(update(alerts).where(alerts.c.id == alert.id).values(replay_at=now))


def to_replay(conn: Connection, limit: int) -> list[int]:
    """Give the ids of muted alerts that are to be told after all, longest asked first."""
    asked = select(alerts.c.id).where(alerts.c.replay_at.is_not(None)).order_by(alerts.c.replay_at)
    return list(conn.scalars(asked.limit(limit)))


def release(conn: Connection, alert_id: int, now: datetime) -> bool:
    """Note that a muted alert is told now; False when it was already."""
    asked = (alerts.c.id == alert_id) & alerts.c.replay_at.is_not(None)
    told = update(alerts).where(asked).values(replay_at=None, released_at=now)
    return conn.execute(told).rowcount > 0


def _key(rule: str, original_id: int, now: datetime) -> str:
    """Make twelve letters and digits (60 bits) that no other alert has, this database's or another's."""
    digest = sha256(f"{rule}\n{original_id}\n{now.isoformat()}".encode()).digest()
    return b32encode(digest).decode("ascii")[:12].lower()


def find(conn: Connection, key: str) -> Alert:
    """Give the alert with this key; NotFoundError when there is none."""
    alert = _one(conn, _select().where(alerts.c.key == key))
    if alert is None:
        raise NotFoundError(f"there is no alert {key!r}: `tocsin alerts list` shows their keys")
    return alert


def get(conn: Connection, alert_id: int) -> Alert | None:
    """Give one alert, or None."""
    return _one(conn, _select().where(alerts.c.id == alert_id))


def page(  # noqa: PLR0913  one parameter a question
    conn: Connection,
    *,
    limit: int = 100,
    after: int | None = None,
    rule: str = "",
    silence: int | None = None,
    since: datetime | None = None,
) -> list[Alert]:
    """List alerts, latest first: those before the alert `after`, of a rule, of a silence, since a time."""
    query = _select().where(alerts.c.rule != CANARY).order_by(alerts.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(alerts.c.id < after)
    if rule:
        query = query.where(alerts.c.rule == rule)
    if silence is not None:
        query = query.where(alerts.c.silence_id == silence)
    if since is not None:
        query = query.where(alerts.c.created_at >= since)
    return _many(conn, query)


def latest(
    conn: Connection, *, limit: int, rules: Collection[str] | None = None, channel: str = ""
) -> list[Alert]:
    """List the latest alerts, latest first: those of some rules, those that a channel was to tell."""
    # The numbers first: to sort whole rows takes twenty times as long.
    query = select(alerts.c.id).order_by(alerts.c.id.desc()).limit(limit)
    if rules is not None:
        query = query.where(is_one_of(alerts.c.rule, rules))
    if channel:
        told = (deliveries.c.alert_id == alerts.c.id) & (deliveries.c.channel == channel)
        query = query.where(select(deliveries.c.id).where(told).exists())
    return _many(conn, _select().where(alerts.c.id.in_(query)).order_by(alerts.c.id.desc()))


def last_rung(conn: Connection, rules: Collection[str]) -> dict[str, datetime]:
    """Say when each of these rules rang last; those that never rang are left out."""
    latest = select(func.max(alerts.c.id)).where(alerts.c.rule.in_(rules)).group_by(alerts.c.rule)
    rows = conn.execute(select(alerts.c.rule, alerts.c.created_at).where(alerts.c.id.in_(latest)))
    return {row.rule: row.created_at for row in rows}


def since(conn: Connection, after: int, *, limit: int = 100) -> list[Alert]:
    """List the latest alerts that came after the alert `after`, first one first."""
    query = _select().where(alerts.c.id > after, alerts.c.rule != CANARY)
    query = query.order_by(alerts.c.id.desc()).limit(limit)
    return _many(conn, query)[::-1]


def latest_id(conn: Connection) -> int:
    """Give the number of the latest alert, 0 when nothing has rung yet."""
    latest = select(alerts.c.id).where(alerts.c.rule != CANARY).order_by(alerts.c.id.desc()).limit(1)
    return conn.scalar(latest) or 0


def of_story(conn: Connection, story_id: int) -> list[Alert]:
    """List the alerts that a story raised, first one first."""
    return _many(conn, _select().where(alerts.c.story_id == story_id).order_by(alerts.c.id))


def of_article(conn: Connection, article_id: int) -> list[Alert]:
    """List the alerts that an article raised itself, first one first."""
    return _many(conn, _select().where(alerts.c.article_id == article_id).order_by(alerts.c.id))


def _select() -> Select[Any]:
    columns = [column for column in alerts.c if column.name != "key"]
    about = (articles.c.title.label("headline"), articles.c.url, stories.c.title)
    return (
        select(alerts.c.key, *columns, *about)
        .join(stories, stories.c.id == alerts.c.story_id)
        .join(articles, articles.c.id == alerts.c.article_id, isouter=True)
    )


def _one(conn: Connection, query: Select[Any]) -> Alert | None:
    return next(iter(_many(conn, query)), None)


def _many(conn: Connection, query: Select[Any]) -> list[Alert]:
    found = []
    for row in conn.execute(query).mappings():
        values = dict(row)
        headline = values.pop("headline")
        values |= {
            "title": headline or row["title"],
            "url": row["url"] or "",
            "severity": Severity(row["severity"]),
        }
        found.append(Alert(**values))
    return found
