"""May an entry ring at all? Old news must not, and must not vanish either."""

from datetime import datetime, timedelta

from daemon.model import Entry, Fate, Precision, Verdict

_SPAN = {
    Precision.YEAR: timedelta(days=366),
    Precision.MONTH: timedelta(days=31),
    Precision.DAY: timedelta(days=1),
}


def admit(entry: Entry, *, first_poll: bool, max_age: timedelta, now: datetime) -> Verdict:
    """Judge a newly listed entry: `NEW` will be read and matched, `BACKLOG` is only recorded.

    An entry without a date counts as fresh, and a date without a time means its last moment: a missed
    alert is worse than a late one.
    """
    if first_poll:
        return Verdict(Fate.BACKLOG, "listed when its source was polled for the first time")
    latest = _SPAN.get(entry.published_precision, timedelta())
    if entry.published and now - entry.published > max_age + latest:
        return Verdict(
            Fate.BACKLOG,
            f"published {entry.published:%Y-%m-%d %H:%M} UTC, longer ago than {_hours(max_age)} (max_age)",
        )
    return Verdict(Fate.NEW, "waiting to be read")


def _hours(age: timedelta) -> str:
    return f"{age.total_seconds() / 3600:g} h"
