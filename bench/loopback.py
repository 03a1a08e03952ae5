"""Servers for benches: TLS on loopback in a process of their own, every host a publisher of its own."""

import asyncio
import multiprocessing
import random
import ssl
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

import trustme

UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nCache-Control: max-age=60\r\n\r\n'
LISTED = 30
WORDS = 4_000


@dataclass(frozen=True)
class Loopback:
    """Where the servers stand, and who vouches for them."""

    port: int
    authority: trustme.CA

    def trust(self) -> ssl.SSLContext:
        """Make the certificate store of a client."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    async def resolve(self, _host: str, _port: int) -> list[str]:
        """Name every host of this machine."""
        return ["127.0.0.1"]


@contextmanager
def serve_loopback() -> Iterator[Loopback]:
    """Serve: whoever asks conditionally hears «not modified»; /feed lists one new article at each request."""
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "server.pem"
        authority.issue_cert("*.press.example").private_key_and_cert_chain_pem.write_to_path(certificate)
        mine, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_run, args=(certificate, theirs), daemon=True
        )
        process.start()
        try:
            yield Loopback(mine.recv(), authority)
        finally:
            process.terminate()
            process.join()


def _run(certificate: Path, pipe: Connection) -> None:
    asyncio.run(_serve(certificate, pipe))


async def _serve(certificate: Path, pipe: Connection) -> None:
    asked: Counter[str] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(_answer((await reader.readuntil(b"\r\n\r\n")).decode(), asked))
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context, backlog=1000)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _answer(request: str, asked: Counter[str]) -> bytes:
    if "if-none-match:" in request.lower():
        return UNCHANGED
    path = request.split(" ", 2)[1]
    host = request.lower().partition("host: ")[2].partition("\r\n")[0]
    if path != "/feed":
        return _says(_page(f"{host}{path}"), "text/html")
    asked[host] += 1
    return _says(_feed(host, asked[host]), "application/rss+xml")


def _says(body: str, kind: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    return (head + body).encode()


def _feed(host: str, newest: int) -> str:
    items = "".join(_item(host, n) for n in range(newest + LISTED, newest, -1))
    return f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>"


@cache
def _item(host: str, number: int) -> str:
    words = _words(f"{host}{number}", 38).split()
    return (
        f"<item><title>{' '.join(words[:8])}</title><link>https://{host}/{number}.html</link>"
        f"<description>{' '.join(words)}</description></item>"
    )


def _page(name: str) -> str:
    paragraphs = "".join(f"<p>{_words(f'{name}{n}', 60)}.</p>" for n in range(8))
    title = _words(name, 8)
    return (
        f"<html><head><title>{title}</title></head><body><nav><ul>{_links()}</ul></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


@cache
def _links() -> str:
    return "".join(f"<li><a href='/{n}.html'>{_words(str(n), 5)}</a></li>" for n in range(60))


def _words(seed: str, count: int) -> str:
    chance = random.Random(seed)
    return " ".join(make_word(chance.randrange(WORDS)) for _ in range(count))


@cache
def make_word(number: int) -> str:
    """Give the same made-up word for the same number; few are given for two."""
    chance = random.Random(number)
    return "".join(chance.choice("bdfklmnprst") + chance.choice("aeiou") for _ in range(chance.randint(3, 5)))
