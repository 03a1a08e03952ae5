"""What waits for a channel: looked at, held, taken to be sent, one message in flight at most.

The caller decides (`alert.decide`) and does all of it for one channel in one transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, or_, select, union_all, update

from daemon.model import DeliveryState, Held, Message, Severity, Waiting
from daemon.store import attempts
from daemon.store.deliveries import Delivery, from_row
from daemon.store.ledger import WAITING
from daemon.store.rests import Rest, resting
from daemon.store.tables import alerts, deliveries, digests, is_begun, is_fresh
from daemon.store.told import message_of, payload_of

_PART = 400  # ids in one statement
_IN_FLIGHT = (
    select(deliveries.c.id)
    .where(deliveries.c.channel == bindparam("target"), deliveries.c.lease_until > bindparam("now"))
    .limit(1)
)
_DUE = (
    select(deliveries.c.id)
    .where(deliveries.c.channel == bindparam("target"), deliveries.c.next_attempt_at <= bindparam("now"))
    .where(~resting(Rest.CHANNEL, deliveries.c.channel, bindparam("now")))
    .limit(1)
)
_BEGUN = (
    select(deliveries)
    .where(deliveries.c.channel == bindparam("target"), deliveries.c.next_attempt_at <= bindparam("now"))
    .where(is_begun)
    .order_by(deliveries.c.next_attempt_at, deliveries.c.id)
    .limit(1)
)
_to_target = is_fresh & (deliveries.c.channel == bindparam("target"))
_seen = or_(deliveries.c.next_attempt_at <= bindparam("now"), deliveries.c.held != Held.NOT)
_WAITING = (
    select(deliveries.c.id, deliveries.c.revision, deliveries.c.alert_id, deliveries.c.created_at)
    .add_columns(deliveries.c.held, alerts.c.severity, alerts.c.story_id, alerts.c.article_id)
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
)


def _first(held: Held, severity: Severity) -> Select[tuple[int]]:
    """Ask for those of one kind whose turn comes first."""
    kind = _to_target & (deliveries.c.held == held) & (deliveries.c.severity == severity)
    due = kind if held else kind & (deliveries.c.next_attempt_at <= bindparam("now"))
    turns = select(deliveries.c.id).where(due).order_by(deliveries.c.next_attempt_at, deliveries.c.id)
    return select(turns.limit(bindparam("most")).subquery("first").c.id)


_FRESH = _WAITING.where(
    deliveries.c.id.in_(union_all(*(_first(held, severity) for held in Held for severity in Severity)))
)
_stories = (
    select(alerts.c.story_id)
    .join(deliveries, deliveries.c.alert_id == alerts.c.id)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
)
# Asked by the story alone: an engine that chose an index of what waits would read all of it.
_MATES = _WAITING.add_columns((_to_target & _seen).label("is_seen")).where(alerts.c.story_id.in_(_stories))


def is_due(conn: Connection, channel: str, now: datetime) -> bool:
    """Tell whether something is due for a channel that does not rest, and nothing in flight to it."""
    asked = {"target": channel, "now": now}
    return conn.scalar(_DUE, asked) is not None and conn.scalar(_IN_FLIGHT, asked) is None


def due_channels(conn: Connection, now: datetime) -> list[str]:
    """Name the channels that something is due for and that do not rest."""
    due = select(deliveries.c.channel).where(deliveries.c.next_attempt_at <= now).distinct()
    return list(conn.scalars(due.where(~resting(Rest.CHANNEL, deliveries.c.channel, now))))


def begun(conn: Connection, channel: str, now: datetime) -> list[Delivery]:
    """Give the deliveries of the due message that was tried, or made, before; [] when there is none.

    They are more than one when it is a digest: what was made is sent again as it was.
    """
    row = conn.execute(_BEGUN, {"target": channel, "now": now}).mappings().first()
    if row is None:
        return []
    if row["digest_id"] is None:
        return [from_row(row)]
    members = select(deliveries).where(
        deliveries.c.digest_id == row["digest_id"], deliveries.c.next_attempt_at.is_not(None)
    )
    return [from_row(each) for each in conn.execute(members.order_by(deliveries.c.id)).mappings()]


def fresh(conn: Connection, channel: str, now: datetime, most: int) -> list[Waiting]:
    """List what is due or held for a channel and was not tried yet, oldest first.

    Of each severity, held alike, it gives the `most` whose turn comes first: what comes after them is of
    no weight for what is to be done now, and may be much.
    """
    return _listed(conn.execute(_FRESH, {"target": channel, "now": now, "most": most}))


def mates(conn: Connection, channel: str, ids: Collection[int], now: datetime) -> list[Waiting]:
    """List what `fresh` gives of the stories of these deliveries, however late its turn comes."""
    rows = conn.execute(_MATES, {"target": channel, "now": now, "ids": list(ids)})
    return _listed(row for row in rows if row.is_seen)


def _listed(rows: Iterable[Any]) -> list[Waiting]:
    listed = [
        Waiting(row.id, *_about(row), Severity(row.severity), since=row.created_at, held=Held(row.held))
        for row in rows
    ]
    return sorted(listed, key=lambda each: (each.since, each.id))


def _about(row: Any) -> tuple[str, str]:
    """Name the article and the story; follow-ups go only with those that tell the same of the article."""
    article = f"article {row.article_id}" if row.article_id else f"alert {row.alert_id}"
    if row.revision:
        return (f"{article}, {row.revision}",) * 2
    return article, f"story {row.story_id}"


def sent_since(conn: Connection, channel: str, since: datetime) -> list[datetime]:
    """Give the times at which a channel took messages after a time, a digest's once."""
    one = func.coalesce(-deliveries.c.digest_id, deliveries.c.id)
    query = select(func.max(deliveries.c.tried_at)).where(
        deliveries.c.channel == channel,
        deliveries.c.tried_at > since,
        deliveries.c.state == DeliveryState.SENT,
    )
    return [at for at in conn.scalars(query.group_by(one)) if at]


def hold(conn: Connection, ids: Collection[int], until: datetime, held: Held, reason: str) -> None:
    """Let deliveries wait until a time; those that wait so already are left as they are."""
    changed = or_(deliveries.c.next_attempt_at != until, deliveries.c.held != held)
    values = {"next_attempt_at": until, "held": held, "reason": reason}
    for part in _parts(ids):
        still = deliveries.c.id.in_(part) & deliveries.c.state.in_(WAITING)
        conn.execute(update(deliveries).where(still, changed).values(**values))


def release(conn: Connection, now: datetime) -> int:
    """Let all that is held be decided anew, since the channels' manners may have changed; give how many."""
    waiting = deliveries.c.state.in_(WAITING) & (deliveries.c.held != Held.NOT)
    return conn.execute(update(deliveries).where(waiting).values(next_attempt_at=now)).rowcount


def take(conn: Connection, ids: Collection[int], now: datetime, lease: timedelta) -> list[Delivery]:
    """Take deliveries that are to be sent as one message, for the time of a lease.

    It counts as an attempt. Taking over what a crash left without an outcome marks it as unknown.
    """
    values = {
        "lease_until": now + lease,
        "attempts": deliveries.c.attempts + 1,
        "unknown": or_(deliveries.c.unknown, deliveries.c.lease_until.is_not(None)),
        "held": Held.NOT,
    }
    taken = []
    for part in _parts(ids):
        query = update(deliveries).where(deliveries.c.id.in_(part)).values(**values)
        taken += [from_row(row) for row in conn.execute(query.returning(*deliveries.c)).mappings()]
    for delivery in taken:
        attempts.begin(conn, delivery.id, now)
    return sorted(taken, key=lambda delivery: delivery.id)


def is_open(conn: Connection, channel: str, delivery_id: int, attempt: int) -> bool:
    """Tell whether that attempt at a channel's delivery is its last, and nothing is written down of it."""
    mine = deliveries.c.id == delivery_id, deliveries.c.channel == channel, deliveries.c.attempts == attempt
    return (
        conn.scalar(select(deliveries.c.id).where(*mine, deliveries.c.lease_until.is_not(None))) is not None
    )


def make_digest(
    conn: Connection, members: Sequence[Delivery], message: Message, reason: str, now: datetime
) -> None:
    """Note that deliveries of a channel go as one message, so that it is the same when sent again."""
    values = {"channel": members[0].channel, "reason": reason, "created_at": now}
    made = insert(digests).values(**values, payload=payload_of(message)).returning(digests.c.id)
    digest_id = conn.execute(made).scalar_one()
    for part in _parts([member.id for member in members]):
        conn.execute(update(deliveries).where(deliveries.c.id.in_(part)).values(digest_id=digest_id))


def digest_of(conn: Connection, delivery: Delivery) -> Message | None:
    """Give the message of the digest that a delivery goes with, None when it goes by itself."""
    if delivery.digest_id is None:
        return None
    payload = conn.scalar(select(digests.c.payload).where(digests.c.id == delivery.digest_id))
    return message_of(payload) if payload else None


def receipt(conn: Connection, alert_id: int, channel: str) -> str:
    """Give the target's own name for the message that told an alert to a channel, "" for none."""
    query = select(deliveries.c.receipt).where(
        deliveries.c.alert_id == alert_id,
        deliveries.c.channel == channel,
        deliveries.c.revision == 0,
        deliveries.c.state == DeliveryState.SENT,
    )
    return conn.scalar(query) or ""


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _PART] for start in range(0, len(ordered), _PART))
