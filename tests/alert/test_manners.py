"""When a channel is told: each case by itself, and the laws that hold for any channel and any news."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers.desk import Desk

from daemon.alert import Bundle, Step, decide, decide_again, digest_after
from daemon.alert.manners import MOST
from daemon.alert.quiet import quiet_until
from daemon.model import Channel, Held, Mode, Quiet, Secret, Severity, Timetable, Waiting

VIENNA = ZoneInfo("Europe/Vienna")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)  # 14:00 in Vienna
NIGHT = datetime(2026, 7, 1, 22, tzinfo=UTC)  # midnight in Vienna
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OVERNIGHT = Quiet(time(22), time(7))
MORNINGS = Timetable((time(7, 30),), (0, 1, 2, 3, 4))


def channel(**manners) -> Channel:
    return Channel("desk", Secret("json://localhost"), time_zone=VIENNA, **manners)


def item(number: int, severity: Severity = Severity.NOTICE, since: datetime = NOON, **more) -> Waiting:
    names = {"article": f"article {number}", "story": f"story {number}"}
    return Waiting(number, severity=severity, since=since, **{**names, **more})


# --- cases -----------------------------------------------------------------------------------


def test_nothing_waits_and_nothing_is_done():
    assert decide(channel(quiet=OVERNIGHT, max_per_hour=1), [], (), NIGHT) == Step()
    digests = channel(mode=Mode.DIGEST, digest=MORNINGS)
    assert decide(digests, [], (), NIGHT, digest_at=NIGHT) == Step()


def test_a_channel_without_manners_is_told_one_article_at_a_time_the_most_severe_first():
    waiting = [item(1), item(2, Severity.HIGH), item(3, story="story 2"), item(4, article="article 2")]
    assert decide(channel(), waiting, (), NOON) == Step(Bundle((2, 4)))
    assert decide(channel(), waiting[::2], (), NOON) == Step(Bundle((1,)))


def test_an_alert_waits_for_others_of_its_story_and_no_longer():
    patient = channel(group_wait=timedelta(seconds=30))
    step = decide(patient, [item(1)], (), NOON)
    assert step.send is None
    (hold,) = step.holds
    assert (hold.until, hold.held) == (NOON + timedelta(seconds=30), Held.GROUP)
    assert hold.reason == "held for others of its story until 14:00:30 Europe/Vienna"
    second = item(2, since=NOON + timedelta(seconds=20), story="story 1")
    both = [item(1, held=Held.GROUP), second]
    assert decide(patient, both, (), second.since).holds[0].until == hold.until
    assert decide(patient, both, (), hold.until) == Step(Bundle((1, 2)))


def test_quiet_hours_hold_all_but_what_is_critical_and_end_in_one_message():
    quiet = channel(quiet=OVERNIGHT)
    waiting = [item(1, since=NIGHT), item(2, Severity.CRITICAL, since=NIGHT), item(3, since=NIGHT)]
    step = decide(quiet, waiting, (), NIGHT)
    assert step.send == Bundle((2,))
    (hold,) = step.holds
    assert (hold.ids, hold.until, hold.held) == ((1, 3), NIGHT + 7 * HOUR, Held.QUIET)
    assert hold.reason == "held for quiet hours until 07:00 Europe/Vienna"
    morning = [replace(waiting[0], held=Held.QUIET), replace(waiting[2], held=Held.QUIET)]
    fresh = item(4, Severity.HIGH, since=hold.until)
    first = decide(quiet, [*morning, fresh], (), hold.until)
    assert first == Step(Bundle((1, 3), "held in quiet hours"))


def test_a_digest_comes_at_its_hour_with_everything_and_says_so():
    digests = channel(mode=Mode.DIGEST, digest=MORNINGS)
    waiting = [item(1), item(2, Severity.CRITICAL)]
    at = digest_after(digests, NOON)
    assert at == datetime(2026, 7, 2, 5, 30, tzinfo=UTC)
    (hold,) = decide(digests, waiting, (), NOON, digest_at=at).holds
    assert hold.reason == "held for the digest until 07:30 Europe/Vienna"
    step = decide(digests, waiting, (), at, digest_at=at)
    assert step == Step(Bundle((1, 2), "the digest of 07:30 weekdays", is_digest=True))
    friday = datetime(2026, 7, 3, 12, tzinfo=UTC)
    (hold,) = decide(
        digests, [item(1, since=friday)], (), friday, digest_at=digest_after(digests, friday)
    ).holds
    assert hold.reason == "held for the digest until Monday 06 Jul, 07:30 Europe/Vienna"


def test_what_exceeds_the_budget_comes_as_one_digest_and_nothing_before_there_is_room():
    few = channel(max_per_hour=3)
    waiting = [item(n, since=NOON + n * MINUTE) for n in range(9)]
    now = NOON + 10 * MINUTE
    assert decide(few, waiting, [now], now).send == Bundle((0,))
    last = decide(few, waiting[1:], [now, now], now)
    assert last.send == Bundle(tuple(range(1, 9)), "more than 3 an hour")
    sent = [NOON, NOON + MINUTE, NOON + 2 * MINUTE]
    (hold,) = decide(few, waiting, sent, now).holds
    assert (hold.until, hold.held) == (NOON + HOUR, Held.BUDGET)
    assert hold.reason == "held since there were 3 messages within the hour, until 15:00 Europe/Vienna"
    again = decide(few, [replace(each, held=Held.BUDGET) for each in waiting], sent, hold.until)
    assert again.send == Bundle(tuple(range(9)), "held, as there were many within the hour")


def test_one_message_more_is_allowed_for_what_is_critical_and_takes_the_rest_along():
    few = channel(max_per_hour=2)
    sent = [NOON - 30 * MINUTE, NOON - 20 * MINUTE]
    waiting = [item(1), item(2, Severity.CRITICAL)]
    assert decide(few, waiting, sent, NOON).send == Bundle((1, 2), "more than 2 an hour")
    (hold,) = decide(few, waiting, [*sent, NOON], NOON).holds
    assert hold.until == NOON - 20 * MINUTE + HOUR


def test_a_message_settles_no_more_than_it_can_tell_and_takes_the_most_severe_first():
    crowd = [item(n, Severity.HIGH if n > MOST else Severity.INFO) for n in range(MOST + 50)]
    digests = channel(mode=Mode.DIGEST, digest=MORNINGS)
    sent = decide(digests, crowd, (), NOON, digest_at=NOON).send
    assert sent is not None
    assert len(sent.ids) == MOST
    assert {n for n in range(MOST + 50) if n > MOST} <= set(sent.ids)


def test_what_was_made_before_is_sent_as_it_was_but_not_in_quiet_hours_or_over_the_budget():
    quiet, few = channel(quiet=OVERNIGHT), channel(max_per_hour=1)
    assert decide_again(quiet, [1, 2], Severity.HIGH, (), NOON) == Step(Bundle((1, 2)))
    assert decide_again(quiet, [1, 2], Severity.CRITICAL, (), NIGHT) == Step(Bundle((1, 2)))
    (hold,) = decide_again(quiet, [1, 2], Severity.HIGH, (), NIGHT).holds
    assert (hold.ids, hold.until) == ((1, 2), NIGHT + 7 * HOUR)
    (hold,) = decide_again(few, [1], Severity.HIGH, [NOON - MINUTE], NOON).holds
    assert hold.until == NOON - MINUTE + HOUR


# --- clocks that are put forward and back ----------------------------------------------------


def vienna(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("22:00-07:00", "2026-03-29T00:30+01:00", "2026-03-29T07:00+02:00"),
        ("22:00-07:00", "2026-10-25T00:30+02:00", "2026-10-25T07:00+01:00"),
        ("22:00-07:00", "2026-10-25T07:00+01:00", None),
        ("22:00-02:30", "2026-03-29T01:59+01:00", "2026-03-29T03:30+02:00"),  # 02:30 is skipped
        ("22:00-02:30", "2026-10-25T02:10+02:00", "2026-10-25T02:30+01:00"),  # 02:30 comes twice
        ("02:15-02:45", "2026-10-25T02:20+01:00", "2026-10-25T02:45+01:00"),
        ("02:15-02:45", "2026-10-25T02:20+02:00", "2026-10-25T02:45+01:00"),
        ("13:00-14:00", "2026-07-01T13:59:59+02:00", "2026-07-01T14:00+02:00"),
        ("13:00-14:00", "2026-07-01T12:59:59+02:00", None),
    ],
)
def test_quiet_hours_follow_the_clock_on_the_wall(hours, now, until):
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    assert quiet_until(Quiet(start, end), VIENNA, vienna(now)) == (vienna(until) if until else None)


@pytest.mark.parametrize(
    ("at", "after", "following"),
    [
        ("02:30", "2026-03-28T12:00+01:00", "2026-03-29T03:30+02:00"),
        ("02:30", "2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"),
        ("02:30", "2026-10-24T12:00+02:00", "2026-10-25T02:30+02:00"),
        ("02:30", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        ("02:30", "2026-10-25T02:30+01:00", "2026-10-26T02:30+01:00"),
        ("07:30", "2026-10-24T07:30+02:00", "2026-10-25T07:30+01:00"),
        ("07:30", "2026-10-24T07:29:59.999999+02:00", "2026-10-24T07:30+02:00"),
    ],
)
def test_a_digest_follows_the_clock_on_the_wall(at, after, following):
    daily = channel(mode=Mode.DIGEST, digest=Timetable((time.fromisoformat(at),)))
    assert digest_after(daily, vienna(after)) == vienna(following)


def test_the_clocks_change_skips_no_week():
    mondays = channel(mode=Mode.DIGEST, digest=Timetable((time(0),), (0,)))
    assert digest_after(mondays, vienna("2026-03-28T12:00+01:00")) == vienna("2026-03-30T00:00+02:00")
    assert digest_after(mondays, vienna("2026-10-24T12:00+02:00")) == vienna("2026-10-26T00:00+01:00")


# --- laws ------------------------------------------------------------------------------------


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
CLOCK_CHANGES = st.sampled_from([datetime(2026, 3, 28, 12), datetime(2026, 10, 24, 12)])  # noqa: DTZ001
SEVERITIES = st.sampled_from(Severity)


@st.composite
def channels(draw) -> Channel:
    start, end = draw(st.lists(TIMES, min_size=2, max_size=2, unique=True))
    manners = {"quiet": draw(st.sampled_from([None, Quiet(start, end), OVERNIGHT]))}
    if draw(st.booleans()):
        times = tuple(draw(st.lists(TIMES, min_size=1, max_size=2, unique=True)))
        days = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
        return channel(mode=Mode.DIGEST, digest=Timetable(times, days), **manners)
    manners["group_wait"] = timedelta(seconds=draw(st.sampled_from([0, 30, 600])))
    return channel(max_per_hour=draw(st.sampled_from([None, 1, 2, 5])), **manners)


@st.composite
def histories(draw) -> tuple[Desk, list[Waiting]]:
    begin = draw(CLOCK_CHANGES).replace(tzinfo=UTC)
    seconds = draw(st.lists(st.integers(0, 36 * 3600), max_size=40))
    news = [
        item(n, draw(SEVERITIES), begin + timedelta(seconds=at), story=f"story {draw(st.integers(0, 9))}")
        for n, at in enumerate(seconds)
    ]
    desk = Desk(draw(channels()))
    desk.run(news)
    return desk, news


def is_quiet(quiet: Quiet | None, moment: datetime) -> bool:
    clock = moment.astimezone(VIENNA).time()
    if quiet is None:
        return False
    if quiet.start < quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def fullest_hour(times: list[datetime]) -> int:
    return max((sum(at - HOUR < other <= at for other in times) for at in times), default=0)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_nothing_is_dropped_or_held_for_ever_or_told_twice(history):
    desk, news = history
    assert sorted(w.id for _, told in desk.sent for w in told) == sorted(w.id for w in news)
    assert all(w.since <= at <= w.since + timedelta(days=10) for at, told in desk.sent for w in told)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_nothing_rings_in_quiet_hours_but_what_is_critical(history):
    desk, _ = history
    for at, told in desk.sent:
        if is_quiet(desk.channel.quiet, at):
            assert {w.severity for w in told} == {Severity.CRITICAL}


@settings(max_examples=150, deadline=None)
@given(histories())
def test_no_hour_has_more_messages_than_its_budget_and_one(history):
    desk, _ = history
    if desk.channel.max_per_hour is not None:
        assert fullest_hour([at for at, _ in desk.sent]) <= desk.channel.max_per_hour + 1
        ordinary = [at for at, told in desk.sent if all(w.severity < Severity.CRITICAL for w in told)]
        assert fullest_hour(ordinary) <= desk.channel.max_per_hour


@settings(max_examples=150, deadline=None)
@given(histories())
def test_what_is_critical_waits_for_its_story_and_a_full_hour_at_most(history):
    desk, _ = history
    if desk.channel.mode is Mode.INSTANT:
        for at, told in desk.sent:
            for each in told:
                if each.severity is Severity.CRITICAL:
                    assert at <= each.since + desk.channel.group_wait + HOUR


def test_the_laws_look_at_histories_of_every_kind() -> None:
    """What the laws are worth: a history in which each manner has held something."""
    seen = set()
    for manners in (
        {"quiet": OVERNIGHT},
        {"max_per_hour": 1},
        {"group_wait": timedelta(seconds=30)},
        {"mode": Mode.DIGEST, "digest": MORNINGS},
    ):
        desk = Desk(channel(**manners))
        desk.run([item(n, since=NIGHT + n * MINUTE) for n in range(6)])
        seen |= set(held_in(desk))
    assert seen == set(Held)


def held_in(desk: Desk) -> Iterator[Held]:
    return (each.held for _, told in desk.sent for each in told)
