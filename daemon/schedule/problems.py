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
_QUIET = 10.0  # expected entries that did not come: chance alone does that once in 22,000 pauses
_SILENT = timedelta(hours=12)  # and no alarm for one quiet night
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
    if state.missed:
        yield SourceProblem(
            "gap",
            f"about {state.missed} entries may have passed unseen: no entry of the last poll was known"
            f" before; it lists only {state.window}, so poll it more often (every, or a higher priority)",
            f"about {state.missed} entries may have passed unseen",
        )
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
    elif since and state.failures >= _FAILURES and now - since >= _FAILING:
        message = f"it has failed for {in_words(now - since)}: {state.error}"
        yield SourceProblem("error", message, f"it could not be polled: {state.error}", since)


def _why_empty(state: PollState) -> str:
    times = f"{state.empty} times in a row" if state.empty > 1 else "at its first poll"
    if state.rhythm is None:
        return f"it answered {times} but listed nothing; is this a feed, and do the selectors fit the page?"
    return (
        f"it answered {times} but listed nothing, as it used to; its page may have changed,"
        " or show a consent form or a login instead"
    )
