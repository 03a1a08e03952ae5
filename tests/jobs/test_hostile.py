"""All that means harm at once, beside fifty healthy sources: the healthy ones lose nothing."""

import asyncio
import gc
import random
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import trustme
from servers.hostile import HTML, LETHAL, hostile_world, lethal, moves, tricks
from servers.http import Response
from servers.wordforms import forms_of
from servers.world import DRONES, Item

from daemon import jobs
from daemon.fetch import Fetcher, Limits
from daemon.jobs import load_rules
from daemon.model import Source
from daemon.runtime.lanes import Lane
from daemon.runtime.workers import Workers

HEALTHY = 50
STALL = 0.1  # seconds of CPU
QUICK = Limits(
    total=timedelta(seconds=4), connect=timedelta(seconds=2), silence=timedelta(seconds=2), pace=timedelta(0)
)
BLOCKED = (
    "169.254.169.254",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[::1]",
    "0.0.0.0",
    "rebinding.example",
)

# What not even a source of one's own network may lead to.
METADATA = (
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "0.0.0.0",
    "rebinding.example",
)


async def resolve(host: str, _port: int) -> list[str]:
    """Name all hosts of this machine but those spelt out, and one that points where it must not."""
    if host[0].isdigit() or ":" in host:
        return [host]
    return ["169.254.169.254" if host.startswith("rebinding") else "127.0.0.1"]


class Mortal:
    """Real worker processes, which die of pages with a mark."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers

    async def __call__(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return await self.workers(lethal, work, *args, **kwargs)

    async def close(self) -> None:
        await self.workers.close()


async def longest_turn(stop: asyncio.Event) -> float:
    """Measure the most CPU time that the event loop's thread spent between two ticks, in seconds.

    Not the wall's time: a machine busy with other things would stall any loop.
    """
    longest = 0.0
    while not stop.is_set():
        before = time.thread_time()
        await asyncio.sleep(0.005)
        longest = max(longest, time.thread_time() - before)
    return longest


def news(number: int) -> Item:
    """Write an article that shares no sentence with its neighbours."""
    chance = random.Random(number)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvz", k=7)) for _ in range(120)]
    return Item("new", f"Drone incursion near {words[0].title()}", " ".join(words))


async def run_lanes(house) -> None:
    """Let the lanes run as the service does, until nothing is due any more."""
    lanes = [
        Lane("poll", jobs.claim_sources, jobs.poll, 20),
        Lane("read", jobs.claim_entries, jobs.read, 20),
    ]
    idle = 0
    while idle < 2:
        claimed = sum([await lane.tick(house.context) for lane in lanes])
        await asyncio.sleep(0.05)
        idle = 0 if claimed or any(lane.in_flight for lane in lanes) else idle + 1


async def test_the_healthy_lose_nothing_whatever_the_others_do(house):
    sites = [house.site(f"healthy-{n}", Item("old", f"Old news number {n}")) for n in range(HEALTHY)]
    trap = house.site("trap")
    answers = tricks() | {f"sent-on-{n}": moves(f"http://{host}/") for n, host in enumerate(METADATA)}
    workers = Workers(2, load_rules, ((DRONES,), (), (), forms_of(DRONES)))
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("stranger.example").configure_cert(stranger)
    async with (
        hostile_world(answers) as port,
        hostile_world(answers, stranger) as tls_port,
        Fetcher(user_agent="test", limits=QUICK, resolve=resolve) as fetcher,
    ):
        bad = [Source(n, f"http://{n}.example:{port}/", allow_private=True) for n in answers]
        bad += [
            Source("stranger", f"https://stranger.example:{tls_port}/", allow_private=True),
            Source("mute-tls", f"https://nuls.example:{port}/", allow_private=True),
        ]
        walled = [Source(host, f"http://{host}:{port}/") for host in BLOCKED]
        house.context = replace(house.context, compute=Mortal(workers), fetcher=fetcher)
        try:
            await run_lanes(house)
            for number, site in enumerate(sites):
                site.items.append(news(number))
            trap.items.append(Item("page", "Drone incursion over the trap"))
            trap.answers["/page"] = Response(200, b"<html>" + LETHAL, {"Content-Type": HTML})
            house.clock.wait(minutes=5)
            house.configure(sources=(*house.context.config.sources, *bad, *walled))
            house.make_due()
            # This process holds the dictionaries of word forms, which the daemon never does: to look through
            # them for garbage takes longer than any page.
            gc.collect()
            gc.freeze()
            stop = asyncio.Event()
            watch = asyncio.create_task(longest_turn(stop))
            await run_lanes(house)
            stop.set()
            assert await watch < STALL
        finally:
            gc.unfreeze()
            await workers.close()

        for site in sites:
            way = house.why(f"{site.base}/new")
            assert way["fate"] == "queued", way
            assert "only the feed's words" not in " ".join(step["reason"] for step in way["steps"])
            assert house.state(site.name).failures == 0
        assert all(house.state(host).error_kind == "blocked" for host in BLOCKED)
        assert all(house.state(f"sent-on-{n}").error_kind == "blocked" for n in range(len(METADATA)))
        failed = {name: house.state(name).error_kind for name in answers if house.state(name).failures}
        # Some are read leniently, as far as they can be, and list nothing.
        assert answers.keys() - failed.keys() <= {"many", "nuls", "entities", "deep-xml", "encodings"}, failed
        assert house.state("stranger").error_kind == "tls"
        assert house.state("mute-tls").error_kind == "timeout"
        assert failed["lethal-feed"] == "crashed"
        set_aside = house.why(f"{trap.base}/page")
        assert set_aside["fate"] == "queued"  # on what its feed said
        assert "the process that worked on it died" in " ".join(s["reason"] for s in set_aside["steps"])
