"""Browsers that keep the desk open, in a process of their own: event streams, and a page now and then."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

PAGES = ("/", "/stories", "/sources?by=next", "/rules", "/deliveries", "/silences")


@contextmanager
def visitors(desk: str, streams: int, pages_a_second: float = 0.0) -> Iterator[None]:
    """Keep so many streams open at the desk's address, and ask for so many of its pages."""
    process = multiprocessing.Process(target=_visit, args=(desk, streams, pages_a_second), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _visit(desk: str, streams: int, pages_a_second: float) -> None:
    asyncio.run(_all(desk, streams, pages_a_second))


async def _all(desk: str, streams: int, pages_a_second: float) -> None:
    listening = [_listen(desk) for _ in range(streams)]
    await asyncio.gather(*listening, _browse(desk, pages_a_second))


async def _listen(desk: str) -> None:
    reader, _ = await _ask(desk, "/events", "text/event-stream")
    while await reader.readline():
        pass


async def _browse(desk: str, pages_a_second: float) -> None:
    asked = 0
    began = time.monotonic()
    while pages_a_second:
        reader, writer = await _ask(desk, PAGES[asked % len(PAGES)], "text/html")
        await reader.read()
        writer.close()
        asked += 1
        await asyncio.sleep(max(began + asked / pages_a_second - time.monotonic(), 0))


async def _ask(desk: str, path: str, accept: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(desk)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    await writer.drain()
    return reader, writer
