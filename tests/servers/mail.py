"""A real mail server (aiosmtpd) that speaks STARTTLS and fails when told to."""

import asyncio
import ssl
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session


class MailFault(Enum):
    """What befalls a mail; the values are replies, save for those that drop the connection or hang."""

    TRY_LATER = "451 4.7.1 Greylisted, try again later"
    NO_SUCH_USER = "550 5.1.1 No such user here"
    DATA_TRY_LATER = "452 4.3.1 Insufficient system storage"
    DATA_REFUSED = "554 5.6.0 Message refused"
    DROP_UNHEARD = "drop at DATA, before the mail is kept"
    HANG = "keep the mail, and never reply"
    DROP_HEARD = "keep the mail, then drop instead of a reply"


class MailServer:
    """Keeps what it is sent in `mails`; `faults` befall the next mails, one each.

    `unanswered` are those that were kept, and of whose reply the client was robbed.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.unanswered: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.faults: deque[MailFault | None] = deque()  # None: no fault, this time
        self._tls = tls
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()

    def _session(self) -> SMTP:
        return SMTP(self, hostname="127.0.0.1", tls_context=self._tls, require_starttls=bool(self._tls))

    @property
    def port(self) -> int:
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments for a hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if self.faults and self.faults[0] in {MailFault.TRY_LATER, MailFault.NO_SUCH_USER}:
            return self.faults.popleft().value
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self.faults.popleft() if self.faults else None
        if fault in {MailFault.DATA_TRY_LATER, MailFault.DATA_REFUSED}:
            return str(fault.value)
        if fault is MailFault.DROP_UNHEARD:
            return _drop(server)
        content: Any = envelope.content
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        if fault:
            self.unanswered.append(self.mails[-1])
        if fault is MailFault.HANG:
            await asyncio.Event().wait()
        return _drop(server) if fault is MailFault.DROP_HEARD else "250 OK"


def _drop(server: SMTP) -> str:
    assert server.transport
    server.transport.abort()
    return "421 Gone"
