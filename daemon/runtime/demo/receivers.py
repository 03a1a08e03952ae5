"""Who is told in the demonstration: a Slack and a mail server of its own, on loopback.

Apprise sends as it always does: to hooks.slack.com through a proxy that answers in Slack's place with
a certificate made for the occasion, and by SMTP with STARTTLS.
"""

import asyncio
import contextlib
import json
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.smtp import SMTP, Envelope

from daemon.model import Channel, Secret
from daemon.runtime.loopback import announce, environment

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class SlackPost:
    """What Slack would show, in its own markup."""

    text: str


class Receivers:
    """Receives Slack messages into `posts` and mails into `mails` while it is entered."""

    def __init__(self, folder: Path) -> None:
        self.posts: list[SlackPost] = []
        self.mails: list[EmailMessage] = []
        self._bundle = folder / "authority.pem"
        self._context = _certificate(self._bundle)
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        slack = await asyncio.start_server(self._slack, "127.0.0.1", 0)
        mail = await loop.create_server(self._smtp, "127.0.0.1", 0)
        self._ports = [server.sockets[0].getsockname()[1] for server in (slack, mail)]
        for server in (slack, mail):
            self._stack.callback(server.close)
        variables = {
            "HTTPS_PROXY": f"http://127.0.0.1:{self._ports[0]}",
            "REQUESTS_CA_BUNDLE": str(self._bundle),
            "SSL_CERT_FILE": str(self._bundle),
        }
        announce(self._bundle.parent, self.channels(), variables)
        self._stack.enter_context(environment(**variables))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def channels(self) -> tuple[Channel, ...]:
        """Give the channels as a user would configure them."""
        mail = f"mailtos://127.0.0.1:{self._ports[1]}/?mode=starttls&from=tocsin@demo.example&to=desk@demo.example"
        slack = "slack://T0DEMO000/B0DEMO000/demodemodemodemodemodemo"
        return (Channel("newsroom-slack", Secret(slack)), Channel("desk-mail", Secret(mail)))

    async def _slack(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await reader.readuntil(b"\r\n\r\n")  # CONNECT hooks.slack.com:443
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.start_tls(self._context)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0])
            self.posts.append(SlackPost(_slack_text(json.loads(await reader.readexactly(length)))))
            writer.write(_OK)
            await writer.drain()
        writer.close()

    def _smtp(self) -> SMTP:
        return SMTP(self, hostname="127.0.0.1", tls_context=self._context, require_starttls=True)

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


def _certificate(bundle: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.slack.com", "127.0.0.1").configure_cert(context)
    return context


def _slack_text(payload: dict[str, Any]) -> str:
    parts = [payload.get("text", "")]
    for attachment in payload.get("attachments", ()):
        parts += [attachment.get("title", ""), attachment.get("text", "")]
    for block in payload.get("blocks", ()):
        parts.append(block.get("text", {}).get("text", ""))
    return "\n".join(part for part in parts if part)
