"""Servers and pages that mean harm, each on a host of its own."""

import asyncio
import gzip
import os
import random
import signal
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from typing import Any

import brotli

from daemon.jobs.work import Page

HTML, XML = "text/html", "application/rss+xml"
LETHAL = b"<!-- lethal -->"
Trick = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


def lethal(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Work as asked, but die of what holds the mark, as a process does that its parser brings down."""
    if any(LETHAL in document for document in _documents(work, *args)):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(*args, **kwargs)


def _documents(*given: Any) -> Iterator[bytes]:
    """What work is given to read, itself or within what reads it."""
    for each in given:
        if isinstance(each, partial):
            yield from _documents(*each.args)
        elif isinstance(each, bytes | Page):
            yield each.body if isinstance(each, Page) else each


def says(body: bytes, content_type: str = HTML, **headers: str) -> bytes:
    lines = {"Content-Type": content_type, "Content-Length": str(len(body)), "Connection": "close"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body


def moves(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(b"c350\r\n" + bytes(50_000) + b"\r\n")
        await writer.drain()


async def endless_and_empty(writer: asyncio.StreamWriter) -> None:
    """Send gzip's empty blocks: a body without an end that unpacks to nothing."""
    writer.write(CHUNKED[:-2] + b"Content-Encoding: gzip\r\n\r\na\r\n" + gzip.compress(b"")[:10] + b"\r\n")
    while True:
        writer.write(b"c350\r\n" + b"\x00\x00\x00\xff\xff" * 10_000 + b"\r\n")
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: " + b"x" * 5_000 + b"\r\n")
        await writer.drain()


async def dripping_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(b"1\r\nx\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "bomb">{levels}]>'
    return f"{bomb}<rss><channel><title>&e9;</title></channel></rss>".encode()


def _feed(count: int) -> bytes:
    items = "".join(
        f"<item><title>Item {n} of far too many</title><link>https://many.example/{n}</link></item>"
        for n in range(count)
    )
    return f"<rss version='2.0'><channel><title>Many</title>{items}</channel></rss>".encode()


_MOST = 10_000_000

# Documents of as much as a fetch lets through, made of what takes most memory or time to read.
MONSTERS: dict[str, Callable[[], bytes]] = {
    "nested tags": lambda: (b"<html>" + b"<div>" * 2_000_000)[:_MOST],
    "open formatting": lambda: (b"<html>" + b"<p><b a=1><i a=1>" * 600_000)[:_MOST],
    "paragraphs": lambda: b"<p>" * 3_333_333,
    "cells": lambda: b"<table>" + b"<tr><td>x" * 1_100_000,
    "attributes": lambda: (b"<a " + b" ".join(b"a%d=1" % n for n in range(900_000)))[:_MOST] + b">",
    "one tag": lambda: b"<html><" + b"x" * _MOST,
    "words": lambda: b"<html><p>" + b"word " * 1_999_000,
    "headlines": lambda: b"<html>" + b"<h1>Many a headline</h1>" * 400_000,
    "items": lambda: b"<rss><channel>" + b"<item><title>x</title></item>" * 340_000,
    "elements": lambda: b"<rss><channel>" + b"<a/>" * 2_499_000,
    "deep elements": lambda: b"<rss>" + b"<a>" * 3_333_000,
    "addresses": lambda: b"<urlset>" + b"<url><loc>http://a.example/</loc></url>" * 250_000,
    "objects": lambda: b'{"items":[' + b'{"id":"1"},' * 900_000 + b"{}]}",
    "strings": lambda: b'{"items":[' + b'"a",' * 2_400_000 + b"1]}",
    "lists": lambda: b"[" * _MOST,
    "nothing": lambda: bytes(_MOST),
    "chance": lambda: random.Random(1).randbytes(_MOST),
    "a gzip bomb": lambda: gzip.compress(bytes(200_000_000), 1),
}


def tricks() -> dict[str, Trick]:
    """Give every trick by the name of its host."""
    nothing = bytes(50_000_000)
    return {
        "attributes": says(b"<html><a " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</a></html>"),
        "nested": says(b"<html>" + b"<div>" * 200_000),
        "entities": says(_entities(), XML),
        "deep-xml": says(b"<rss>" + b"<a>" * 200_000, XML),
        "nuls": says(b"<rss>" + b"\0" * 1_000_000 + b"</rss>", XML),
        "encodings": says(b'<?xml version="1.0" encoding="utf-7"?><rss>' + bytes(range(256)) * 1_000, XML),
        "lying-type": says(os.urandom(200_000), XML),
        "long-tag": says(b"<html><" + b"x" * 5_000_000),
        "many": says(_feed(10_000), XML),
        "gzip-bomb": says(gzip.compress(nothing, 1), Content_Encoding="gzip"),
        "brotli-bomb": says(brotli.compress(nothing, quality=1), Content_Encoding="br"),
        "lying-length": says(b"short", Content_Length="1000"),
        "two-lengths": says(b"short", content_length="3"),
        "huge-length": says(b"short", Content_Length="99999999999999"),
        "negative-length": says(b"short", Content_Length="-5"),
        "two-encodings": says(gzip.compress(gzip.compress(nothing, 1)), Content_Encoding="gzip, gzip"),
        "bad-chunks": CHUNKED + b"zz\r\n",
        "nul-header": b"HTTP/1.1 200 OK\r\nBad Header\x00: 1\r\n\r\n",
        "no-http": b"\x00\xff" * 200_000,
        "loop": moves("/"),
        "odd-scheme": moves("file:///etc/passwd"),
        "endless": endless,
        "endless-and-empty": endless_and_empty,
        "endless-headers": endless_headers,
        "dripping": dripping,
        "dripping-headers": dripping_headers,
        "silent": silent,
        "hang-up": hang_up,
        "lethal-feed": says(_feed(3) + LETHAL, XML),
    }


@asynccontextmanager
async def hostile_world(
    answers: Mapping[str, Trick], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Answer by the first label of the host; give the port."""
    visits: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError), closing(writer):
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            host = request.partition("host: ")[2].partition(".")[0]
            answer = answers.get(host, b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(serve(reader, writer))
        visits.add(visit)
        visit.add_done_callback(visits.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
