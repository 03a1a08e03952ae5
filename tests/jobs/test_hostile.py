"""All that means harm at once, beside fifty healthy sources: the healthy ones lose nothing."""

import asyncio
import gc
import random
import socket
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from httpcore2 import AnyIOBackend
from servers.hostile import HTML, LETHAL, Trick, hostile_world, lethal, moves, says, tricks
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
    total=timedelta(seconds=6), connect=timedelta(seconds=3), silence=timedelta(seconds=3), pace=timedelta(0)
)
FAR_AWAY = "93.184.216.34"  # where the hostile stand, as far as anybody can tell

# Where no source may lead.
NEVER = ("169.254.169.254", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "0.0.0.0", "metadata.example")
# Where only a source of one's own network may lead.
PRIVATE = (
    "127.0.0.1",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "10.0.0.1",
    "inside.example",
    "both.example",
)
TLS_FAILURES = {
    "stranger": "certificate that does not hold",
    "expired": "certificate has expired",
    "misnamed": "Hostname mismatch",
}


class Names:
    """A name service in the hands of the hostile: some names lead inside, and one does at second sight."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    async def __call__(self, host: str, _port: int) -> list[str]:
        name = host.partition(".")[0]
        self.asked[name] += 1
        if host[0].isdigit() or ":" in host:
            return [socket.inet_ntoa(int(host).to_bytes(4, "big")) if host.isdigit() else host]
        if name.startswith(("healthy", "trap", "inside", "intranet")):
            return ["127.0.0.1"]
        if name == "rebinding" and self.asked[name] > 1:
            return ["127.0.0.1"]
        return {"metadata": ["169.254.169.254"], "both": [FAR_AWAY, "127.0.0.1"]}.get(name, [FAR_AWAY])


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is dialled far away reach this machine: the guard sees a public address, as it would."""
    dial = AnyIOBackend.connect_tcp

    async def route(self: AnyIOBackend, host: str, *where: Any, **how: Any) -> Any:
        return await dial(self, "127.0.0.1" if host == FAR_AWAY else host, *where, **how)

    monkeypatch.setattr(AnyIOBackend, "connect_tcp", route)


@asynccontextmanager
async def open_vault() -> AsyncIterator[tuple[int, list[str]]]:
    """Serve what nobody from outside may reach; give the port, and who came."""
    came: list[str] = []

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(str(writer.get_extra_info("sockname")))
        writer.write(says(b"the crown jewels"))
        writer.close()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], came


def redirects(vault: int, tls_port: int) -> dict[str, Trick]:
    """Give the hosts that send a poll on to where it must not go, each way in."""
    sent_on = {f"sent-on-{n}": moves(f"http://{host}:{vault}/") for n, host in enumerate(PRIVATE + NEVER)}
    rebinding: dict[str, Trick] = {"rebinding": moves(f"http://rebinding.example:{vault}/")}
    return sent_on | rebinding | {"sent-to-expired": moves(f"https://expired.example:{tls_port}/")}


def bad_certificates(authority: trustme.CA) -> ssl.SSLContext:
    """Show each caller the certificate that its name deserves; a name without one is hung up on."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    shown = {
        "stranger.example": trustme.CA().issue_cert("stranger.example"),
        "expired.example": authority.issue_cert("expired.example", not_after=long_ago),
        "misnamed.example": authority.issue_cert("somebody-else.example"),
    }

    def choose(call: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        if name not in shown:
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        chosen = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown[name].configure_cert(chosen)
        call.context = chosen
        return None

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("usual.example").configure_cert(context)
    context.sni_callback = choose
    return context


def trust_in(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


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


async def test_the_healthy_lose_nothing_whatever_the_others_do(house, far_away):
    sites = [house.site(f"healthy-{n}", Item("old", f"Old news number {n}")) for n in range(HEALTHY)]
    trap = house.site("trap")
    authority = trustme.CA()
    answers = tricks()
    workers = Workers(2, load_rules, ((DRONES,), (), (), forms_of(DRONES)))
    async with (
        open_vault() as (vault, came),
        hostile_world(answers) as port,
        hostile_world(answers, bad_certificates(authority)) as tls_port,
        Fetcher(
            user_agent="test", limits=QUICK, resolve=Names(), trust=lambda: trust_in(authority)
        ) as fetcher,
    ):
        answers |= redirects(vault, tls_port)
        answers |= {f"intranet-{n}": moves(f"http://{host}:{vault}/") for n, host in enumerate(NEVER)}
        encrypted = (*TLS_FAILURES, "hung-up-tls")
        bad = [
            *(
                Source(n, f"http://{n}.example:{port}/", allow_private=n.startswith("intranet"))
                for n in answers
            ),
            *(Source(n, f"https://{n}.example:{tls_port}/") for n in encrypted),
            *(Source(host, f"http://{host}:{vault}/") for host in PRIVATE + NEVER),
            Source("mute-tls", f"https://nuls.example:{port}/"),
        ]
        house.context = replace(house.context, compute=Mortal(workers), fetcher=fetcher)
        try:
            await run_lanes(house)
            for number, site in enumerate(sites):
                site.items.append(news(number))
            trap.items.append(Item("page", "Drone incursion over the trap"))
            trap.answers["/page"] = Response(200, b"<html>" + LETHAL, {"Content-Type": HTML})
            house.clock.wait(minutes=5)
            house.configure(sources=(*house.context.config.sources, *bad))
            house.make_due()
            # This process holds the dictionaries of word forms, which the daemon never does: to look through
            # them for garbage takes longer than any page.
            gc.collect()
            gc.freeze()
            stop = asyncio.Event()
            watch = asyncio.create_task(longest_turn(stop))
            await run_lanes(house)
            stop.set()
            stalled = await watch
        finally:
            gc.unfreeze()
            await workers.close()

        assert_nothing_is_lost(house, sites)
        assert came == []
        led = [name for name in answers if name.startswith(("sent-on", "intranet", "rebinding"))]
        wrong = {name: house.state(name) for name in (*led, *PRIVATE, *NEVER)}
        assert {name: state.error_kind for name, state in wrong.items()} == dict.fromkeys(wrong, "blocked")
        assert stalled < STALL
        failed = {name: house.state(name).error_kind for name in answers if house.state(name).failures}
        # Some are read leniently, as far as they can be, and list nothing.
        assert answers.keys() - failed.keys() <= {"many", "nuls", "entities", "deep-xml", "encodings"}, failed
        assert failed["lethal-feed"] == "crashed"
        assert {house.state(name).error_kind for name in (*encrypted, "sent-to-expired")} == {"tls"}
        for name, words in {**TLS_FAILURES, "sent-to-expired": TLS_FAILURES["expired"]}.items():
            assert words in house.state(name).error
        assert house.state("mute-tls").error_kind == "timeout"
        set_aside = house.why(f"{trap.base}/page")
        assert set_aside["fate"] == "queued"  # on what its feed said
        assert "the process that worked on it died" in " ".join(s["reason"] for s in set_aside["steps"])


def assert_nothing_is_lost(house, sites) -> None:
    """Every healthy source's news rang, on the whole of its page."""
    for site in sites:
        way = house.why(f"{site.base}/new")
        assert way["fate"] == "queued", way
        assert "only the feed's words" not in " ".join(step["reason"] for step in way["steps"])
        assert house.state(site.name).failures == 0
