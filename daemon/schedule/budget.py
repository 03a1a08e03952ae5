"""What polling may cost, and the price at which the budget is spent exactly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt

from daemon.model import Source
from daemon.schedule.rhythm import Rhythm, believed
from daemon.schedule.state import PollState

_HOUR = timedelta(hours=1)
_CHEAPEST, _DEAREST = 1e-7, 1e7  # hours of delay per request
_HALVINGS = 40  # of the price's fourteen decades: to a part in 10¹⁰
_GAIN = 0.1  # how much of a day's overspending one settlement makes up for


@dataclass(frozen=True, slots=True)
class Budget:
    """What polling may cost: requests an hour over all sources, and the bounds of one's interval.

    A source that publishes so fast that two polls an entry come sooner than `floor` may be polled that
    often, up to `fastest`, while it does.
    `price` is how many hours of delay, summed over entries, a request must save to be made; `settle`
    sets it. `trim` corrects what the forecast misses.
    """

    per_hour: float = 1000.0
    floor: timedelta = timedelta(minutes=5)
    fastest: timedelta = timedelta(minutes=1)
    cap: timedelta = timedelta(minutes=150)
    price: float = 0.05
    trim: float = 1.0

    def shortest(self, rate: float) -> timedelta:
        """Give the least interval for a source while it publishes so many entries an hour."""
        # Some hours have next to no pace: the interval of theirs would be past all bounds.
        return min(self.floor, max(self.fastest, _HOUR / max(2 * rate, _HOUR / self.floor)))


def settle(
    budget: Budget,
    sources: Iterable[tuple[Source, PollState]],
    spent: float | None = None,
    reread: float = 0.0,
) -> Budget:
    """Set the price at which the budget is spent; to be called about once an hour.

    `spent` is the requests an hour that polling really took over the past day, None before there is
    one. `reread` is what reading articles again takes an hour: polling may spend the rest. The cap on
    intervals is a promise: where it alone costs more than the budget, it is kept.
    """
    polls = _forecast(budget, sources)
    trim = budget.trim
    if spent and _CHEAPEST * 2 < budget.price < _DEAREST / 2:
        trim = min(max(trim * ((spent + reread) / budget.per_hour) ** _GAIN, 0.2), 5.0)
    low, high = _CHEAPEST, _DEAREST
    for _ in range(_HALVINGS):
        price = sqrt(low * high)
        low, high = (price, high) if polls(price) + reread > budget.per_hour else (low, price)
    return replace(budget, price=high * trim, trim=trim)


def _forecast(budget: Budget, sources: Iterable[tuple[Source, PollState]]) -> Callable[[float], float]:
    """Give the requests an hour as a function of the price; sources that fail cost next to nothing."""
    fixed, learned = 0.0, []
    for source, state in sources:
        if source.every:
            fixed += _HOUR / source.every
        elif not state.failures:
            rate = believed(state.rhythm or Rhythm())
            learned.append((sqrt(source.priority * rate / 2), _HOUR / budget.shortest(rate)))
    least = _HOUR / budget.cap

    def polls(price: float) -> float:
        share = 1 / sqrt(price)
        return fixed + sum(min(max(weight * share, least), most) for weight, most in learned)

    return polls
