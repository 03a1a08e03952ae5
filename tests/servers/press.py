"""Many publishers, each on an address of its own, who notice when two call on them at once."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Self

SECONDS = 0.05  # how long an answer takes: so that two callers meet


@dataclass
class Publisher:
    """One of them. `overlaps` counts the callers who came while another was being answered."""

    number: int
    titles: list[str] = field(default_factory=list)
    visits: int = 0
    callers: Counter[str] = field(default_factory=Counter)
    last_visit: float = 0.0
    overlaps: int = 0
    _inside: int = 0
    _server: asyncio.Server | None = None

    @property
    def base(self) -> str:
        assert self._server
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def open(self, network: str = "") -> Self:
        """Serve on an address of a network, by default of the loopback's."""
        address = f"{network or '127.0.1'}.{self.number}"
        self._server = await asyncio.start_server(self._answer, address, 0)
        return self

    async def close(self) -> None:
        assert self._server
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            self.visits += 1
            self.callers[writer.get_extra_info("peername")[0]] += 1
            self.last_visit = time.monotonic()
            self.overlaps += self._inside > 0
            self._inside += 1
            try:
                await asyncio.sleep(SECONDS)
            finally:
                self._inside -= 1
            body = (self._feed() if path == "/feed" else self._page(path)).encode()
            kind = "application/rss+xml" if path == "/feed" else "text/html"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller was killed
        finally:
            writer.close()

    def _feed(self) -> str:
        at = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>{title}</title><link>{self.base}/{title.replace(' ', '-')}</link>"
            f"<pubDate>{at}</pubDate></item>"
            for title in self.titles
        )
        return f"<rss version='2.0'><channel><title>Publisher {self.number}</title>{items}</channel></rss>"

    def _page(self, path: str) -> str:
        title = path.strip("/").replace("-", " ")
        words = " ".join(f"{title} {count}" for count in range(30))
        return f"<html><body><article><h1>{title}</h1><p>{words}.</p></article></body></html>"
