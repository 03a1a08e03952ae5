"""Deliveries, the outbox: written with the alert, claimed one at a time for each channel."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, literal, or_, select, update

from daemon.errors import ConflictError, NotFoundError
from daemon.model import DeliveryState, Form, Message, Outcome, Severity
from daemon.store import attempts, ledger, sqlite
from daemon.store.tables import deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert on its way to a channel, with the exact message.

    `revision` is 0, or names the revision of the article that this follow-up tells of.
    `unknown` says that an attempt may have arrived unconfirmed, so that the next may be a duplicate.
    """

    id: int
    alert_id: int
    channel: str
    revision: int
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    outcome_kind: str
    outcome_detail: str
    unknown: bool
    sent_at: datetime | None
    message: Message


_ONCE = sqlite.insert(deliveries).on_conflict_do_nothing(index_elements=["alert_id", "channel", "revision"])

_others = deliveries.alias()
_in_flight = (
    select(_others.c.id)
    .where(_others.c.channel == bindparam("target"), _others.c.lease_until > bindparam("now"))
    .exists()
)
_next = (
    select(_others.c.id)
    .where(_others.c.channel == bindparam("target"), _others.c.next_attempt_at <= bindparam("now"))
    .order_by(_others.c.next_attempt_at, _others.c.id)
    .limit(1)
    .scalar_subquery()
)
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.id == _next, ~_in_flight)
    .values(
        lease_until=bindparam("until"),
        attempts=deliveries.c.attempts + 1,
        unknown=or_(deliveries.c.unknown, deliveries.c.lease_until.is_not(None)),
    )
    .returning(*deliveries.c)
)


def add(conn: Connection, alert_id: int, channel: str, message: Message, now: datetime) -> bool:
    """Queue a message for a channel, due at once; False when it was queued before."""
    return _add(conn, {"alert_id": alert_id, "channel": channel, "revision": 0}, message, now)


def follow_up(conn: Connection, told: Delivery, revision: int, message: Message, now: datetime) -> bool:
    """Queue what a revision of the article has made of what was told; False when it was queued before."""
    return _add(
        conn, {"alert_id": told.alert_id, "channel": told.channel, "revision": revision}, message, now
    )


def _add(conn: Connection, key: Mapping[str, Any], message: Message, now: datetime) -> bool:
    values = {**key, "payload": _payload(message)}
    values |= {"state": DeliveryState.PENDING, "created_at": now, "next_attempt_at": now}
    return conn.execute(_ONCE, values).rowcount > 0


def claim_due(
    conn: Connection, now: datetime, *, channels: Collection[str], lease: timedelta
) -> list[Delivery]:
    """Take the longest due delivery of each of these channels that has none in flight.

    A claim counts as an attempt. Taking over one whose lease ran out without an outcome, after a
    crash, marks it as unknown.
    """
    times = {"now": now, "until": now + lease}
    taken = (_claim_next(conn, {"target": channel, **times}) for channel in channels)
    return [delivery for delivery in taken if delivery]


def _claim_next(conn: Connection, asked: Mapping[str, Any]) -> Delivery | None:
    row = conn.execute(_CLAIM, asked).mappings().first()
    if row is None:
        return None
    attempts.begin(conn, row["id"], asked["now"])
    return _from_row(row)


def record(
    conn: Connection,
    delivery_id: int,
    outcome: Outcome,
    now: datetime,
    *,
    try_again_at: datetime | None = None,
) -> DeliveryState:
    """Write down what came of an attempt; one that failed with no time to try again is dead.

    The fate of the entry that rang follows. Gives the delivery's new state.
    """
    state = _state_after(outcome, try_again_at)
    values: dict[str, Any] = {
        "state": state,
        "lease_until": None,
        "next_attempt_at": try_again_at if state is DeliveryState.FAILED else None,
        "outcome_kind": outcome.kind,
        "outcome_detail": outcome.detail,
        "unknown": or_(deliveries.c.unknown, literal(outcome.unknown)),
    }
    if outcome.ok:
        values["sent_at"] = now
    conn.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))
    attempts.end(conn, delivery_id, outcome, now, values["next_attempt_at"])
    ledger.reconcile(conn, delivery_id, now)
    return state


def _state_after(outcome: Outcome, try_again_at: datetime | None) -> DeliveryState:
    if outcome.ok:
        return DeliveryState.SENT
    return DeliveryState.DEAD if try_again_at is None else DeliveryState.FAILED


def postpone(conn: Connection, channel: str, until: datetime) -> None:
    """Hold back what waits for a channel, when its target asks for patience."""
    early = (deliveries.c.channel == channel) & (deliveries.c.next_attempt_at < until)
    conn.execute(update(deliveries).where(early).values(next_attempt_at=until))


def retry(conn: Connection, delivery_id: int, now: datetime) -> Delivery:
    """Send a dead or failed delivery again, at once, with its attempts counted anew.

    Raises NotFoundError when there is none, ConflictError when it was sent or is being sent.
    """
    delivery = get(conn, delivery_id)
    if delivery.state is DeliveryState.SENT:
        raise ConflictError(f"delivery {delivery_id} was sent at {delivery.sent_at:%Y-%m-%d %H:%M} UTC")
    again = {"state": DeliveryState.PENDING, "attempts": 0, "next_attempt_at": now}
    free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
    done = conn.execute(update(deliveries).where(deliveries.c.id == delivery_id, free).values(**again))
    if not done.rowcount:
        raise ConflictError(f"delivery {delivery_id} is being sent at this moment: wait for what comes of it")
    ledger.reconcile(conn, delivery_id, now)
    return get(conn, delivery_id)


def get(conn: Connection, delivery_id: int) -> Delivery:
    """Give one delivery; NotFoundError when there is none."""
    row = conn.execute(select(deliveries).where(deliveries.c.id == delivery_id)).mappings().first()
    if row is None:
        raise NotFoundError(
            f"there is no delivery {delivery_id}: `tocsin deliveries list` shows their numbers"
        )
    return _from_row(row)


def page(
    conn: Connection, *, limit: int = 100, after: int | None = None, state: DeliveryState | None = None
) -> list[Delivery]:
    """List deliveries, latest first, those before the delivery `after`, in one state or in any."""
    query = select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(deliveries.c.id < after)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return [_from_row(row) for row in conn.execute(query).mappings()]


def of_alert(conn: Connection, alert_id: int) -> list[Delivery]:
    """List an alert's deliveries, follow-ups among them, by channel."""
    query = select(deliveries).where(deliveries.c.alert_id == alert_id)
    query = query.order_by(deliveries.c.channel, deliveries.c.revision)
    return [_from_row(row) for row in conn.execute(query).mappings()]


def tally(conn: Connection) -> dict[DeliveryState, int]:
    """Count the deliveries by state; every state is named."""
    rows = conn.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    counted = {DeliveryState(state): count for state, count in rows}
    return {state: counted.get(state, 0) for state in DeliveryState}


def waiting_by_channel(conn: Connection) -> dict[str, int]:
    """Count what waits for each channel, those included that the configuration no longer names."""
    waiting = deliveries.c.next_attempt_at.is_not(None)
    rows = conn.execute(
        select(deliveries.c.channel, func.count().label("waiting"))
        .where(waiting)
        .group_by(deliveries.c.channel)
    )
    return {row.channel: row.waiting for row in rows}


def _payload(message: Message) -> dict[str, Any]:
    return {**asdict(message), "severity": int(message.severity), "headers": dict(message.headers)}


def _from_row(row: RowMapping) -> Delivery:
    payload = row["payload"]
    kinds = {"severity": Severity(payload["severity"]), "form": Form(payload["form"])}
    message = Message(**{**payload, **kinds})
    columns = {name: row[name] for name in Delivery.__slots__ if name in row}
    return Delivery(**{**columns, "state": DeliveryState(row["state"]), "message": message})
