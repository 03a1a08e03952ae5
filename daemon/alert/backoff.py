"""What follows an attempt to deliver: done, another attempt and when, or no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.model import DeliveryState, Outcome


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: wait a random share of a bound that doubles from `base` up to `cap`.

    <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>. With the defaults a
    target may be down for about 15 hours (a night, and the morning after) before a message is given up.
    """

    base: timedelta = timedelta(seconds=4)
    cap: timedelta = timedelta(hours=1)
    attempts: int = 40
    longest_wish: timedelta = timedelta(hours=6)  # a target's Retry-After beyond this is not believed

    def bound(self, attempts: int) -> timedelta:
        """The longest wait after so many attempts."""
        doublings = min(max(attempts - 1, 0), 32)
        return min(self.cap, self.base * (1 << doublings))


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """What to write for a delivery: its state, its attempts so far, when to try again, and why."""

    state: DeliveryState
    attempts: int
    at: datetime | None
    reason: str


def next_attempt(
    attempts: int, outcome: Outcome, now: datetime, chance: float, backoff: Backoff | None = None
) -> NextAttempt:
    """Decide what follows an outcome.

    `attempts` counts those before this one; `chance` is uniform in [0, 1). An outcome of kind `busy`
    never left the house, so it neither counts as an attempt nor is ever the last. `at` is None when
    nothing follows.
    """
    plan = backoff or Backoff()
    made = attempts + outcome.tried
    what = f"{outcome.kind}: {outcome.detail}" if outcome.detail else outcome.kind
    if outcome.ok:
        return NextAttempt(DeliveryState.SENT, made, None, what)
    if outcome.permanent:
        return NextAttempt(DeliveryState.DEAD, made, None, f"{what}; trying again would not help")
    if outcome.tried and made >= plan.attempts:
        return NextAttempt(DeliveryState.DEAD, made, None, f"{what}; given up after {made} attempts")
    wait = _wait(plan, made, outcome.retry_after, chance)
    again = "may have arrived; tried again" if outcome.unknown else "tried again"
    return NextAttempt(DeliveryState.FAILED, made, now + wait, f"{what}; {again} in {_words(wait)}")


def _wait(plan: Backoff, made: int, wish: timedelta | None, chance: float) -> timedelta:
    if wish is None:
        return max(timedelta(seconds=1), plan.bound(made) * chance)
    # A little jitter on top, so that all that waited for one target do not come back at once.
    return min(max(wish, timedelta(seconds=1)), plan.longest_wish) + plan.base * chance


def _words(wait: timedelta) -> str:
    seconds = round(wait.total_seconds())
    if seconds < 120:  # noqa: PLR2004 - two minutes: below it seconds read better
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"  # noqa: PLR2004 - two hours
