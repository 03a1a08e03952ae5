"""A source's rhythm: how many entries it publishes at each hour, learned from what polls found.

The rate at a time is that of its hour of the day times the factor of its day of the week. Hours and
days are UTC; a source's time zone shows in its hours by itself. What came in the last hour or so tells
whether it is livelier now than at its usual pace.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, exp, sin, sqrt, tau
from operator import mul

_HOUR = timedelta(hours=1)
_MEMORY = 28.0  # hours of the same name that weigh as much as what was believed before; more, where
_ENTRIES = 20.0  # so many entries take longer to come; but at first
_FIRST_MEMORY = 0.2  # of one: a guess from nothing must soon give way
_DAY_MEMORY = 3.0  # days of the same name, as above
_DAY_DOUBT = 20.0  # entries' worth of belief that its week is as most are
_WEEKEND = 0.65  # of a mean day's entries: most of the press publishes less then
_USUAL_WEEK = ((7 - 2 * _WEEKEND) / 5,) * 5 + (_WEEKEND,) * 2
# A day has a tide: what shape a source's hours have is mostly told by a wave of 24 hours, less by those of
# 12 and 8. So much variance each is believed to have; the dates must outweigh the doubt (Wiener's filter).
_WAVES = tuple((k, 0.8 / k**3) for k in range(1, 6))
_DOUBT = 4.0  # over the entries seen: the variance of a wave that is none, twice chance's for their bursts
_LOWEST = 0.08  # of the mean rate, below which the waves let no hour fall
_SHAPE_SPAN = timedelta(days=3)  # of dates, before they may tell one hour from another
_EVEN = 1.0  # how much an even day is believed in beside the one that the dates show
_OLDEST = timedelta(days=30)  # what the first fetch may tell about the past
_UNKNOWN = 1 / 24  # entries an hour, for a source that told nothing yet
_UNKNOWN_HOURS = (_UNKNOWN,) * 24
_SLOWEST = 1 / (24 * 60)  # entries an hour; silence never means never
_PRIOR = 2.0  # hours in which half an entry is believed to have come: a list of one tells little
_LUCK = 1.0  # entries: most sources are slow, so that a few entries are luck more often than a pace
_CALM = 4.0  # entries' worth of belief that a source is now as it usually is at that hour
_FADE = 1.0  # hours in which what came lately comes to tell a third as much
_STEP = 1 / 6  # hours in which a rate is taken as steady


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Entries an hour by the hour of the day, and a factor by the day of the week (Monday first).

    `days_known` is how long the source was watched. `lately` is how many entries came of late and how many
    were usual, the older counting for less.
    """

    hours: tuple[float, ...] = _UNKNOWN_HOURS
    days: tuple[float, ...] = (1.0,) * 7
    days_known: float = 0.0
    lately: tuple[float, float] = (0.0, 0.0)

    @property
    def rate(self) -> float:
        """Entries an hour, over a week."""
        return sum(self.hours) / 24 * sum(self.days) / 7

    @property
    def known(self) -> bool:
        """Whether anything was learned, from dates or from watching."""
        return self.days_known > 1 or self.hours != _UNKNOWN_HOURS


def first_rhythm(published: Sequence[datetime], now: datetime) -> Rhythm:
    """Guess a rhythm from the dates that the first fetch lists: its entries and the time they span.

    Entries without a date of their own count as found now and tell nothing.
    """
    dated = [time for time in published if time < now]
    if not dated:
        return Rhythm(days=_USUAL_WEEK)
    span = min(now - min(dated), _OLDEST)
    # The oldest listed opens the span; it is no evidence of the rate within.
    within = [time for time in dated if time > now - span]
    rate = max((len(within) + 0.5) / (span / _HOUR + _PRIOR), _SLOWEST)
    if span < _SHAPE_SPAN:
        return Rhythm(hours=(rate,) * 24, days=_USUAL_WEEK)
    counts = Counter(time.hour for time in within)
    even = (len(within) * _EVEN + 1) / 24
    share = 24 * rate / (len(within) + 24 * even)
    hours = tuple(share * (counts[hour] + even) for hour in range(24))
    return Rhythm(hours=hours, days=_USUAL_WEEK, days_known=span / timedelta(days=1))


def _visits(rhythm: Rhythm) -> float:
    """Say how many hours of the same name the belief about one rests on."""
    entries_a_day = sum(rhythm.hours)
    return min(max(_MEMORY, _ENTRIES / entries_a_day), _FIRST_MEMORY + rhythm.days_known)


def believed(rhythm: Rhythm) -> float:
    """Give the entries an hour, over a week, as far as so few entries are to be believed."""
    return rhythm.rate * _belief(sum(rhythm.hours) * _visits(rhythm))


def _belief(entries: float) -> float:
    return (entries + _LUCK / 4) / (entries + _LUCK)


def liveliness(rhythm: Rhythm, waited: float = 0.0) -> float:
    """Say how many times its usual pace a source publishes, so many hours after it was last polled."""
    came, usual = rhythm.lately
    left = exp(-waited / _FADE)
    return (_CALM + came * left) / (_CALM + usual * left)


def learn(rhythm: Rhythm, since: datetime, now: datetime, published: Iterable[datetime]) -> Rhythm:
    """Take in a poll: the entries published after `since`, up to `now`."""
    since = min(since, now)  # a clock may be put back
    times = [min(max(time, since), now) for time in published]
    hours, days = list(rhythm.hours), list(rhythm.days)
    mean = sum(hours) / 24
    memory = _visits(rhythm)
    for start, span in _hours_between(since, now):
        hour, day = start.hour, start.weekday()
        end = start + _HOUR * span
        count = sum(start <= time < end or time == end == now for time in times)
        usual = hours[hour] * span
        weight = _DAY_DOUBT + _DAY_MEMORY * 24 * mean
        hours[hour] = max((hours[hour] * memory + count) / (memory + span * days[day]), _SLOWEST)
        days[day] = (days[day] * weight + count) / (weight + usual)
    known = rhythm.days_known + (now - since) / timedelta(days=1)
    return Rhythm(tuple(hours), tuple(days), known, _lately(rhythm, since, now, times))


def _lately(rhythm: Rhythm, since: datetime, now: datetime, times: Iterable[datetime]) -> tuple[float, float]:
    """Let what came lately, and what was usual, fade until now, and add what a poll found."""
    waited = (now - since) / _HOUR
    left = exp(-waited / _FADE)
    # What tells no date, and counts as found now, came at any time since: after an outage most of it is old.
    undated = _FADE * (1 - left) / waited if waited else 1.0
    came, usual = rhythm.lately
    came = came * left + sum(exp((time - now) / _HOUR / _FADE) if time < now else undated for time in times)
    return came, usual * left + pace(rhythm, now) * _FADE * (1 - left)


def _hours_between(since: datetime, now: datetime) -> Iterable[tuple[datetime, float]]:
    """Cut a time into clock hours: the start of each piece, and its length in hours."""
    start = max(since, now - timedelta(days=2))
    while start < now:
        end = min(start.replace(minute=0, second=0, microsecond=0) + _HOUR, now)
        yield start, (end - start) / _HOUR
        start = end


_TIDE = tuple(
    (
        tuple(cos(tau * wave * hour / 24) for hour in range(24)),
        tuple(sin(tau * wave * hour / 24) for hour in range(24)),
        variance,
    )
    for wave, variance in _WAVES
)


def _product(left: Iterable[float], right: Iterable[float]) -> float:
    product: float = sum(map(mul, left, right))
    return product


@lru_cache(maxsize=1)  # one poll asks for it several times
def shape(rhythm: Rhythm) -> tuple[float, ...]:
    """Give the entries an hour by hour of the day, as far as so few entries can tell hours apart."""
    hours = rhythm.hours
    mean = sum(hours) / 24
    known = mean * 24 * _visits(rhythm)
    smooth = [mean] * 24
    for cosine, sine, variance in _TIDE:
        trust = known * variance / (known * variance + _DOUBT) / 12
        rise, swing = trust * _product(hours, cosine), trust * _product(hours, sine)
        smooth = [at + rise * c + swing * s for at, c, s in zip(smooth, cosine, sine, strict=True)]
    belief = _belief(known)
    return tuple(max(at, _LOWEST * mean) * belief for at in smooth)


def pace(rhythm: Rhythm, now: datetime) -> float:
    """Give the entries an hour that are usual at a time."""
    return shape(rhythm)[now.hour] * rhythm.days[now.weekday()]


def expected(rhythm: Rhythm, since: datetime, now: datetime) -> float:
    """Say how many entries the rhythm lets expect in a time, of which it looks at no more than two days."""
    hours = shape(rhythm)
    return sum(hours[at.hour] * rhythm.days[at.weekday()] * span for at, span in _hours_between(since, now))


def wait_for(rhythm: Rhythm, now: datetime, price: float, most: float, longest: float) -> float:
    """Say in how many hours the unseen entries will be worth a request, at most `longest`.

    With m entries expected unseen and a rate of λ, a poll is due when m²/2λ reaches the price, in
    hours of delay that a request must save. At a steady rate that is the interval √(2·price/λ): the
    square-root allocation, which minimises the summed delay under a budget of requests. It is due too
    when m reaches `most`, whatever the price.
    """
    hours = shape(rhythm)
    unseen, waited, time = 0.0, 0.0, now
    while waited < longest:
        rate = hours[time.hour] * rhythm.days[time.weekday()] * liveliness(rhythm, waited)
        enough = min(sqrt(2 * price * rate), most)
        if unseen + rate * _STEP >= enough:
            return min(waited + max(0.0, enough - unseen) / rate, longest)
        unseen += rate * _STEP
        waited += _STEP
        time += _HOUR * _STEP
    return longest
