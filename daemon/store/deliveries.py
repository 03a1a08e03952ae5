"""Deliveries, the outbox: written with the alert, and what came of them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, case, func, literal, or_, select, update

from daemon.errors import ConflictError, NotFoundError
from daemon.model import CANARY, Alert, DeliveryState, Held, Message, Outcome
from daemon.store import attempts, conflict, ledger
from daemon.store.rests import Rest
from daemon.store.tables import alerts, deliveries, rests
from daemon.store.told import alert_of, facts_of, message_of, payload_of


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert on its way to a channel, with the exact message.

    `revision` is 0, or names the revision of the article that this follow-up tells of; below 0 it is a
    number of voices. `unknown` says that an attempt may have arrived unconfirmed, so that the next may be
    a duplicate. `held` and `reason` say for what it waits or waited; `told` is the alert as it was then;
    `receipt` is the target's own name for the message it took.
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
    tried_at: datetime | None
    message: Message
    told: Alert
    held: Held = Held.NOT
    reason: str = ""
    digest_id: int | None = None
    receipt: str = ""


_ONCE = (
    conflict.insert(deliveries)
    .values(severity=select(alerts.c.severity).where(alerts.c.id == bindparam("of")).scalar_subquery())
    .on_conflict_do_nothing(index_elements=["alert_id", "channel", "revision"])
    .returning(deliveries.c.id)
)


# A canary is in nobody's sums and lists; off a sum it is taken, which costs no look at each row.
_OWN = select(alerts.c.id).where(alerts.c.rule == CANARY)
_TALLY = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)

# Who looks at a delivery is told of its channel's rest where that is the longer wait.
_SHOWN = select(
    deliveries,
    case((rests.c.until > deliveries.c.next_attempt_at, rests.c.until)).label("rests_until"),
).select_from(
    deliveries.outerjoin(rests, (rests.c.kind == Rest.CHANNEL) & (rests.c.name == deliveries.c.channel))
)


def add(  # noqa: PLR0913 - the key of a delivery, and what it holds
    conn: Connection,
    alert_id: int,
    channel: str,
    message: Message,
    now: datetime,
    *,
    told: Alert | None = None,
    revision: int = 0,
) -> bool:
    """Queue a message for a channel, due at once; False when it was queued before.

    `told` is what it says, for a digest to tell it too. A `revision` makes it a follow-up.
    """
    values = {"alert_id": alert_id, "channel": channel, "revision": revision}
    values |= {"payload": payload_of(message), "told": facts_of(told) if told else {}}
    values |= {"state": DeliveryState.PENDING, "created_at": now, "next_attempt_at": now}
    return conn.execute(_ONCE, {**values, "of": alert_id}).first() is not None


def record(
    conn: Connection,
    delivery_id: int,
    outcome: Outcome,
    now: datetime,
    *,
    try_again_at: datetime | None = None,
) -> DeliveryState:
    """Write down what came of an attempt; one that failed with no time to try again is dead.

    An outcome of a target that was not asked takes the attempt back.

    The fate of the entry that rang follows. Gives the delivery's new state.
    """
    state = _state_after(outcome, try_again_at)
    values: dict[str, Any] = {
        "state": state,
        "lease_until": None,
        "next_attempt_at": try_again_at if state is DeliveryState.FAILED else None,
        "outcome_kind": outcome.kind,
        "outcome_detail": outcome.detail,
        "tried_at": now,
        "unknown": or_(deliveries.c.unknown, literal(outcome.unknown)),
    }
    if outcome.ok:
        values |= {"sent_at": now, "receipt": outcome.receipt}
    if not outcome.tried:
        values["attempts"] = deliveries.c.attempts - 1
    conn.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))
    attempts.end(conn, delivery_id, outcome, now, values["next_attempt_at"])
    ledger.reconcile(conn, delivery_id, now)
    return state


def _state_after(outcome: Outcome, try_again_at: datetime | None) -> DeliveryState:
    if outcome.ok:
        return DeliveryState.SENT
    return DeliveryState.DEAD if try_again_at is None else DeliveryState.FAILED


def retry(conn: Connection, delivery_id: int, now: datetime) -> Delivery:
    """Send a dead or failed delivery again, at once, with its attempts counted anew.

    Raises NotFoundError when there is none, ConflictError when it was sent or is being sent.
    """
    delivery = get(conn, delivery_id)
    if delivery.state is DeliveryState.SENT:
        raise ConflictError(f"delivery {delivery_id} was sent at {delivery.sent_at:%Y-%m-%d %H:%M} UTC")
    again = {"state": DeliveryState.PENDING, "attempts": 0, "next_attempt_at": now, "digest_id": None}
    free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
    done = conn.execute(update(deliveries).where(deliveries.c.id == delivery_id, free).values(**again))
    if not done.rowcount:
        raise ConflictError(f"delivery {delivery_id} is being sent at this moment: wait for what comes of it")
    ledger.reconcile(conn, delivery_id, now)
    return get(conn, delivery_id)


def get(conn: Connection, delivery_id: int) -> Delivery:
    """Give one delivery; NotFoundError when there is none."""
    row = conn.execute(_SHOWN.where(deliveries.c.id == delivery_id)).mappings().first()
    if row is None:
        raise NotFoundError(
            f"there is no delivery {delivery_id}: `tocsin deliveries list` shows their numbers"
        )
    return _shown(row)


def page(
    conn: Connection, *, limit: int = 100, after: int | None = None, state: DeliveryState | None = None
) -> list[Delivery]:
    """List deliveries, latest first, those before the delivery `after`, in one state or in any."""
    others = _SHOWN.where(deliveries.c.alert_id.not_in(_OWN))
    query = others.order_by(deliveries.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(deliveries.c.id < after)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return [_shown(row) for row in conn.execute(query).mappings()]


def of_alert(conn: Connection, alert_id: int) -> list[Delivery]:
    """List an alert's deliveries, follow-ups among them, by channel."""
    query = _SHOWN.where(deliveries.c.alert_id == alert_id)
    query = query.order_by(deliveries.c.channel, deliveries.c.revision)
    return [_shown(row) for row in conn.execute(query).mappings()]


def of_alerts(conn: Connection, alert_ids: Collection[int]) -> dict[int, list[tuple[str, DeliveryState]]]:
    """Tell how far each of these alerts has come at each channel, follow-ups aside."""
    query = select(deliveries.c.alert_id, deliveries.c.channel, deliveries.c.state)
    query = query.where(deliveries.c.alert_id.in_(alert_ids), deliveries.c.revision == 0)
    found: dict[int, list[tuple[str, DeliveryState]]] = {}
    for row in conn.execute(query.order_by(deliveries.c.channel)):
        found.setdefault(row.alert_id, []).append((row.channel, DeliveryState(row.state)))
    return found


def tally(conn: Connection) -> dict[DeliveryState, int]:
    """Count the deliveries by state; every state is named."""
    counted = _counts(conn, _TALLY)
    own = _counts(conn, _TALLY.where(deliveries.c.alert_id.in_(_OWN)))
    return {state: counted.get(state, 0) - own.get(state, 0) for state in DeliveryState}


def _counts(conn: Connection, query: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(query)}


def waiting_by_channel(conn: Connection) -> dict[str, int]:
    """Count what waits for each channel, those included that the configuration no longer names."""
    # The states narrow it down by their index: few of all that there ever were still wait.
    states = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.FAILED))
    waiting = states & deliveries.c.next_attempt_at.is_not(None)
    rows = conn.execute(
        select(deliveries.c.channel, func.count().label("waiting"))
        .where(waiting, deliveries.c.alert_id.not_in(_OWN))
        .group_by(deliveries.c.channel)
    )
    return {row.channel: row.waiting for row in rows}


def dead_by_channel(conn: Connection) -> dict[str, int]:
    """Count what was given up for each channel, by its name."""
    dead = (deliveries.c.state == DeliveryState.DEAD.value) & deliveries.c.alert_id.not_in(_OWN)
    counted = select(deliveries.c.channel, func.count()).where(dead).group_by(deliveries.c.channel)
    return _counts(conn, counted.order_by(deliveries.c.channel))


def latest(conn: Connection, channel: str) -> Delivery | None:
    """Give the delivery to a channel of which something came last, whatever came of it."""
    tried = select(deliveries).where(deliveries.c.channel == channel, deliveries.c.tried_at.is_not(None))
    row = conn.execute(tried.order_by(deliveries.c.tried_at.desc()).limit(1)).mappings().first()
    return from_row(row) if row else None


def held(conn: Connection, channel: str) -> list[tuple[str, datetime, int]]:
    """Tell what is held for a channel: why, until when, how many; the soonest first."""
    until = deliveries.c.next_attempt_at
    query = (
        select(deliveries.c.reason, until, func.count())
        .where(deliveries.c.channel == channel, deliveries.c.held != Held.NOT, until.is_not(None))
        .group_by(deliveries.c.reason, until)
        .order_by(until)
    )
    return [(reason, at, count) for reason, at, count in conn.execute(query)]


def _shown(row: RowMapping) -> Delivery:
    delivery = from_row(row)
    if row["rests_until"] is None:
        return delivery
    why = "its channel is to be left alone until then"
    return replace(delivery, next_attempt_at=row["rests_until"], reason=why)


def from_row(row: RowMapping) -> Delivery:
    """Make a delivery of its row."""
    message = message_of(row["payload"])
    columns = {name: row[name] for name in Delivery.__slots__ if name in row}
    made = {"state": DeliveryState(row["state"]), "held": Held(row["held"]), "message": message}
    return Delivery(**{**columns, **made, "told": alert_of(row["told"], message)})
