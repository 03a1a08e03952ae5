"""What one claim costs when much waits for a channel, as when its target was down for a day.

    .venv/bin/python bench/waiting.py [WAITING …]

Goal: the CPU of a claim does not grow with what waits. The first claim may hold all of it, once.
"""

import asyncio
import shutil
import sys
import tempfile
import time as clock
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.world import NOW, House, open_house
from sqlalchemy import Connection, update

from daemon.jobs import claim_deliveries
from daemon.model import (
    Alert,
    Article,
    Entry,
    Fate,
    Message,
    Mode,
    Outcome,
    Quiet,
    Severity,
    Source,
    Timetable,
    Verdict,
)
from daemon.store import Store, alerts, articles, deliveries, entries, sources, stories, tables, upkeep

EARLIER = NOW - timedelta(hours=9)
ROUNDS = 20
SEVERITIES = (Severity.INFO, Severity.NOTICE, Severity.HIGH)
MANNERS: Mapping[str, Mapping[str, Any]] = {
    "one at a time": {},
    "by story": {"group_wait": timedelta(seconds=30)},
    "in quiet hours": {"quiet": Quiet(time(11), time(14))},
    "the digest is to come": {"mode": Mode.DIGEST, "digest": Timetable((time(13),))},
    "the digest is due": {"mode": Mode.DIGEST, "digest": Timetable((time(11),))},
    "the hour is full": {"max_per_hour": 1},
    "every second was tried": {},
}


def fill(conn: Connection, count: int) -> None:
    """Queue so many alerts for the desk, each of a story of its own."""
    sources.sync(conn, [Source("a", "https://a.example/feed")], EARLIER)
    for number in range(count):
        ring(conn, number, EARLIER + number * timedelta(seconds=1))


def ring(conn: Connection, number: int, at: datetime) -> None:
    url, severity = f"https://a.example/{number}", SEVERITIES[number % 3]
    listed = entries.Listed(Entry(url=url), (f"url:{url}",), Verdict(Fate.NEW, "to be read"))
    (added,) = entries.add(conn, 1, [listed], at)
    article = articles.put(conn, added.id, Article(url=url, title=url), at)
    stories.join(conn, stories.open_new(conn, url, at), article, at)
    rung = alerts.add(conn, "drones", article, severity, at)
    assert rung is not None
    told = Alert(rung.key, "drones", severity, url, url)
    deliveries.add(conn, rung.id, "desk", Message(rung.key, url, url, severity=severity), at, told=told)


async def measure(house: House, count: int, manner: str) -> None:
    desk = replace(house.context.channels["desk"], **MANNERS[manner])
    house.configure(channels=(desk,))
    if manner == "every second was tried":
        tried = update(tables.deliveries).where(tables.deliveries.c.id % 2 == 0).values(attempts=1)
        await house.store.write(lambda conn: conn.execute(tried))
    first, spent = await claim(house), 0.0
    for round_ in range(ROUNDS):
        house.clock.wait(seconds=2)
        await house.store.write(partial(ring, number=count + round_, at=house.clock.now))
        spent += await claim(house)
    print(f"  {manner:<24}{first * 1000:>8.1f} ms the first{spent / ROUNDS * 1000:>8.1f} ms each following")


async def claim(house: House) -> float:
    """Claim once, note it as sent, and give the seconds of CPU that the claim took."""
    start = clock.process_time()
    claimed = await claim_deliveries(house.context, 1, ())
    took = clock.process_time() - start
    for (parcel,) in claimed:
        ids = [each.id for each in parcel.deliveries]
        await house.store.write(partial(confirm, ids=ids, now=house.clock.now))
    return took


def confirm(conn: Connection, ids: list[int], now: datetime) -> None:
    for each in ids:
        deliveries.record(conn, each, Outcome(ok=True), now)


async def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        for count in counts:
            print(f"{count} wait")
            filled = Path(name, f"{count}.db")
            upkeep.upgrade(f"sqlite:///{filled}", datetime.now(UTC))
            with Store.open(f"sqlite:///{filled}") as store:
                store.write_now(partial(fill, count=count))
            for manner in MANNERS:
                async with open_house(Path(shutil.copy(filled, Path(name, "one.db")))) as house:
                    await measure(house, count, manner)


if __name__ == "__main__":
    asyncio.run(main([int(word) for word in sys.argv[1:]] or [100, 2_000, 20_000]))
