"""A web server that does what a test tells it to, byte for byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import trustme

from daemon.fetch import Fetcher, Limits

QUICK = Limits(
    total=timedelta(seconds=5),
    connect=timedelta(seconds=2),
    silence=timedelta(seconds=2),
    pace=timedelta(0),
    patience=timedelta(seconds=5),
)

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def http(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """Spell an honest answer; the names of headers take _ for -."""
    lines = {"content_length": str(len(body))} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Something\r\n{head}\r\n".encode() + body


@dataclass
class Server:
    """Answers by path; `seen` holds each request's path and headers (lower case)."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def says(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Answer a path honestly."""
        self.answers[path] = http(status, body, **headers)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                path = head[0].split()[1]
                headers = dict(line.split(": ", 1) for line in head[1:] if line)
                self.seen.append((path, {name.lower(): value for name, value in headers.items()}))
                answer = self.answers.get(path, http(404))
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    await answer(writer)
                await writer.drain()
        self.at_once -= 1
        writer.close()


@asynccontextmanager
async def serving(context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Run a server on a free port of loopback until the test is done."""
    server = Server("")
    listener = await asyncio.start_server(server.handle, host, 0, ssl=context)
    port = listener.sockets[0].getsockname()[1]
    server.url = f"{'https' if context else 'http'}://{host}:{port}"
    try:
        yield server
    finally:
        listener.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        yield running


@pytest.fixture
def serve() -> Callable[..., AbstractAsyncContextManager[Server]]:
    return serving


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="Tocsin/test (+mailto:desk@example.org)", limits=QUICK) as ready:
        yield ready


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()
