"""What may ring: fresh entries, and those without a date."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.alert.admit import admit
from daemon.model import Entry, Fate, Precision

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "first_poll", "fate"),
    [
        (timedelta(hours=1), False, Fate.NEW),
        (timedelta(hours=1), True, Fate.BACKLOG),
        (timedelta(hours=24), False, Fate.NEW),
        (timedelta(hours=25), False, Fate.BACKLOG),
        (timedelta(hours=-3), False, Fate.NEW),
        (None, False, Fate.NEW),
        (None, True, Fate.BACKLOG),
    ],
)
def test_old_news_do_not_ring(age: timedelta | None, first_poll: bool, fate: Fate) -> None:
    entry = Entry(title="a", published=None if age is None else NOW - age)
    assert admit(entry, first_poll=first_poll, max_age=DAY, now=NOW).fate is fate


def test_a_date_without_a_time_means_its_last_moment() -> None:
    entry = Entry(published=datetime(2026, 2, 28, tzinfo=UTC), published_precision=Precision.DAY)
    assert admit(entry, first_poll=False, max_age=DAY, now=NOW).fate is Fate.NEW
    assert admit(entry, first_poll=False, max_age=DAY, now=NOW + DAY).fate is Fate.BACKLOG


def test_the_reason_names_the_date_and_the_limit() -> None:
    verdict = admit(Entry(published=NOW - 3 * DAY), first_poll=False, max_age=DAY, now=NOW)
    assert verdict.reason == "published 2026-02-26 12:00 UTC, longer ago than 24 h (max_age)"
