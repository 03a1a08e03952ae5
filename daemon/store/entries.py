"""Entries: what sources listed, known by several keys, each stored once and read when its time comes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, insert, select, union_all, update

from daemon.model import CANARY, Entry, Fate, Precision, Verdict
from daemon.store import conflict
from daemon.store.columns import UtcTime, clean
from daemon.store.hosts import host_of
from daemon.store.ledger import enter
from daemon.store.numbers import as_list, numbers
from daemon.store.prepared import Prepared
from daemon.store.tables import articles, entries, entry_keys, ledger, sightings, sources


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a source listed it, the keys it is known by, and its fate should it be new."""

    entry: Entry
    keys: tuple[str, ...]
    verdict: Verdict

    def __post_init__(self) -> None:
        """Refuse an entry without keys: it would be new, and ring, at every poll."""
        if not self.keys:
            raise ValueError(f"an entry needs a key to be known by: {self.entry!r}")


@dataclass(frozen=True, slots=True)
class Added:
    """Which stored entry a listed one is, and whether it was new."""

    id: int
    new: bool


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with its state; `source` is the first that listed it, `next_read_at` None when read."""

    id: int
    source_id: int
    source: str
    entry: Entry
    found_at: datetime
    fate: Fate
    reason: str
    next_read_at: datetime | None
    read_attempts: int


_TIMED = {Precision.SECOND.value, Precision.MINUTE.value}
_KEYS_AT_ONCE = 5000  # a statement takes 32,766 values in SQLite and 65,535 in PostgreSQL
_FIELDS = tuple(item.name for item in fields(Entry) if item.name != "id")
_INSERT = insert(entries).returning(entries.c.id, sort_by_parameter_order=True)
_LEARN = conflict.insert(entry_keys).on_conflict_do_nothing()
_SIGHT = conflict.upsert(sightings, ("entry_id", "source_id"), ("last_seen_at",))
_ids = numbers("ids")
_SIGHT_AGAIN = Prepared(
    update(sightings)
    .where(sightings.c.source_id == bindparam("source"), sightings.c.entry_id.in_(select(_ids)))
    .values(last_seen_at=bindparam("moment", type_=UtcTime))
)
_READ = (
    update(entries)
    .where(entries.c.id == bindparam("entry"))
    .values(lease_until=None, next_read_at=bindparam("again"))
)
_STATE = ("id", "source_id", "found_at", "fate", "reason", "next_read_at", "read_attempts")


def known(conn: Connection, keys: Collection[str]) -> dict[str, int]:
    """Tell which keys are known, and the entry that each means."""
    asked = [clean(key) for key in keys]
    means: dict[str, int] = {}
    for start in range(0, len(asked), _KEYS_AT_ONCE):
        some = entry_keys.c.key.in_(asked[start : start + _KEYS_AT_ONCE])
        means |= {row.key: row.entry_id for row in conn.execute(select(entry_keys).where(some))}
    return {key: means[clean(key)] for key in keys if clean(key) in means}


def add(conn: Connection, source_id: int, listed: Sequence[Listed], now: datetime) -> list[Added]:
    """Store what a source listed: an entry whose every key is new is new, any other was seen again.

    The first key that is known decides, so give the surest first. A known entry learns the keys
    that it did not have. New ones whose fate is `new` are due to be read at once.
    """
    means = known(conn, {key for item in listed for key in item.keys})
    unknown = {key for item in listed for key in item.keys} - means.keys()
    fresh: list[Listed] = []
    places = []
    for item in listed:
        place = next((means[key] for key in item.keys if key in means), None)
        if place is None:
            fresh.append(item)
            place = -len(fresh)  # until it has an id
        places.append(place)
        means.update((key, place) for key in item.keys if key not in means)
    ids = dict(zip(range(-1, -len(fresh) - 1, -1), _insert(conn, source_id, fresh, now), strict=True))
    _learn(conn, {key: ids.get(means[key], means[key]) for key in unknown})
    added = _as_added(places, ids)
    _sight(conn, source_id, {item.id for item in added}, now)
    return added


def _as_added(places: Iterable[int], ids: Mapping[int, int]) -> list[Added]:
    """Replace places by ids; an entry is new where it stands first."""
    first: set[int] = set()
    added = []
    for place in places:
        added.append(Added(ids.get(place, place), place in ids and place not in first))
        first.add(place)
    return added


def learn(conn: Connection, entry_id: int, keys: Iterable[str]) -> None:
    """Let an entry be known by more keys; those that mean another entry go on doing so."""
    _learn(conn, dict.fromkeys(keys, entry_id))


def _learn(conn: Connection, means: Mapping[str, int]) -> None:
    if means:
        rows = [{"key": key, "entry_id": means[key]} for key in sorted(means)]
        conn.execute(_LEARN, rows)


def _insert(conn: Connection, source_id: int, fresh: Sequence[Listed], now: datetime) -> Sequence[int]:
    """Insert new entries, each with the first line of its ledger; give their ids in order."""
    if not fresh:
        return ()
    ids = conn.scalars(_INSERT, [_row(source_id, item, now) for item in fresh]).all()
    verdicts = [(item.verdict.fate, item.verdict.reason) for item in fresh]
    lines = [
        {"entry_id": entry_id, "at": now, "fate": fate, "reason": reason}
        for entry_id, (fate, reason) in zip(ids, verdicts, strict=True)
    ]
    conn.execute(insert(ledger), lines)
    return ids


def _row(source_id: int, item: Listed, now: datetime) -> dict[str, Any]:
    entry, verdict = item.entry, item.verdict
    values: dict[str, Any] = {name: getattr(entry, name) for name in _FIELDS}
    values |= {"feed_id": entry.id, "source_id": source_id, "host": host_of(entry.url), "found_at": now}
    values |= {"fate": verdict.fate, "reason": verdict.reason}
    return values | {"next_read_at": now if verdict.fate is Fate.NEW else None}


def _sight(conn: Connection, source_id: int, entry_ids: Iterable[int], now: datetime) -> None:
    rows = [
        {"entry_id": entry_id, "source_id": source_id, "first_seen_at": now, "last_seen_at": now}
        for entry_id in sorted(entry_ids)
    ]
    if rows:
        conn.execute(_SIGHT, rows)


def sight_again(conn: Connection, source_id: int, entry_ids: Collection[int], now: datetime) -> bool:
    """Note that a source lists again what it listed before; False where some of that was forgotten since."""
    asked = {"source": source_id, "ids": as_list(entry_ids), "moment": now}
    return not entry_ids or _SIGHT_AGAIN(conn, **asked).rowcount == len(entry_ids)


def relist(conn: Connection, entry_id: int, entry: Entry) -> None:
    """Keep an entry as its source lists it now; what it is known by stays."""
    listed = ("title", "summary", "content", "updated")
    values = {name: getattr(entry, name) for name in listed}
    conn.execute(update(entries).where(entries.c.id == entry_id).values(**values))


def settle(
    conn: Connection, entry_id: int, verdict: Verdict, now: datetime, *, read_again_at: datetime | None = None
) -> None:
    """Give an entry its fate and end its lease; with `read_again_at` its page will be tried again."""
    enter(conn, entry_id, verdict, now)
    conn.execute(_READ, {"entry": entry_id, "again": read_again_at})


def read_again(conn: Connection, article_id: int, now: datetime) -> None:
    """Have the page of an article read again at once."""
    behind = select(articles.c.entry_id).where(articles.c.id == article_id).scalar_subquery()
    conn.execute(update(entries).where(entries.c.id == behind).values(next_read_at=now))


def find(conn: Connection, keys: Collection[str]) -> list[StoredEntry]:
    """Find the entries that any of these keys means, first one first."""
    meant = select(entry_keys.c.entry_id).where(entry_keys.c.key.in_(keys))
    return _stored(conn, _select().where(entries.c.id.in_(meant)).order_by(entries.c.id))


def get_all(conn: Connection, ids: Collection[int]) -> list[StoredEntry]:
    """Give the entries with these ids."""
    return _stored(conn, _select().where(entries.c.id.in_(ids)))


def get(conn: Connection, entry_id: int) -> StoredEntry | None:
    """Give one entry, or None."""
    return next(iter(_stored(conn, _select().where(entries.c.id == entry_id))), None)


def delays(conn: Connection, since: Mapping[int, datetime], *, limit: int) -> dict[int, list[timedelta]]:
    """Give how long after their publication some sources' latest entries were found.

    `since` names the sources, and for each the time after which entries count. Of each so many of the
    latest are looked at; only those count that give the time of day.
    """
    columns = (entries.c.source_id, entries.c.published, entries.c.published_precision, entries.c.found_at)
    asked = (
        select(*columns)
        .where(entries.c.source_id == source, entries.c.found_at > after)
        .order_by(entries.c.id.desc())
        .limit(limit)
        .subquery()
        .select()
        for source, after in since.items()
    )
    found: dict[int, list[timedelta]] = {source: [] for source in since}
    for source, published, precision, at in conn.execute(union_all(*asked)) if since else ():
        if published and precision in _TIMED:
            found[source].append(max(at - published, timedelta()))
    return found


def page(
    conn: Connection, *, limit: int = 100, after: int | None = None, fate: Fate | None = None
) -> list[StoredEntry]:
    """List entries, latest first, those found before the entry `after`, of one fate or of any."""
    own = select(sources.c.id).where(sources.c.name == CANARY)
    query = _select().where(entries.c.source_id.not_in(own)).order_by(entries.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(entries.c.id < after)
    if fate is not None:
        query = query.where(entries.c.fate == fate)
    return _stored(conn, query)


def sighted_by(conn: Connection, entry_id: int) -> dict[str, datetime]:
    """Tell which sources listed an entry, and when each did first, in that order."""
    rows = conn.execute(
        select(sources.c.name, sightings.c.first_seen_at)
        .join(sources, sources.c.id == sightings.c.source_id)
        .where(sightings.c.entry_id == entry_id)
        .order_by(sightings.c.first_seen_at, sources.c.name)
    )
    return {row.name: row.first_seen_at for row in rows}


def _select() -> Select[Any]:
    wanted = (entries.c[name] for name in (*_STATE, "feed_id", *_FIELDS))
    return select(*wanted, sources.c.name.label("source")).join(sources, sources.c.id == entries.c.source_id)


def _stored(conn: Connection, query: Select[Any]) -> list[StoredEntry]:
    return [_from_row(row) for row in conn.execute(query).mappings()]


def _from_row(row: RowMapping) -> StoredEntry:
    values: Mapping[str, Any] = {name: row[name] for name in _FIELDS}
    lists = {"authors": tuple(row["authors"]), "categories": tuple(row["categories"])}
    precision = {"published_precision": Precision(row["published_precision"])}
    entry = Entry(id=row["feed_id"], **{**values, **lists, **precision})
    state = {name: row[name] for name in _STATE}
    return StoredEntry(entry=entry, source=row["source"], **{**state, "fate": Fate(row["fate"])})
