"""When a channel is told what waits for it: one message, a digest, or not yet, and why.

Quiet hours are asked first, then the digest's hour, then what belongs together, and last the budget of
messages. Nothing is dropped: what does not go now is held until a time that is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from math import inf

from daemon.alert.quiet import quiet_until
from daemon.model import Channel, Held, Mode, Severity, Waiting

HOUR = timedelta(hours=1)
MOST = 200
"""Deliveries that one message settles at most; the next tells the rest."""

_LATE = {Held.QUIET: "held in quiet hours", Held.BUDGET: "held, as there were many within the hour"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """Deliveries to send now, as one message; `is_digest` if it lists them, `reason` says why so."""

    ids: tuple[int, ...]
    reason: str = ""
    is_digest: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Deliveries that wait until a time, and why."""

    ids: tuple[int, ...]
    until: datetime
    held: Held
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now for one channel: one message at most, and what to hold."""

    send: Bundle | None = None
    holds: tuple[Hold, ...] = ()


def decide(
    channel: Channel,
    waiting: Sequence[Waiting],
    sent: Sequence[datetime],
    now: datetime,
    *,
    digest_at: datetime | None = None,
) -> Step:
    """Decide what a channel is sent now of what waits for it and was not tried yet.

    `waiting` is all that is due or held, `sent` when it took messages in the last hour. `digest_at` is,
    in digest mode, the first hour of its timetable after the oldest of `waiting` was queued. The caller
    sends, and asks again: one message follows from one step.
    """
    moment = _Moment(channel, sent, now)
    end = quiet_until(channel.quiet, channel.time_zone, now)
    silent = [w for w in waiting if end and w.severity < Severity.CRITICAL]
    free = [w for w in waiting if not end or w.severity >= Severity.CRITICAL]
    hushed = moment.hold((w.id for w in silent), end, Held.QUIET)
    step = moment.in_digest(free, digest_at) if channel.mode is Mode.DIGEST else moment.at_once(free)
    return replace(step, holds=(*hushed, *step.holds))


def decide_again(
    channel: Channel, ids: Sequence[int], severity: Severity, sent: Sequence[datetime], now: datetime
) -> Step:
    """Decide whether a message that was made before, and stays what it is, is sent now."""
    moment = _Moment(channel, sent, now)
    end = quiet_until(channel.quiet, channel.time_zone, now)
    if end and severity < Severity.CRITICAL:
        return Step(None, moment.hold(ids, end, Held.QUIET))
    if full := moment.full_until(severity):
        return Step(None, moment.hold(ids, full, Held.BUDGET))
    return Step(Bundle(tuple(ids)))


@dataclass(frozen=True, slots=True)
class _Moment:
    """A channel as it is now, with what it took within the hour."""

    channel: Channel
    sent: Sequence[datetime]
    now: datetime

    def in_digest(self, waiting: Sequence[Waiting], digest_at: datetime | None) -> Step:
        if digest_at and digest_at > self.now:
            return Step(None, self.hold((w.id for w in waiting), digest_at, Held.DIGEST))
        reason = f"the digest of {self.channel.digest}"
        return Step(_bundle(waiting, reason, is_digest=True) if waiting else None)

    def at_once(self, waiting: Sequence[Waiting]) -> Step:
        late = [w for w in waiting if w.held in _LATE]
        groups, holds = self._grouped(w for w in waiting if w.held not in _LATE)
        ready = [*([late] if late else []), *sorted(groups, key=_urgency)]
        if not ready:
            return Step(None, holds)
        everything = [w for group in ready for w in group]
        if until := self.full_until(max(w.severity for w in everything)):
            return Step(None, (*holds, *self.hold((w.id for w in everything), until, Held.BUDGET)))
        if len(ready) > 1 and self._left() <= 1:
            reason = f"more than {self.channel.max_per_hour} an hour"
            return Step(_bundle(everything, reason), holds)
        reasons = dict.fromkeys(_LATE[w.held] for w in ready[0] if w.held in _LATE)
        return Step(_bundle(ready[0], "; ".join(reasons)), holds)

    def full_until(self, severity: Severity) -> datetime | None:
        """Say until when the budget lets nothing through, None if it does; the critical have one more."""
        left, most = self._left(), self.channel.max_per_hour
        if most is None or left >= 1 or (left == 0 and severity is Severity.CRITICAL):
            return None
        recent = sorted(at for at in self.sent if at > self.now - HOUR)
        return recent[len(recent) - most] + HOUR

    def _left(self) -> float:
        """Count the messages that the channel may still have within the hour."""
        most = inf if self.channel.max_per_hour is None else self.channel.max_per_hour
        return most - sum(at > self.now - HOUR for at in self.sent)

    def _grouped(self, waiting: Iterable[Waiting]) -> tuple[list[list[Waiting]], tuple[Hold, ...]]:
        """Put together what belongs together; a group is ready when its first has waited long enough."""
        groups: dict[str, list[Waiting]] = defaultdict(list)
        for each in waiting:
            groups[each.story if self.channel.group_wait else each.article].append(each)
        ready: list[list[Waiting]] = []
        holds: list[Hold] = []
        for group in groups.values():
            until = min(w.since for w in group) + self.channel.group_wait
            if until <= self.now:
                ready.append(group)
            else:
                holds += self.hold((w.id for w in group), until, Held.GROUP)
        return ready, tuple(holds)

    def hold(self, ids: Iterable[int], until: datetime | None, held: Held) -> tuple[Hold, ...]:
        kept = tuple(ids)
        if not kept or until is None:
            return ()
        why = {
            Held.QUIET: "for quiet hours",
            Held.DIGEST: "for the digest",
            Held.GROUP: "for others of its story",
            Held.BUDGET: f"since there were {self.channel.max_per_hour} messages within the hour,",
        }
        clock = _clock(until, self.channel.time_zone, self.now)
        return (Hold(kept, until, held, f"held {why[held]} until {clock}"),)


def _urgency(group: Sequence[Waiting]) -> tuple[int, datetime, int]:
    return -max(w.severity for w in group), min(w.since for w in group), min(w.id for w in group)


def _bundle(waiting: Sequence[Waiting], reason: str, *, is_digest: bool = False) -> Bundle:
    first = sorted(waiting, key=lambda w: (-w.severity, w.since, w.id))[:MOST]
    return Bundle(tuple(sorted(w.id for w in first)), reason, is_digest)


def _clock(time: datetime, zone: tzinfo, now: datetime) -> str:
    """Tell a time to come: with its day when it is not within one day, with seconds when it is near."""
    local = time.astimezone(zone)
    soon = time - now
    if soon < timedelta(minutes=2):
        return f"{local:%H:%M:%S} {zone}"
    return f"{local:%H:%M} {zone}" if soon < timedelta(days=1) else f"{local:%A %d %b, %H:%M} {zone}"
