"""How fast the desk answers with a full store: bench/web.py [ARTICLES [SOURCES [FOLDER]]].

Fills a scratch store with so many articles (100,000; the goal is meant for a million; half of them by a
thousand busy sources), sources (100,000) with a day of polls, and a thousand rules, one alert in a
hundred articles, and asks for each page 20 times as a
browser does, in CPU time of the whole process. FOLDER keeps the store for the next time: to fill it
with a million takes minutes. Then it opens the desk as the daemon does, and measures what 100 open
event streams cost while an alert comes each second.
Goals: p95 under 100 ms and under 100 kB a page; streams that the pipe does not feel.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Connection, insert, update
from starlette.testclient import TestClient
from visitors import visitors

from daemon.config import Config, WebSettings, load
from daemon.jobs import Context, load_rules
from daemon.model import DeliveryState, Rule, RuleTest, Severity, Source
from daemon.runtime.shipped import shipped
from daemon.runtime.status import take_status
from daemon.store import Store, sources, upkeep
from daemon.store import alerts as rung
from daemon.store.polls import PollOutcome
from daemon.store.tables import (
    alerts,
    articles,
    deliveries,
    entries,
    entry_keys,
    hits,
    ledger,
    polls,
    stories,
)
from daemon.store.tables import sources as watched
from daemon.web.app import application
from daemon.web.desk import Desk
from daemon.web.server import LOOPBACK, open_desk

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = "The harbour office said that the work would go on until the evening. " * 20
CHUNK = 5_000
TIMES = 20
RULES = 1_000
BUSY = 1_000  # sources
OUTCOMES = (PollOutcome.UNCHANGED.value, PollOutcome.FAILED.value)
STREAMS, STREAMING_SECONDS = 100, 10
PATHS = (
    "/",
    "/?before=500",
    "/stories",
    "/stories?q=drone+4711",
    "/stories?q=nowhere&after=5001",
    "/stories/77",
    "/sources",
    "/sources?by=failures",
    "/sources?by=next",
    "/sources?by=next&q=outlet+99&after=500",
    "/sources?tag=beat+3",
    "/sources?show=failing&q=nowhere",
    "/sources/77",
    "/deliveries",
    "/deliveries?show=dead",
    "/deliveries/7",
    "/why?url=https://h1.example/a/77",
    "/rules",
    "/rules?q=rule+99&after=25",
    "/silences",
    "/silences?rule=rule+1",
    "/feeds/alerts.atom",
    "/feeds/alerts.json?rule=rule+1",
    "/feeds/alerts.atom?tag=odd",
    "/api/v1/alerts?limit=100",
    "/api/v1/stories?q=4711",
    "/api/v1/sources?limit=100",
    "/api/v1/rules",
    "/api/v1/silences",
    "/metrics",
)


def main(many: int, polled: int, folder: str) -> None:
    address = f"sqlite:///{folder}/tocsin.db"
    if not Path(folder, "tocsin.db").exists():
        upkeep.upgrade(address, NOW)
        with Store.open(address) as store:
            fill(store, many, polled)
    with Store.open(address) as store:
        size = Path(folder, "tocsin.db").stat().st_size / 1e6
        print(f"{many} articles, {polled} sources, {RULES} rules, {size:.0f} MB")
        began = time.process_time()
        store.read_now(lambda conn: take_status(conn, NOW))
        print(f"how things stand, every 5 s at most: {(time.process_time() - began) * 1000:.0f} ms")
        context = furnished(store, polled)
        desk = Desk(lambda: context)
        asking = TestClient(application(desk, LOOPBACK, WebSettings()), base_url="http://127.0.0.1")
        for path in PATHS:
            measure(asking, path)
        asyncio.run(stream(context))


def outlets(polled: int) -> tuple[Source, ...]:
    return tuple(
        Source(f"Outlet {n:06}", f"https://h{n}.example/feed", tags=(f"country {n % 150}", f"beat {n % 7}"))
        for n in range(polled)
    )


def fill(store: Store, many: int, polled: int) -> None:
    store.write_now(lambda conn: sources.sync(conn, outlets(polled), NOW))
    store.write_now(
        lambda conn: conn.execute(update(watched).values(first_polled_at=NOW - timedelta(days=30)))
    )
    for first in range(1, polled + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, polled + 1))
        store.write_now(lambda conn, numbers=numbers: poll(conn, numbers))
    for first in range(1, many + 1, CHUNK):
        ids = range(first, min(first + CHUNK, many + 1))
        store.write_now(lambda conn, ids=ids: add(conn, ids, polled))


def poll(conn: Connection, numbers: range) -> None:
    """A day's polls: a busy source is polled every five minutes, any other every four hours."""
    made = [
        {"source_id": n, "at": NOW - timedelta(minutes=each), "outcome": OUTCOMES[each % 7 == n % 7]}
        for n in numbers
        for each in range(0, 24 * 60, 5 if n <= BUSY else 240)
    ]
    conn.execute(insert(polls), [{**each, "added": 1} for each in made])


def name(article: int) -> str:
    """Name the rule that an article rings: one of them rings half of all."""
    return f"rule {1 if article % 200 == 1 else article // 100 % RULES}"


def add(conn: Connection, ids: range, polled: int) -> None:
    """Three articles in four are a story of their own; the fourth is a copy of the one before it."""
    home = {n: n - 1 if n % 4 == 0 else n for n in ids}
    at = {n: NOW - timedelta(seconds=20 * (1_000_000 - n)) for n in ids}

    def put(table: Any, *rows: dict[str, Any]) -> None:
        if rows:
            conn.execute(insert(table), list(rows))

    title = "Drone incursion number {} over the harbour of the islands"
    put(
        stories,
        *(
            {"id": n, "title": title.format(n), "first_seen_at": at[n], "updated_at": at[n]}
            for n in ids
            if n % 4
        ),
    )
    fate = {"fate": "no_rule", "reason": "read; no rule asked for it"}
    put(
        entries,
        *(
            {
                "id": n,
                "source_id": 1 + n % (polled if n % 2 else BUSY),
                "url": f"https://h1.example/a/{n}",
                "found_at": at[n],
                "published": at[n] - timedelta(minutes=n % 9),
                "published_precision": "second",
                **fate,
            }
            for n in ids
        ),
    )
    put(entry_keys, *({"key": f"url:https://h1.example/a/{n}", "entry_id": n} for n in ids))
    put(ledger, *({"entry_id": n, "at": at[n], **fate} for n in ids))
    put(
        articles,
        *(
            {
                "id": n,
                "entry_id": n,
                "story_id": home[n] if home[n] in at else n,
                "original_id": home[n],
                "url": f"https://h1.example/a/{n}",
                "title": title.format(n),
                "text": TEXT,
                "published_precision": "second",
                "fetched_at": at[n],
                "role": "first" if n % 4 else "copy",
            }
            for n in ids
        ),
    )
    rang = [n for n in ids if n % 100 == 1]
    span = {"field": "title", "start": 0, "end": 5, "text": "Drone"}
    evidence = {"spans": [span], "reasons": ["«Drone» in the title"]}
    put(
        hits,
        *(
            {"rule": name(n), "article_id": n, "severity": 30, "evidence": evidence, "found_at": at[n]}
            for n in rang
        ),
    )
    put(
        alerts,
        *(
            {
                "key": f"k{n}",
                "rule": name(n),
                "story_id": n,
                "article_id": n,
                "original_id": n,
                "severity": 30,
                "created_at": at[n],
            }
            for n in rang
        ),
    )
    payload = {
        "key": "k",
        "title": "Drone",
        "text": TEXT,
        "html": TEXT,
        "form": "mail",
        "thread": "",
        "severity": 30,
        "headers": {},
    }
    states = (DeliveryState.SENT, DeliveryState.DEAD)
    put(
        deliveries,
        *(
            {
                "alert_id": 1 + n // 100,
                "channel": "desk",
                "state": states[n % 300 == 1],
                "created_at": at[n],
                "payload": payload,
            }
            for n in rang
        ),
    )


def furnished(store: Store, polled: int) -> Context:
    """Give only what pages ask of a context: nothing is fetched or sent here."""
    rules = tuple(
        Rule(f"rule {n}", f"drone{n}", tags=("odd",) if n % 2 else (), tests=(RuleTest(f"A drone{n}", ""),))
        for n in range(RULES)
    )
    config: Config = replace(
        load(shipped("config.toml"), {}),
        rules=rules,
        sources=outlets(polled),
        web=WebSettings(listen="127.0.0.1:0"),
    )
    load_rules(rules, (), (), {})
    return cast(
        "Context",
        SimpleNamespace(
            config=config,
            store=store,
            now=lambda: NOW,
            compute=here,
            sources={source.name: source for source in config.sources},
            rules={rule.name: rule for rule in rules},
            channels={},
            deliverer=None,
        ),
    )


async def here(work: Any, *args: Any, **kwargs: Any) -> Any:
    """Ask the rules in this process, so that they count."""
    return work(*args, **kwargs)


async def stream(context: Context) -> None:
    """Measure what open streams cost, in CPU time and in how long the pipe's loop stands still."""
    async with open_desk(lambda: context) as desk:
        for streams in (0, STREAMS):
            with visitors(desk, streams):
                await asyncio.sleep(2)  # they are all there
                used, late = await ring(context)
            print(
                f"{streams:3} open streams, an alert a second: {used / STREAMING_SECONDS:6.1f} ms of CPU"
                f" a second; the loop came late by {late:.1f} ms at most"
            )


async def ring(context: Context) -> tuple[float, float]:
    """Ring once a second; give milliseconds of CPU in all, and the longest that the loop stood still."""
    began, before, latest = time.process_time(), time.monotonic(), 0.0
    step = 0.01
    for turn in range(int(STREAMING_SECONDS / step)):
        if turn % int(1 / step) == 0:
            article = 2 + int(time.monotonic() * 1000) % 9_000
            rule = f"bench {time.monotonic()}"
            alert = {"article_id": article, "severity": Severity.HIGH, "now": NOW}
            await context.store.write(partial(rung.add, rule=rule, **alert))
            before = time.monotonic()
        await asyncio.sleep(step)
        now = time.monotonic()
        latest, before = max(latest, now - before - step), now
    return (time.process_time() - began) * 1000, latest * 1000


def measure(asking: TestClient, path: str) -> None:
    asking.get(path)  # templates are compiled once
    taken, size = [], 0
    for _ in range(TIMES):
        began = time.process_time()
        answer = asking.get(path)
        taken.append((time.process_time() - began) * 1000)
        answer.raise_for_status()
        size = len(answer.content)
    taken.sort()
    print(
        f"{path:44} p50 {taken[TIMES // 2]:7.1f} ms  p95 {taken[int(TIMES * 0.95)]:7.1f} ms"
        f"  {size / 1000:6.1f} kB"
    )


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:3]]
    many, polled = (*given, *[100_000, 100_000][len(given) :])
    with tempfile.TemporaryDirectory() as scratch:
        main(many, polled, sys.argv[3] if len(sys.argv) > 3 else scratch)
