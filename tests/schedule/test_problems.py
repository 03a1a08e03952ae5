"""A source that is not seen says so, with its cause and a cure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.model import Source
from daemon.schedule import Answered, Budget, Failed, PollState, find_problems, plan_next

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = Source("Tribune", "https://tribune.example/feed")
HOURLY = tuple(NOW - timedelta(hours=i + 1) for i in range(48))


def history(*outcomes: Answered | Failed, state: PollState = PollState()) -> PollState:  # noqa: B008 - frozen
    for outcome in outcomes:
        state = plan_next(SOURCE, state, outcome, Budget(), 0.5).state
    return state


def kinds(state: PollState, now: datetime = NOW) -> list[str]:
    return [problem.kind for problem in find_problems(SOURCE, state, now)]


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def test_a_healthy_source_has_none():
    state = history(Answered(NOW, 48, HOURLY), *(Answered(after(h), 48, (after(h),)) for h in range(1, 30)))
    assert kinds(state, after(30)) == []


def test_one_failure_is_no_problem_and_a_lasting_one_is():
    down = [Failed(after(h / 4), "dns", "the name «tribune.example» does not exist") for h in range(4)]
    assert kinds(history(*down[:1])) == []
    state = history(*down)
    (problem,) = find_problems(SOURCE, state, after(1))
    assert problem.kind == "error"
    assert problem.message == "it has failed for 60 min: the name «tribune.example» does not exist"
    assert kinds(history(Answered(after(2), 20), state=state), after(2)) == []


def test_a_page_that_is_gone_for_good_is_a_problem_at_once():
    state = history(Answered(NOW, 20), Failed(after(1), "http_410", "it answered 410", permanent=True))
    (problem,) = find_problems(SOURCE, state, after(1))
    assert (problem.kind, problem.message) == ("gone", "it answered 410; find where it went, or take it out")
    assert kinds(history(Answered(after(25), 20), state=state), after(25)) == []


def test_silence_beyond_its_rhythm_is_a_problem():
    state = history(Answered(NOW, 48, HOURLY))
    for hour in range(1, 20):
        state = history(Answered(after(hour)), state=state)
    assert kinds(state, after(20)) == ["silent"]
    assert "asks for a login" in find_problems(SOURCE, state, after(20))[0].message
    assert kinds(history(Answered(after(20), 48, (after(19.5),)), state=state), after(20)) == []


def test_a_rare_source_may_be_silent_for_long():
    monthly = tuple(NOW - timedelta(days=30 * i + 1) for i in range(10))
    state = history(Answered(NOW, 10, monthly), *(Answered(after(h)) for h in range(12, 24 * 20, 12)))
    assert kinds(state, after(24 * 20)) == []


def test_a_page_that_lists_nothing_is_a_problem():
    state = history(Answered(NOW, 48, HOURLY), *(Answered(after(h), 0) for h in (1, 2)))
    assert kinds(state) == []
    state = history(Answered(after(3), 0), state=state)
    (problem,) = find_problems(SOURCE, state, after(3))
    assert problem.kind == "empty"
    assert "3 times in a row" in problem.message
    assert "consent form" in problem.message
    assert kinds(history(Answered(after(4), 48), state=state)) == []


def test_a_form_in_place_of_the_list_is_no_mere_error():
    form = [
        Failed(after(h / 10), "no_links", "The selector finds no link on this page.") for h in range(1, 4)
    ]
    state = history(Answered(NOW, 48, HOURLY), *form[:2])
    assert kinds(state) == []
    (problem,) = find_problems(SOURCE, history(form[2], state=state), after(0.3))
    assert problem.kind == "empty"
    assert "no link on this page. Its page may have changed, or show a consent form" in problem.message
    assert kinds(history(*form)) == []  # one that never listed anything has its selector to look at
    assert kinds(history(form[2], Answered(after(1), 48), state=state)) == []


def test_a_new_source_that_lists_nothing_is_a_problem_at_once():
    (problem,) = find_problems(SOURCE, history(Answered(NOW, 0)), NOW)
    assert "do the selectors fit" in problem.message


def test_an_empty_page_does_not_teach_silence():
    state = history(Answered(NOW, 48, HOURLY))
    empty = history(*(Answered(after(h), 0) for h in range(1, 20)), state=state)
    assert empty.rhythm == state.rhythm


def test_a_list_that_rolled_over_tells_how_much_was_missed():
    state = history(Answered(NOW, 20, HOURLY[:20]))
    rush = tuple(after(4) - timedelta(minutes=3 * i) for i in range(20))  # an hour's worth, after four
    state = history(Answered(after(4), 20, rush, overlaps=False), state=state)
    (problem,) = find_problems(SOURCE, state, after(4))
    assert problem.kind == "gap"
    assert 40 <= state.missed <= 80
    assert "before 16:00 UTC" in problem.message


@pytest.mark.parametrize("old", [(after(-3),), (after(1), after(-3)), (after(-3),) * 4])
def test_old_dates_in_a_list_that_rolled_over_do_not_hide_how_much_was_missed(old):
    state = history(Answered(NOW, 20, HOURLY[:20]))
    rush = tuple(after(4) - timedelta(minutes=3 * i) for i in range(20 - len(old)))
    state = history(Answered(after(4), 20, (*rush, *old), overlaps=False), state=state)
    assert 40 <= state.missed <= 80


def test_a_gap_is_told_for_half_a_day_although_the_next_poll_meets_what_is_known():
    rush = tuple(after(4) - timedelta(minutes=3 * i) for i in range(20))
    state = history(Answered(NOW, 20, HOURLY[:20]), Answered(after(4), 20, rush, overlaps=False))
    state = history(Answered(after(5), 20, (after(5),)), Answered(after(6)), state=state)
    assert kinds(state, after(15.9)) == ["gap"]
    assert kinds(state, after(16.1)) == []


def test_a_list_without_dates_that_rolled_over_is_filled_by_the_rhythm():
    state = history(Answered(NOW, 48, HOURLY), Answered(after(40), 10, (after(40),) * 10, overlaps=False))
    assert 20 <= state.missed <= 40


def test_a_move_for_good_shows_after_three_polls():
    moved = [Answered(after(h), 20, moved_to="https://new.example/") for h in range(3)]
    assert kinds(history(*moved[:2])) == []
    assert kinds(history(*moved)) == ["moved"]
    assert kinds(history(*moved, Answered(after(3), 20))) == []


def test_a_certificate_that_ends_soon_is_a_problem():
    state = history(Answered(NOW, 20, certificate_ends=after(24 * 5)))
    assert kinds(state) == ["certificate"]
    assert kinds(replace(state, certificate_ends=after(24 * 50))) == []
