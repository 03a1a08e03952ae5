"""What passed over the wire during one send.

Apprise tells only «it failed». These listeners stand between it and `requests` and `smtplib`, and note,
for the send that runs in the current context, which answers came and what broke when. Where nobody
listens they change nothing.
"""

import logging
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, wraps
from typing import Any

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection

_BODY = 500  # characters of an answer's text: enough for a service's word on what it refused


@dataclass(slots=True)
class Answer:
    """What an HTTP service answered."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(slots=True)
class Trace:
    """What one send met: the last answer, the last thing that broke, what Apprise said of it.

    `handed_over` is true from the moment at which the message may be on its way: a mail's when the server
    asked for its text, a request's when its connection stood. `was_cut` tells that the send took longer
    than it was given.
    """

    answer: Answer | None = None
    broken: BaseException | None = None
    refused: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    handed_over: bool = False
    was_cut: bool = False
    words: list[str] = field(default_factory=list)
    sockets: list[socket.socket] = field(default_factory=list)

    def cut(self) -> None:
        """End the connections, so that whoever waits for a byte of them wakes up and gives up."""
        self.was_cut = True
        for line in self.sockets:
            # Not the TLS socket's own: that one takes its state away from the thread that reads.
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def listen(within: timedelta) -> Iterator[Trace]:
    """Note what passes over the wire in this thread, and cut it off after some time.

    The time-outs of `requests` and `smtplib` are for one byte: a service that drips meets them for ever.
    """
    install()
    trace = Trace()
    token = _trace.set(trace)
    timer = threading.Timer(within.total_seconds(), trace.cut)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()
        _trace.reset(token)


@cache
def install() -> None:
    """Set the listeners up, once, and keep the libraries' log lines out of ours."""
    _tap(requests.Session, "send", _heard_http)
    _tap(smtplib.SMTP, "sendmail", _heard_mail)
    _tap(smtplib.SMTP, "getreply", _heard_reply)
    _tap(smtplib.SMTP, "login", _heard_nothing)
    _tap(smtplib.SMTP, "starttls", _connected)
    _tap(smtplib.SMTP, "connect", _connected)
    for connection in (HTTPConnection, HTTPSConnection):
        _tap(connection, "connect", _ready)
    logger = logging.getLogger("apprise")
    logger.addHandler(_Words(logging.WARNING))
    # They may quote an address; what they say of a send is told by its outcome, scrubbed.
    logger.propagate = False
    # And so may these, which print the path of each request when a daemon is debugged.
    logging.getLogger("urllib3").propagate = False


def _tap(owner: type, name: str, hear: Callable[[Trace, Any, Any], None]) -> None:
    """Let `hear` know what a method of an object returned, or note what it raised."""
    method = getattr(owner, name)

    @wraps(method)
    def tapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        trace = _trace.get()
        if trace is None:
            return method(self, *args, **kwargs)
        try:
            result = method(self, *args, **kwargs)
        except BaseException as error:
            trace.broken = error
            raise
        hear(trace, self, result)
        return result

    setattr(owner, name, tapped)


def _heard_http(trace: Trace, _session: requests.Session, response: requests.Response) -> None:
    trace.broken, trace.handed_over = None, False
    body = response.content[: 4 * _BODY].decode("utf-8", "replace")
    trace.answer = Answer(response.status_code, dict(response.headers), body[:_BODY])


def _heard_mail(trace: Trace, _smtp: smtplib.SMTP, refused: dict[str, tuple[int, bytes]]) -> None:
    trace.refused = dict(refused)


def _heard_reply(trace: Trace, _smtp: smtplib.SMTP, reply: tuple[int, bytes]) -> None:
    # 354: «start mail input» (RFC 5321, 4.3.2). From here on a silence may mean a delivered mail.
    trace.handed_over = reply[0] == 354  # noqa: PLR2004 - named above


def _heard_nothing(_trace: Trace, _owner: object, _result: object) -> None:
    """Only what is raised matters."""


def _connected(trace: Trace, connection: Any, _result: object) -> None:
    if isinstance(connection.sock, socket.socket):
        trace.sockets.append(connection.sock)


def _ready(trace: Trace, connection: Any, result: object) -> None:
    """Note that a request may go out: a tunnel and a TLS handshake, if any, are behind it."""
    _connected(trace, connection, result)
    trace.handed_over = True


class _Words(logging.Handler):
    """Keeps what Apprise says during a send, for services that speak neither HTTP nor SMTP."""

    def emit(self, record: logging.LogRecord) -> None:
        trace = _trace.get()
        if trace is not None:
            trace.words.append(record.getMessage())
