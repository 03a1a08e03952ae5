"""How fast the desk answers with a full store: bench/web.py [ARTICLES [SOURCES [FOLDER]]].

Fills a scratch store with so many articles (100,000; the goal is meant for a million; half of them by a
thousand busy sources), sources (100,000) with a day of polls, and a thousand rules, one alert in a
hundred articles, and asks for each page 20 times as a browser does: in CPU time of the whole process, and in
the time that a browser would wait, which counts what other processes do for a page, and on a busy machine
whatever else it is at. FOLDER keeps the store for the next time: to fill it with a million takes minutes.
Then it opens the desk as the daemon does, and measures what 100 open event streams cost while an alert comes
each second.
Goals: p95 under 100 ms and under 100 kB a page; streams that the pipe does not feel.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from filling import NOW, RULES, fill, outlets
from httpx2 import Response
from starlette.testclient import TestClient
from visitors import visitors

from daemon.config import Config, WebSettings, load
from daemon.jobs import Context, load_rules
from daemon.model import Rule, RuleTest, Severity
from daemon.runtime.shipped import shipped
from daemon.store import Store, upkeep
from daemon.store import alerts as rung
from daemon.web.app import application
from daemon.web.desk import Desk
from daemon.web.server import LOOPBACK, open_desk
from daemon.web.standing import look

TIMES = 20
SKETCH = "/rules/try, typing"
STREAMS, STREAMING_SECONDS = 100, 10
PATHS = (
    "/",
    "/?before=500",
    "/stories",
    "/stories?q=drone+4711",
    "/stories?q=nowhere&after=5001",
    "/stories/77",
    "/stories/77.json",
    "/stories/77.csv",
    "/sources",
    "/sources?by=failures",
    "/sources?by=next",
    "/sources?by=next&q=outlet+99&after=500",
    "/sources?tag=beat+3",
    "/sources?tag=beat+3&by=next",
    "/sources?show=failing&q=nowhere",
    "/sources/77",
    "/sources/new",
    "/deliveries",
    "/deliveries?show=dead",
    "/deliveries/7",
    "/why?url=https://h1.example/a/77",
    "/rules",
    "/rules?q=rule+99&after=25",
    "/rules/try",
    "/rules/try?rule=rule+99",
    SKETCH,
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
        context = furnished(store, polled, Path(folder, "config.toml"))
        store.read_now(lambda conn: look(conn, context))  # the configuration's digest is counted once
        began = time.process_time()
        store.read_now(lambda conn: look(conn, context))
        print(f"how things stand, every 5 s at most: {(time.process_time() - began) * 1000:.0f} ms")
        desk = Desk(lambda: context)
        desk.trials.warm = lambda _config: None  # the dictionaries are opened beside, and nobody waits
        asking = TestClient(application(desk, LOOPBACK, WebSettings()), base_url="http://127.0.0.1")
        for path in PATHS:
            measure(asking, path)
        asyncio.run(desk.trials.close())
        asyncio.run(stream(context))


def furnished(store: Store, polled: int, file: Path) -> Context:
    """Give only what pages ask of a context: nothing is fetched or sent here."""
    rules = tuple(
        Rule(f"rule {n}", f"drone{n}", tags=("odd",) if n % 2 else (), tests=(RuleTest(f"A drone{n}", ""),))
        for n in range(RULES)
    )
    file.write_text("\n".join(f'[[rules]]\nname = "{rule.name}"\nquery = "{rule.query}"' for rule in rules))
    config: Config = replace(
        load(shipped("config.toml"), {}),
        files=(file,),
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
    ask(asking, path)  # templates are compiled once
    taken, waited, size = [], [], 0
    for _ in range(TIMES):
        began, at = time.process_time(), time.monotonic()
        answer = ask(asking, path)
        taken.append((time.process_time() - began) * 1000)
        waited.append((time.monotonic() - at) * 1000)
        answer.raise_for_status()
        size = len(answer.content)
    middle, last = TIMES // 2, int(TIMES * 0.95)
    taken.sort()
    waited.sort()
    print(
        f"{path:44} p50 {taken[middle]:7.1f} ms  p95 {taken[last]:7.1f} ms  {size / 1000:6.1f} kB"
        f"  waited for {waited[middle]:7.1f} and {waited[last]:7.1f} ms"
    )


def ask(asking: TestClient, path: str) -> Response:
    """Ask for a page, or for what is shown while somebody types."""
    if path != SKETCH:
        return asking.get(path)
    draft = {"do": "look", "rule": "rule 99", "name": "rule 99", "query": "drone NEAR/5 (airport OR port)"}
    return asking.post("/rules/try", data=draft)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:3]]
    many, polled = (*given, *[100_000, 100_000][len(given) :])
    with tempfile.TemporaryDirectory() as scratch:
        main(many, polled, sys.argv[3] if len(sys.argv) > 3 else scratch)
