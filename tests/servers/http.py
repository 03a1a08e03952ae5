"""A small HTTP server with faults, which is also a CONNECT proxy that answers for the host itself."""

import asyncio
import contextlib
import json
import os
import socket
import ssl
import struct
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What a client sent. Header names are in lower case."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """What it gets."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self) -> bytes:
        headers = {"Content-Length": str(len(self.body)), "Connection": "close", **self.headers}
        lines = [f"HTTP/1.1 {self.status} x", *(f"{k}: {v}" for k, v in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Fault(Enum):
    """How a server fails that has read the request. A `Response` as a fault replaces the handler's."""

    RESET_UNHEARD = "reset before the handler saw the request"
    RESET_HEARD = "reset after the handler saw the request: the reply is lost"
    GARBLE_HEARD = "heard, and answered with bytes that are no TLS"
    HANG = "heard, and never answered"
    DRIP = "heard, and answered a byte at a time without end"


class HttpServer:
    """Serves a handler on loopback; `faults` befall the next requests, one each.

    `unanswered` are those that the handler saw, and of whose answer the client was robbed.
    With a TLS context it is a proxy too: what is sent through its CONNECT, to any host, comes here.
    """

    def __init__(self, handler: Callable[[Request], Response], tls: ssl.SSLContext | None = None) -> None:
        self.faults: deque[Fault | Response | None] = deque()  # None: no fault, this time
        self.unanswered: list[Request] = []
        self.port = 0
        self._handler = handler
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        if request.method == "CONNECT" and self._tls:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.start_tls(self._tls)
            request = await _read(reader)
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.RESET_UNHEARD:
            return _reset(writer)
        response = fault if isinstance(fault, Response) else self._handler(request)
        if isinstance(fault, Fault):
            self.unanswered.append(request)
        await self._answer(writer, response, fault)
        return None

    async def _answer(
        self, writer: asyncio.StreamWriter, response: Response, fault: Fault | Response | None
    ) -> None:
        if fault is Fault.RESET_HEARD:
            return _reset(writer)
        if fault is Fault.GARBLE_HEARD:
            os.write(writer.get_extra_info("socket").fileno(), bytes(64))
            return writer.close()
        if fault is Fault.HANG:
            await asyncio.Event().wait()
        if fault is Fault.DRIP:
            writer.write(Response(headers={"Content-Length": "1000000"}).head())
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.write(response.head() + response.body)
        await writer.drain()
        return None


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, headers.get("host", ""), path, headers, body)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a process that dies does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
