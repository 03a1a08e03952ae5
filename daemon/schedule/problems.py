"""What keeps a source from being seen, in plain words, judged by its own history.

A problem lasts as long as the state shows it: there is nothing to close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.model import Source
from daemon.schedule.plan import in_words
from daemon.schedule.state import PollState

_FAILURES = 3  # in a row, and for so long, before an error counts as lasting
_FAILING = timedelta(minutes=30)
_EMPTY = 3  # documents in a row
_NOT_AS_BEFORE = {"no_links", "not_a_feed", "empty", "html"}  # answers that are no list of anything
_QUIET = 10.0  # expected entries that did not come: chance alone does that once in 22,000 pauses
_SILENT = timedelta(hours=12)  # and no alarm for one quiet night
_GAP = timedelta(hours=12)  # told for so long: the next poll, a minute later, brings nothing back
_MOVES = 3  # polls in a row
_CERTIFICATE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """One thing wrong with a source: `kind` in one word for the ledger, `message` says cause and cure.

    `was` is what will have been wrong when it is over, as a sentence that begins with «since»; `since` is
    None where the source's history does not say when it began.
    """

    kind: str
    message: str
    was: str
    since: datetime | None = None


def find_problems(source: Source, state: PollState, now: datetime) -> tuple[SourceProblem, ...]:
    """List what is wrong with a source now, the gravest first."""
    return tuple(_problems(source, state, now))


def _problems(source: Source, state: PollState, now: datetime) -> Iterator[SourceProblem]:
    yield from _failing(state, now)
    if state.empty >= _EMPTY or (state.empty and state.rhythm is None):
        yield SourceProblem("empty", _why_empty(state), "it had listed nothing")
    if state.quiet >= _QUIET and state.news and now - state.news >= _SILENT:
        yield SourceProblem(
            "silent",
            f"nothing new for {in_words(now - state.news)}, when about {state.quiet:.0f} entries were to be"
            " expected; look whether the page has moved, or asks for a login",
            "nothing new had come",
            state.news,
        )
    if state.missed and state.gap and now - state.gap < _GAP:
        lost = _lost(state)
        yield SourceProblem("gap", _why_gap(state, lost, state.gap), f"{lost} may have passed unseen")
    if state.moves >= _MOVES:
        yield SourceProblem(
            "moved",
            f"it has moved for good to {state.moved_to}; put that address in its place",
            f"it had moved for good to {state.moved_to}",
        )
    ends = state.certificate_ends
    if ends and ends - now < _CERTIFICATE and source.url.startswith("https:"):
        until = f"{ends:%d %B %Y}"
        message = f"its certificate ends on {until}; then no poll will succeed"
        yield SourceProblem("certificate", message, f"its certificate was to end on {until}")


def _failing(state: PollState, now: datetime) -> Iterator[SourceProblem]:
    since = state.failing_since
    if state.error_kind == "http_410":
        message = f"{state.error}; find where it went, or take it out"
        yield SourceProblem("gone", message, f"it could not be polled: {state.error}", since)
    elif state.rhythm and state.failures >= _EMPTY and state.error_kind in _NOT_AS_BEFORE:
        yield SourceProblem("empty", _why_unread(state), "it had not answered with a list", since)
    elif since and state.failures >= _FAILURES and now - since >= _FAILING:
        message = f"it has failed for {in_words(now - since)}: {state.error}"
        yield SourceProblem("error", message, f"it could not be polled: {state.error}", since)


def _lost(state: PollState) -> str:
    return f"about {state.missed} entries" if state.missed > 1 else "at least one entry"


def _why_gap(state: PollState, lost: str, at: datetime) -> str:
    return (
        f"{lost} may have passed unseen before {at:%H:%M} UTC: none of the {state.window} that it lists at a"
        " time was known; poll it more often (every, or a higher priority)"
    )


def _why_unread(state: PollState) -> str:
    return (
        f"it answered {state.failures} times in a row, but not with a list as it used to: {state.error}"
        " Its page may have changed, or show a consent form or a login instead"
    )


def _why_empty(state: PollState) -> str:
    times = f"{state.empty} times in a row" if state.empty > 1 else "at its first poll"
    if state.rhythm is None:
        return f"it answered {times} but listed nothing; is this a feed, and do the selectors fit the page?"
    return (
        f"it answered {times} but listed nothing, as it used to; its page may have changed,"
        " or show a consent form or a login instead"
    )
