"""How fast the desk answers with a full store: bench/web.py [ARTICLES [SOURCES]].

Fills a scratch store with so many articles (100,000; the goal is meant for a million) and sources (100,000),
one alert in a hundred articles, and asks for each page 20 times as a browser does, in CPU time of the whole
process. Goals: p95 under 100 ms and under 100 kB a page.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Connection, insert
from starlette.testclient import TestClient

from daemon.config import load
from daemon.jobs import Context
from daemon.model import DeliveryState, Source
from daemon.runtime.shipped import shipped
from daemon.store import Store, sources, upkeep
from daemon.store.tables import alerts, articles, deliveries, entries, entry_keys, hits, ledger, stories
from daemon.web.app import application
from daemon.web.desk import Desk
from daemon.web.server import LOOPBACK

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = "The harbour office said that the work would go on until the evening. " * 20
CHUNK = 5_000
TIMES = 20
PATHS = (
    "/",
    "/?before=500",
    "/stories",
    "/stories?q=drone+4711",
    "/stories/77",
    "/sources",
    "/sources?by=failures",
    "/sources?by=next&q=outlet+99&after=500",
    "/sources/77",
    "/deliveries",
    "/deliveries?show=dead",
    "/deliveries/7",
    "/why?url=https://h1.example/a/77",
)


def main(many: int, polled: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tocsin.db"
        upkeep.upgrade(url, NOW)
        with Store.open(url) as store:
            fill(store, many, polled)
            size = Path(folder, "tocsin.db").stat().st_size / 1e6
            print(f"{many} articles, {polled} sources, {size:.0f} MB")
            with browser(store) as asking:
                for path in PATHS:
                    measure(asking, path)


def fill(store: Store, many: int, polled: int) -> None:
    outlets = [Source(f"Outlet {n:06}", f"https://h{n}.example/feed") for n in range(polled)]
    store.write_now(lambda conn: sources.sync(conn, outlets, NOW))
    for first in range(1, many + 1, CHUNK):
        ids = range(first, min(first + CHUNK, many + 1))
        store.write_now(lambda conn, ids=ids: add(conn, ids, polled))


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
                "source_id": 1 + n % polled,
                "url": f"https://h1.example/a/{n}",
                "found_at": at[n],
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
            {"rule": "r", "article_id": n, "severity": 30, "evidence": evidence, "found_at": at[n]}
            for n in rang
        ),
    )
    put(
        alerts,
        *(
            {
                "key": f"k{n}",
                "rule": "r",
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


@contextmanager
def browser(store: Store) -> Iterator[TestClient]:
    config = load(shipped("config.toml"), {})
    # Only what pages ask of a context: nothing is fetched or sent here.
    context = SimpleNamespace(
        config=replace(config),
        store=store,
        now=lambda: NOW,
        sources={},
        rules={},
        channels={},
        deliverer=None,
    )
    desk = Desk(lambda: cast("Context", context))
    yield TestClient(application(desk, LOOPBACK), base_url="http://127.0.0.1")


def measure(asking: TestClient, path: str) -> None:
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
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *[100_000, 100_000][len(given) :])
