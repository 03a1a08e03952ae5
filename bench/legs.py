"""From found to handed over, under the load of a thousand sources: the daemon's own part of the way.

    .venv/bin/python bench/legs.py [SECONDS]

A thousand feeds, each on an address of its own of this machine, are polled once a minute by the daemon as
it runs; every fifth poll finds a new article, every fifth article rings at three webhooks. That is over a
hundred times what a thousand real sources publish. Goal: under 2 s from found to sent at p95.
"""

import asyncio
import multiprocessing
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.alert import Leg, leg_by_leg
from daemon.config import Config, DaemonSettings, PollingSettings, WebSettings
from daemon.model import Channel, Rule, Secret, Source, SourceKind
from daemon.runtime.compose import open_house
from daemon.runtime.logs import setup_logs
from daemon.runtime.notify import Notifier
from daemon.runtime.service import Service
from daemon.runtime.sought import Reading
from daemon.store import legs, polls

SOURCES, CHANNELS = 1_000, 3
PORT = 18_423
WORDS = Path(__file__).read_text(encoding="utf-8").split()
GOAL = timedelta(seconds=2)


class World:
    """Every feed and page, and the webhooks: a server in a process of its own."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.items: dict[str, list[tuple[int, datetime]]] = {}
        self.made = 0

    async def serve(self) -> None:
        server = await asyncio.start_server(self.accept, "0.0.0.0", PORT)
        async with server:
            await server.serve_forever()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                lines = head.lower().split("\r\n")
                fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
                await reader.readexactly(int(fields.get("content-length", 0)))
                body = self.answer(lines[0].split()[1], fields["host"])
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
                )
                writer.write(body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def answer(self, path: str, host: str) -> bytes:
        if path == "/feed":
            return self.feed(host)
        if path.startswith("/hook"):
            return b"taken"
        number = path.strip("/")
        return self.page(int(number)) if number.isdigit() else b""  # robots.txt

    def feed(self, host: str) -> bytes:
        known = self.items.setdefault(host, [])
        if not known or self.chance.random() < 0.2:
            self.made += 1
            known.append((self.made, datetime.now(UTC)))
        listed = "".join(
            f"<item><title>{self.title(n)}</title><link>http://{host}/{n}</link><guid>{n}</guid>"
            f"<pubDate>{format_datetime(at)}</pubDate></item>"
            for n, at in known[-25:]
        )
        return f"<rss version='2.0'><channel><title>{host}</title>{listed}</channel></rss>".encode()

    def title(self, number: int) -> str:
        said = "Drone incursion" if number % 5 == 0 else "Harbour notice"
        return f"{said} number {number} at {random.Random(number).choice(WORDS[:80]).strip('<>&')}".replace(
            "&", ""
        )

    def page(self, number: int) -> bytes:
        chance = random.Random(number)
        text = "".join(
            f"<p>{' '.join(chance.choices([w for w in WORDS if w.isalpha()], k=60))}.</p>" for _ in range(6)
        )
        return f"<html><body><article><h1>{self.title(number)}</h1>{text}</article></body></html>".encode()


def world() -> None:
    asyncio.run(World().serve())


def configuration(folder: Path) -> Config:
    feeds = tuple(
        Source(
            f"feed-{n:04}",
            f"http://127.1.{n // 250}.{n % 250 + 1}:{PORT}/feed",
            SourceKind.FEED,
            every=timedelta(minutes=1),
            allow_private=True,
        )
        for n in range(SOURCES)
    )
    channels = tuple(
        Channel(f"hook-{n}", Secret(f"json://127.0.0.1:{PORT}/hook/{n}")) for n in range(CHANNELS)
    )
    return Config(
        DaemonSettings(
            Secret(f"sqlite:///{folder / 'tocsin.db'}"), folder, ZoneInfo("UTC"), log_level="error"
        ),
        PollingSettings(budget=100_000, floor=timedelta(seconds=30)),
        web=WebSettings(enabled=False),
        sources=feeds,
        rules=(Rule("drones", any=("drone incursion",)),),
        channels=channels,
    )


async def run(folder: Path, seconds: float) -> bool:
    config = configuration(folder)
    setup_logs("error", {})
    async with open_house(config) as context:
        service = Service(context, Reading(lambda: config), Notifier({}))
        began, cpu = datetime.now(UTC), time.process_time()
        running = asyncio.create_task(service.run())
        await asyncio.sleep(70)  # every source is known, its backlog behind it
        settled = datetime.now(UTC)
        await asyncio.sleep(seconds)
        times = await context.store.read(lambda conn: legs.since(conn, settled, limit=100_000))
        polled = await context.store.read(lambda conn: polls.count_since(conn, settled))
        service.stop()
        await running
    used = (time.process_time() - cpu) / (datetime.now(UTC) - began).total_seconds()
    print(
        f"{SOURCES} sources, {polled} polls and {len(times)} alerts in {seconds:.0f} s, "
        f"each at {CHANNELS} webhooks"
    )
    print(f"  the daemon's own process used {used:.0%} of a core")
    spreads = leg_by_leg(times)
    for leg, spread in spreads.items():
        p50, p95 = (span.total_seconds() for span in (spread.p50, spread.p95))
        print(f"  {leg:<18} p50 {p50:6.2f} s   p95 {p95:6.2f} s   ({spread.count} alerts)")
    return spreads[Leg.OWN].p95 < GOAL


if __name__ == "__main__":
    server = multiprocessing.Process(target=world, daemon=True)
    server.start()
    time.sleep(1)
    with tempfile.TemporaryDirectory() as state:
        well = asyncio.run(run(Path(state), float(sys.argv[1]) if len(sys.argv) > 1 else 120))
    server.terminate()
    sys.exit(not well)
