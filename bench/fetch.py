"""What polling costs, store included: the daemon's own lanes against TLS servers in a process of their own.

Unchanged feeds at growing numbers of sources; changed ones; how late due polls are; new articles from the
feed to the verdict; memory over simulated days. CPU is counted, not the wall's time: of this process, and
where workers are at work, of theirs. Every source is a host of its own, as unkind as it gets to connections.
"""

import argparse
import asyncio
import gc
import math
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from loopback import WORDS, Loopback, make_word, serve_loopback
from sqlalchemy import bindparam, update
from visitors import visitors

from daemon import jobs
from daemon.config import Config, DaemonSettings, PollingSettings, WebSettings
from daemon.deliver import Deliverer
from daemon.fetch import Fetcher, Limits
from daemon.jobs import Context, load_rules
from daemon.match import expand
from daemon.model import Rule, Secret, Source, SourceKind
from daemon.runtime.clock import now as real_now
from daemon.runtime.lanes import Lane
from daemon.runtime.service import TICK
from daemon.runtime.workers import Workers
from daemon.schedule import Answered, Budget, PollState, plan_next
from daemon.store import Store, polls, sources, upkeep
from daemon.store.sources import SourceState
from daemon.store.tables import sources as table
from daemon.web import open_desk

DAY = timedelta(days=1)
READERS = ", 100 readers"
PACELESS = Limits(pace=timedelta(0))


@dataclass
class Clock:
    """Time as it is, until a simulation sets it."""

    at: datetime | None = None

    def __call__(self) -> datetime:
        return self.at or real_now()


@asynccontextmanager
async def open_bench(
    servers: Loopback, count: int, clock: Clock, *, workers: int = 1, rules: tuple[Rule, ...] = (), **how: Any
) -> AsyncIterator[Context]:
    """Open a house with `count` sources, all new."""
    forms = expand(rules)
    watched = tuple(
        Source(
            f"s{n}", f"https://s{n}.press.example:{servers.port}/feed", SourceKind.FEED, allow_private=True
        )
        for n in range(count)
    )
    watched = tuple(replace(source, **how) for source in watched)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upkeep.upgrade(url, clock())
        config = Config(
            DaemonSettings(Secret(url), Path(folder), ZoneInfo("UTC")),
            PollingSettings(),
            sources=watched,
            rules=rules,
            web=WebSettings(listen="127.0.0.1:0"),
        )
        compute = Workers(workers, load_rules, (rules, (), (), forms))
        fetching = Fetcher(user_agent="bench", limits=PACELESS, resolve=servers.resolve, trust=servers.trust)
        with Store.open(url) as store:
            async with fetching as fetcher:
                yield Context(
                    config=config,
                    store=store,
                    fetcher=fetcher,
                    deliverer=Deliverer(),
                    compute=compute,
                    now=clock,
                    chance=random.Random(1).random,
                    sources={source.name: source for source in watched},
                    rules={rule.name: rule for rule in rules},
                    channels={},
                    styles={},
                    budget=Budget(),
                )
                await compute.close()


def follow(
    ctx: Context,
    *,
    due_in: timedelta = timedelta(0),
    due_within: timedelta = timedelta(0),
    whole: timedelta = timedelta(0),
) -> None:
    """Take up the sources as known for three weeks, unchanged, due one after the other from `due_in` on.

    `whole` ago each was last fetched without a condition.
    """
    now = ctx.now()
    state = PollState()
    for day in range(21, 0, -1):
        outcome = Answered(now - day * DAY, 20, (now - day * DAY - timedelta(hours=1),) * 3)
        state = plan_next(Source("s", ""), state, outcome, Budget(), 0.5).state
    learned = replace(state, answered=now, whole=now - whole).to_plain()
    known = {"etag": '"a"', "first_polled_at": now - 21 * DAY, "schedule": learned}
    chance = random.Random(2)

    def write(conn: Any) -> None:
        sources.sync(conn, ctx.config.sources, now)
        conn.execute(update(table).values(**known))
        due = update(table).where(table.c.id == bindparam("number")).values(next_poll_at=bindparam("at"))
        numbers = range(1, len(ctx.sources) + 1)
        conn.execute(due, [{"number": n, "at": now + due_in + due_within * chance.random()} for n in numbers])

    ctx.store.write_now(write)


async def run_dry(ctx: Context, *lanes: Lane[Any]) -> None:
    """Tick until nothing is due any more, without waiting for the clock."""
    idle = 0
    while idle < 2:
        claimed = sum([await lane.tick(ctx) for lane in lanes])
        await asyncio.sleep(0.005)
        idle = 0 if claimed or any(lane.in_flight for lane in lanes) else idle + 1


def poll_lane(run: Callable[[Context, SourceState], Any] = jobs.poll, at_once: int = 50) -> Lane[Any]:
    return Lane("poll", jobs.claim_sources, run, at_once)


async def unchanged(servers: Loopback, count: int) -> float:
    """Give the CPU milliseconds of a poll that is answered 304, claim and commit included."""
    async with open_bench(servers, count, Clock()) as ctx:
        follow(ctx)
        started = time.process_time()
        await run_dry(ctx, poll_lane())
        spent = time.process_time() - started
        polled = ctx.store.read_now(polls_made)
        assert polled == count, f"{polled} of {count} were polled"
        return 1000 * spent / count


def polls_made(conn: Any) -> int:
    return polls.count_since(conn, datetime(2000, 1, 1, tzinfo=UTC))


async def lateness(
    servers: Loopback, count: int, every: timedelta, seconds: float, *, desk: bool
) -> list[float]:
    """Give the sorted seconds between due and begun, under the daemon's own ticks, with 100 readers or none.

    The first falls due when all sources are written, or lateness would count that.
    """
    late: list[float] = []
    settling = timedelta(seconds=count / 2_000)

    async def run(ctx: Context, state: SourceState) -> None:
        late.append((ctx.now() - (state.next_poll_at or ctx.now())).total_seconds())
        await jobs.poll(ctx, state)

    async with open_bench(servers, count, Clock(), every=every) as ctx:
        until = real_now() + settling + timedelta(seconds=seconds)
        follow(ctx, due_in=settling, due_within=every)
        lane = poll_lane(run, PollingSettings().concurrency)
        async with open_desk(lambda: ctx) as address:
            with visitors(address, streams=100, pages_a_second=2) if desk else nullcontext():
                while real_now() < until:
                    await asyncio.gather(lane.tick(ctx), asyncio.sleep(TICK.total_seconds()))
        await lane.settle()
    return sorted(late)


async def changed(servers: Loopback, rounds: int, count: int = 20) -> float:
    """Give the CPU milliseconds of all processes for a poll of a feed with one new entry of thirty."""
    clock = Clock(datetime(2026, 1, 5, 12, tzinfo=UTC))
    async with open_bench(servers, count, clock, every=timedelta(minutes=5)) as ctx:
        ctx.store.write_now(lambda conn: sources.sync(conn, ctx.config.sources, clock()))
        lane = poll_lane(at_once=20)
        for number in range(rounds + 2):
            if number == 2:  # the first listing is stored, the worker is warm
                before = cpu()
            await run_dry(ctx, lane)
            clock.at = clock() + timedelta(minutes=6)
        return 1000 * (cpu() - before) / (rounds * count)


async def articles(servers: Loopback, workers: int, rounds: int, count: int = 20) -> tuple[float, float]:
    """Give articles a second, and CPU milliseconds of all processes for one, from its feed to its verdict."""
    rules = tuple(
        Rule(f"r{n}", any=(f"{make_word(7 * n % WORDS)} {make_word(11 * n % WORDS)}", make_word(WORDS + n)))
        for n in range(1_000)
    )
    clock = Clock(datetime(2026, 1, 5, 12, tzinfo=UTC))
    async with open_bench(
        servers, count, clock, workers=workers, rules=rules, every=timedelta(minutes=5)
    ) as ctx:
        ctx.store.write_now(lambda conn: sources.sync(conn, ctx.config.sources, clock()))
        lanes = (poll_lane(at_once=20), Lane("read", jobs.claim_entries, jobs.read, 20))
        for number in range(rounds + 2):
            if number == 2:  # the backlog is read, the workers are warm
                before, began = cpu(), time.monotonic()
            await run_dry(ctx, *lanes)
            clock.at = clock() + timedelta(minutes=6)
        made = rounds * count
        return made / (time.monotonic() - began), 1000 * (cpu() - before) / made


def cpu() -> float:
    """Sum the CPU seconds of this process and the workers, which a fork server has begotten."""
    ticks = 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _is_ours(int(process.name)):
            fields = _stat(int(process.name))
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _is_ours(pid: int) -> bool:
    """Tell whether a process is this one, or a grandchild: children are the servers and the fork server."""
    while pid > 1:
        if pid == os.getpid():
            return True
        try:
            parent = int(_stat(pid)[1])
            if parent == os.getpid() and b"forkserver" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                return False
        except (OSError, IndexError):
            return False
        pid = parent
    return False


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


async def memory(servers: Loopback, count: int, hours: int, budget: float) -> list[float]:
    """Give the resident megabytes after each quarter of the simulated hours, the warm-up before them.

    Every source is fetched whole in the warm-up, as it is once a day: what holds connections, hosts' manners
    and the database's pages is full then, and the day that is measured has nothing in it that the one before
    had not.
    """
    clock = Clock(datetime(2026, 1, 5, tzinfo=UTC))
    warm_up = math.ceil(count / budget)
    measured = []
    async with open_bench(servers, count, clock) as house:
        follow(house, due_within=timedelta(hours=warm_up), whole=DAY)
        ctx = replace(house, budget=Budget(budget, cap=timedelta(hours=warm_up)))
        lane = poll_lane()
        for hour in range(-warm_up, hours + 1):
            if hour >= 0 and hour % (hours // 4) == 0:
                gc.collect()
                measured.append(int(_stat(os.getpid())[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
            clock.at = clock() + timedelta(hours=1)
            await run_dry(ctx, lane)
            ctx = replace(ctx, budget=await jobs.settle_budget(ctx))
    return measured


def tell(what: str, figure: str, goal: str, *, met: bool | None = None) -> None:
    print(
        f"{what:<70}{figure:>22}   {goal:<14}{'' if met is None else 'met' if met else 'missed'}", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--seconds", type=float, default=60, help="to measure lateness for, in real time")
    parser.add_argument("--rounds", type=int, default=20, help="of one new article from each of 20 sources")
    parser.add_argument("--only", choices=["unchanged", "changed", "late", "articles", "memory"])
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with serve_loopback() as servers:
        if args.only in (None, "unchanged"):
            costs = [asyncio.run(unchanged(servers, count)) for count in args.sources]
            for count, cost in zip(args.sources, costs, strict=True):
                what = f"unchanged: CPU a poll, {count:,} sources"
                tell(what, f"{cost:.2f} ms", "≤ 2.5 ms", met=cost <= 2.5)
            what, growth = "unchanged: cost of a poll, most to fewest sources", costs[-1] / costs[0]
            tell(what, f"× {growth:.2f}", "≤ 1", met=growth <= 1.02)
        if args.only in (None, "changed"):
            cost = asyncio.run(changed(servers, args.rounds))
            tell("changed: CPU a poll, 1 new entry of 30", f"{cost:.1f} ms", "none named")
        if args.only in (None, "late"):
            cases = ((10_000, 5, 1.0, False), (100_000, 60, 2.0, False), (10_000, 5, 1.0, True))
            for count, every, goal, desk in cases:
                late = asyncio.run(
                    lateness(servers, count, timedelta(minutes=every), args.seconds, desk=desk)
                )
                p99 = late[int(len(late) * 0.99)]
                what = f"lateness p99 (most, polls), {count:,} sources every {every} min{READERS * desk}"
                figure = f"{p99:.2f} ({late[-1]:.2f}, {len(late)}) s"
                tell(what, figure, f"≤ {goal:.0f} s", met=p99 <= goal)
        if args.only in (None, "articles"):
            for workers in (1, 2):
                pace, cost = asyncio.run(articles(servers, workers, args.rounds))
                what = f"new articles, 1,000 rules, {workers} worker{'s' * (workers > 1)}"
                tell(what, f"{pace:.0f}/s, {cost:.1f} ms CPU", "none named")
        if args.only in (None, "memory"):
            measured = asyncio.run(memory(servers, 10_000, 24, 1_000))
            shown = " ".join(f"{size:.0f}" for size in measured)
            flat = measured[-1] <= measured[0] * 1.03
            tell("memory over 24 simulated hours, 10,000 sources", f"{shown} MB", "flat", met=flat)


if __name__ == "__main__":
    main()
