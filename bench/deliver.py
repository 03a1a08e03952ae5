"""Deliveries: what the first costs, what each costs, what faults lose, what a dripping target delays.

    .venv/bin/python bench/deliver.py [MESSAGES]

Goals: nothing lost; repeats only where a reply was lost; under 10 ms of CPU a message, server included;
a healthy target's median beside 31 dripping ones within 10 ms of its median alone.
"""

import asyncio
import random
import resource
import statistics
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.http import Fault, HttpServer, Response
from servers.webhook import Webhook

from daemon.alert import next_attempt
from daemon.deliver import Deliverer, check
from daemon.model import DeliveryState, Message, Outcome, Secret

WITHIN = timedelta(seconds=60)
FAULTS = (
    Response(429, headers={"Retry-After": "0"}),
    Response(500),
    Fault.RESET_UNHEARD,
    Fault.RESET_HEARD,
)
MESSAGE = Message("k", "A title", "A text of some length. " * 20)


def first() -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    check(Secret("json://127.0.0.1/"))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"first use of Apprise: {time.process_time() - start:.2f} s of CPU, {grown / 1024:.0f} MB")


async def until_sent(deliverer: Deliverer, url: Secret, message: Message) -> list[Outcome]:
    outcomes, attempts, state = [], 0, DeliveryState.PENDING
    while state not in {DeliveryState.SENT, DeliveryState.DEAD}:
        outcomes.append(await deliverer.send(url, message, WITHIN))
        after = next_attempt(attempts, outcomes[-1], datetime.now(UTC), 0.5)
        state, attempts = after.state, after.attempts
    return outcomes


async def faults(count: int) -> None:
    webhook, chance = Webhook(), random.Random(1)
    async with HttpServer(webhook) as server:
        server.faults.extend(
            chance.choice(FAULTS) if chance.random() < 0.2 else None for _ in range(count * 2)
        )
        deliverer, start = Deliverer(), time.process_time()
        sends = (
            until_sent(
                deliverer, Secret(f"json://{server.address}/{n % 40}"), replace(MESSAGE, title=f"k{n}")
            )
            for n in range(count)
        )
        outcomes = [outcome for sent in await asyncio.gather(*sends) for outcome in sent]
        cpu = (time.process_time() - start) / len(outcomes)
    got = Counter(request.json()["title"] for request in webhook.requests)
    lost = count - sum(f"k{n}" in got for n in range(count))
    repeats, doubts = got.total() - len(got), sum(outcome.unknown for outcome in outcomes)
    print(f"{count} messages, 40 targets, every fifth attempt at fault: {lost} lost, {repeats} repeats")
    print(f"  {len(outcomes)} attempts, {doubts} of them in doubt; {cpu * 1000:.1f} ms of CPU an attempt")


async def median(deliverer: Deliverer, url: Secret) -> float:
    times = []
    for _ in range(50):
        start = time.perf_counter()
        assert (await deliverer.send(url, MESSAGE, WITHIN)).ok
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


async def dripping() -> None:
    async with HttpServer(Webhook()) as good, HttpServer(Webhook()) as bad:
        deliverer, healthy = Deliverer(), Secret(f"json://{good.address}/")
        alone = await median(deliverer, healthy)
        bad.faults.extend([Fault.DRIP] * 31)
        drips = [
            asyncio.create_task(deliverer.send(Secret(f"json://{bad.address}/{n}"), MESSAGE, WITHIN))
            for n in range(31)
        ]
        while bad.faults:  # noqa: ASYNC110 - a bench may look until all are there
            await asyncio.sleep(0.01)
        beside = await median(deliverer, healthy)
        for task in drips:
            task.cancel()
    print(f"a healthy target's median: {alone:.1f} ms alone, {beside:.1f} ms beside 31 dripping ones")


if __name__ == "__main__":
    first()
    asyncio.run(faults(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
    asyncio.run(dripping())
