"""A mail server of the standard library alone, without TLS: enough for a demonstration on loopback."""

import asyncio
import contextlib
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

_REPLIES = {"EHLO": "250 postbox", "HELO": "250 postbox", "DATA": "354 Go on", "QUIT": "221 Bye"}


class Postbox:
    """Takes every mail and gives it to `receive` (RFC 5321, the commands that a client needs)."""

    def __init__(self, receive: Callable[[EmailMessage], None]) -> None:
        self.port = 0
        self._receive = receive
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb = ""
        writer.write(b"220 postbox\r\n")
        while verb != "QUIT":
            verb = (await reader.readuntil(b"\r\n"))[:4].decode("ascii", "replace").upper()
            writer.write(f"{_REPLIES.get(verb, '250 OK')}\r\n".encode())
            if verb == "DATA":
                text = await reader.readuntil(b"\r\n.\r\n")
                lines = text.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
                self._receive(message_from_bytes(lines, policy=policy.default))
                writer.write(b"250 Kept\r\n")
            await writer.drain()
