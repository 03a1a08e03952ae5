"""What a poll costs in CPU: unchanged feeds over new TLS connections to servers in a process of their own.

The figure is the fetcher's and the plan's; the store adds its own.
"""

import argparse
import asyncio
import multiprocessing
import resource
import ssl
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import trustme

from daemon.fetch import Fetcher, Limits, NotModified
from daemon.model import Source, Validators
from daemon.schedule import Answered, Budget, PollState, plan_next

ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nCache-Control: max-age=60\r\n\r\n'


async def serve(certificate: Path, pipe: Connection) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context, backlog=1000)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def run_server(certificate: Path, pipe: Connection) -> None:
    asyncio.run(serve(certificate, pipe))


async def poll(fetcher: Fetcher, source: Source, state: PollState) -> PollState:
    answer = await fetcher.get(source.url, validators=Validators('"a"'), allow_private=True)
    assert isinstance(answer, NotModified)
    outcome = Answered(datetime.now(UTC), cached_for=answer.hints.cached_for)
    return plan_next(source, state, outcome, Budget(), 0.5).state


async def measure(port: int, authority: trustme.CA, count: int, at_once: int) -> tuple[float, float]:
    """Poll `count` sources, each a host of its own; give CPU ms a poll and the dearest loop turn, in ms."""

    def trust() -> ssl.SSLContext:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    begun = datetime.now(UTC) - timedelta(days=20)
    state = plan_next(Source("s", ""), PollState(), Answered(begun, 20), Budget(), 0.5).state
    sources = iter([Source(f"s{i}", f"https://s{i}.press.example:{port}/feed") for i in range(count)])
    limits = Limits(in_flight=at_once)
    async with Fetcher(user_agent="bench", limits=limits, resolve=resolve, trust=trust) as fetcher:

        async def worker() -> None:
            for source in sources:
                await poll(fetcher, source, state)

        started = time.process_time()
        watch = asyncio.create_task(slowest_turn())
        await asyncio.gather(*(worker() for _ in range(at_once)))
        watch.cancel()
        spent = time.process_time() - started
    return 1000 * spent / count, 1000 * (await asyncio.gather(watch))[0]


async def slowest_turn() -> float:
    """Watch how much CPU is spent while others wait, whatever else the machine is doing."""
    slowest = 0.0
    try:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            slowest = max(slowest, time.thread_time() - before)
    except asyncio.CancelledError:
        return slowest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--at-once", type=int, default=50)
    args = parser.parse_args()
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "server.pem"
        authority.issue_cert("*.press.example").private_key_and_cert_chain_pem.write_to_path(certificate)
        mine, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(
            target=run_server, args=(certificate, theirs), daemon=True
        )
        server.start()
        port = mine.recv()
        print(f"{'sources':>8}{'CPU ms a poll':>16}{'dearest turn ms':>18}{'memory MB':>12}")
        for count in args.sources:
            cpu, turn = asyncio.run(measure(port, authority, count, args.at_once))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{count:>8}{cpu:>16.2f}{turn:>18.0f}{memory:>12.0f}")
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
