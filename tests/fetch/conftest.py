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
    visits: set[asyncio.Task[None]] = field(default_factory=set)

    def says(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Answer a path honestly."""
        self.answers[path] = http(status, body, **headers)

    def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self._serve(reader, writer))
        self.visits.add(visit)
        visit.add_done_callback(self.visits.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                while True:
                    await self._answer(await reader.readuntil(b"\r\n\r\n"), writer)
        finally:
            writer.transport.abort()

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        first, *lines = request.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        path = first.split()[1]
        self.seen.append((path, {name.lower(): value for name, value in headers.items()}))
        answer = self.answers.get(path, http(404))
        if isinstance(answer, bytes):
            writer.write(answer)
        else:
            await answer(writer)
        await writer.drain()

    async def stop(self) -> None:
        """Send every visitor away."""
        for visit in self.visits:
            visit.cancel()
        await asyncio.gather(*self.visits, return_exceptions=True)


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
        await server.stop()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        yield running


@pytest.fixture
def serve() -> Callable[..., AbstractAsyncContextManager[Server]]:
    return serving


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    agent = "Tocsin/test (+mailto:desk@example.org)"
    async with Fetcher(user_agent=agent, limits=QUICK, trust=nobody) as ready:
        yield ready


def nobody() -> ssl.SSLContext:
    """Trust no certificate; reading the system's takes longer than most tests do."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()
