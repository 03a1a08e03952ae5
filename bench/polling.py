"""How soon polling finds what is published, for the same number of requests: a simulation.

A made-up press of sources from 20 articles an hour to one a month, with time zones, nights, weekends,
bursts of single sources and breaking events, is polled for two weeks to learn and two weeks to measure.
Tocsin's row comes from the very code that runs; the clairvoyant knows every source's true rate, bursts
and all, ahead of time.
"""

import argparse
import heapq
import math
import random
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from daemon.model import Source
from daemon.schedule import Answered, Budget, PollState, plan_next, settle

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
FASTEST, SLOWEST = 20.0, 1 / 720  # articles an hour
SLOPE = 1.5
WINDOW = 25  # entries a feed lists
ZONES = (-8, -5, -5, 0, 0, 1, 1, 1, 2, 2, 3, 3, 5.5, 8, 9)
DAY = (2, 1, 1, 1, 2, 4, 8, 12, 15, 16, 16, 15, 14, 15, 16, 16, 15, 14, 12, 10, 8, 6, 5, 3)


@dataclass
class Outlet:
    """One source of the made-up press: its true rate in each hour, and when it published (in hours)."""

    rates: list[float]
    published: list[float]
    dated: bool


def poisson(chance: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def make_press(sources: int, days: int, seed: int) -> list[Outlet]:
    """Publish for `days` after 30 days that the first fetch may see."""
    chance = random.Random(seed)
    breaking = [
        (chance.uniform(0, days * 24), chance.uniform(3, 8)) for _ in range(poisson(chance, 3 * days / 7))
    ]
    # Zipf–Mandelbrot: the exponent gives 1,870 articles a day for 1,000 sources, the shift the two ends.
    ratio = (FASTEST / SLOWEST) ** (1 / SLOPE)
    shift = (sources - ratio) / (ratio - 1)
    rates = [FASTEST * ((rank + shift) / (1 + shift)) ** -SLOPE for rank in range(1, sources + 1)]
    return [make_outlet(chance, rate, days, breaking) for rate in rates]


def make_outlet(chance: random.Random, rate: float, days: int, breaking: list[tuple[float, float]]) -> Outlet:
    zone, weekend = chance.choice(ZONES), chance.uniform(0.15, 1.0)
    awake = 1.0 if chance.random() < 0.1 else chance.uniform(0, 0.2)  # one in ten never sleeps
    early = chance.randint(-2, 2)
    profile = [(1 - awake) * DAY[(hour + early) % 24] * 24 / sum(DAY) + awake for hour in range(24)]
    lift = {}
    for start, strength in breaking:
        if chance.random() < 0.15:
            lift |= {int(start) + h: 1 + strength * math.exp(-h / 3) for h in range(12)}
    for _ in range(poisson(chance, days * 2 / 7)):
        start, strength = chance.randrange(days * 24), chance.uniform(2, 6)
        lift |= {start + h: strength for h in range(chance.randint(1, 4))}
    rates, published = [], []
    for hour in range(-30 * 24, days * 24):
        local = hour + zone
        day = (weekend if local // 24 % 7 >= 5 else 1.0) * 7 / (5 + 2 * weekend)
        true = rate * profile[int(local) % 24] * day * lift.get(hour, 1.0)
        published += sorted(hour + chance.random() for _ in range(poisson(chance, true)))
        if hour >= 0:
            rates.append(true)
    return Outlet(rates, published, chance.random() < 0.8)


Ask = Callable[[int, float, list[float]], float]
"""A policy: a source, the time of a poll, the entries found (hours) in; the next poll's time out."""


@dataclass
class Run:
    delays: list[float]
    polls: int
    longest: float


def run(press: list[Outlet], ask: Ask, begin: float, end: float, measure: float) -> Run:
    """Poll every source as the policy says; count what is published and polled after `measure`."""
    queue = [(begin + i / len(press), i) for i in range(len(press))]
    heapq.heapify(queue)
    last: list[float] = [-math.inf] * len(press)
    delays: list[float] = []
    polls, longest = 0, 0.0
    while queue[0][0] < end:
        now, i = queue[0]
        outlet = press[i]
        until = bisect_right(outlet.published, now)
        since = max(bisect_right(outlet.published, last[i]), until - WINDOW if last[i] < 0 else 0)
        found = outlet.published[since:until]
        if now >= measure:
            polls += 1
            longest = max(longest, now - last[i])
            delays += [now - when for when in found if when >= measure]
        last[i] = now
        heapq.heapreplace(queue, (ask(i, now, found), i))
    return Run(delays, polls, longest)


def steady(rates: list[float], power: float, budget: float) -> Ask:
    """Give each source a share of the budget by its mean rate's power: 0, ½, 1."""
    weights = [rate**power for rate in rates]
    intervals = [sum(weights) / (budget * weight) for weight in weights]
    return lambda i, now, _: now + intervals[i]


def clairvoyant(press: list[Outlet], price: float, budget: Budget) -> Ask:
    """Poll when the entries unseen are worth it, by the true rates."""
    cap = budget.cap / HOUR

    def ask(i: int, now: float, _: list[float]) -> float:
        rates, unseen, at = press[i].rates, 0.0, now
        soonest = now + budget.shortest(rates[int(now)]) / HOUR if now < len(rates) else now
        while at < now + cap and at < len(rates):
            edge = min(int(at) + 1, now + cap)
            rate = max(rates[int(at)], 1e-9)
            enough = math.sqrt(2 * price * rate)
            if unseen + rate * (edge - at) >= enough:
                return max(at + max(0.0, enough - unseen) / rate, soonest)
            unseen += rate * (edge - at)
            at = edge
        return max(at, soonest)

    return ask


class Tocsin:
    """The code that runs, fed with what its polls find."""

    def __init__(self, press: list[Outlet], budget: Budget, seed: int) -> None:
        self.press = press
        self.budget = budget
        self.chance = random.Random(seed)
        self.states = [PollState() for _ in press]
        self.sources = [Source(f"s{i}", "") for i in range(len(press))]
        self.settled = -math.inf
        self.spent: list[int] = []
        self.seconds = 0.0

    def ask(self, i: int, now: float, found: list[float]) -> float:
        started = time.process_time()
        if now - self.settled >= 1:
            self.settle(now)
        self.spent[-1] += 1
        at = MONDAY + now * HOUR
        times = tuple(MONDAY + when * HOUR if self.press[i].dated else at for when in found)
        # Half the servers answer 304 when nothing is new; the others list what was known.
        listed = None if not found and i % 2 else WINDOW
        outcome = Answered(at, listed, times, overlaps=len(times) < WINDOW)
        plan = plan_next(self.sources[i], self.states[i], outcome, self.budget, self.chance.random())
        self.states[i] = plan.state
        self.seconds += time.process_time() - started
        return (plan.at - MONDAY) / HOUR

    def settle(self, now: float) -> None:
        day = self.spent[-24:]
        spent = sum(day) / len(day) if len(day) == 24 else None
        self.budget = settle(self.budget, zip(self.sources, self.states, strict=True), spent)
        self.settled = math.floor(now)
        self.spent.append(0)


def clairvoyant_run(press: list[Outlet], budget: Budget, begin: float, end: float) -> Run:
    """Find the price at which the clairvoyant spends the budget, to half a percent."""
    price = 0.01
    for _ in range(8):
        result = run(press, clairvoyant(press, price, budget), begin, end, begin + 24)
        spent = result.polls / (end - begin - 24)
        if abs(spent / budget.per_hour - 1) < 0.005:
            break
        price *= (spent / budget.per_hour) ** 2
    return result


def row(name: str, result: Run, base: Run, hours: float) -> str:
    delays, reference = sorted(result.delays), sorted(base.delays)
    mean, p95 = sum(delays) / len(delays), delays[int(0.95 * len(delays))]
    return (
        f"{name:<28}{mean * 60:8.2f}{p95 * 60:8.1f}"
        f"{mean * len(reference) / sum(reference):9.3f}{p95 / reference[int(0.95 * len(reference))]:7.3f}"
        f"{result.polls / hours:11.1f}{result.longest:9.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--budget", type=float, default=1000, help="requests an hour")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=14, help="to learn, and as many to measure")
    parser.add_argument("--floor", type=float, default=Budget().floor / timedelta(minutes=1), help="minutes")
    parser.add_argument("--cap", type=float, default=Budget().cap / timedelta(minutes=1), help="minutes")
    args = parser.parse_args()
    budget = replace(
        Budget(),
        per_hour=args.budget,
        floor=timedelta(minutes=args.floor),
        cap=timedelta(minutes=args.cap),
    )
    press = make_press(args.sources, 2 * args.days, args.seed)
    learn, end = args.days * 24.0, args.days * 48.0
    means = [sum(outlet.rates) / len(outlet.rates) for outlet in press]
    print(f"{args.sources} sources, {sum(means) * 24:.0f} articles a day, seed {args.seed}")
    print(f"{'policy':<28}{'mean':>8}{'p95':>8}{'× fixed':>9}{'p95':>7}{'requests/h':>11}{'longest':>9}")
    print(f"{'':<28}{'min':>8}{'min':>8}{'':>27}{'h':>9}")
    hours = end - learn
    fixed = run(press, steady(means, 0, args.budget), learn - 24, end, learn)
    print(row("fixed", fixed, fixed, hours))
    for name, power in (("proportional", 1.0), ("square root, rates known", 0.5)):
        print(
            row(name, run(press, steady(means, power, args.budget), learn - 24 * 7, end, learn), fixed, hours)
        )
    tocsin = Tocsin(press, budget, args.seed)
    found = run(press, tocsin.ask, 0, end, learn)
    print(row("Tocsin", found, fixed, hours))
    bound = clairvoyant_run(press, budget, learn - 24, end)
    print(row("clairvoyant", bound, fixed, hours))
    ratio = sum(found.delays) / len(found.delays) / (sum(bound.delays) / len(bound.delays))
    print("goals: mean ≤ 0.19 and p95 ≤ 0.45 of fixed, ≤ 1.3 clairvoyant, longest ≤ cap, budget ± 3 %")
    cpu = tocsin.seconds / sum(tocsin.spent)
    print(f"Tocsin is within {ratio:.3f} of the clairvoyant; {cpu * 1e6:.0f} µs of CPU to plan a poll")


if __name__ == "__main__":
    main()
