"""What passed over the wire during one send.

Apprise tells only «it failed». These listeners stand between it and `requests` and `smtplib`, and note,
for the send that runs in the current context, which answers came and what broke when. Where nobody
listens they change nothing.
"""

import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any

import requests

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

    `handed_over` is true from the moment at which a mail's text was on its way to the server.
    """

    answer: Answer | None = None
    broken: BaseException | None = None
    refused: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    handed_over: bool = False
    words: list[str] = field(default_factory=list)


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def listen() -> Iterator[Trace]:
    """Note what passes over the wire in this context (each send has a thread, hence one of its own)."""
    install()
    trace = Trace()
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


@cache
def install() -> None:
    """Set the listeners up, once, and keep the libraries' log lines out of ours."""
    _tap(requests.Session, "send", _heard_http)
    for step in ("connect", "starttls", "login", "sendmail", "data"):
        _tap(smtplib.SMTP, step, _heard_smtp)
    _tap(smtplib.SMTP, "getreply", _heard_reply)
    logger = logging.getLogger("apprise")
    logger.addHandler(_Words(logging.WARNING))
    # They may quote an address; what they say of a send is told by its outcome, scrubbed.
    logger.propagate = False
    # And so may these, which print the path of each request when a daemon is debugged.
    logging.getLogger("urllib3").propagate = False


def _tap(owner: type, name: str, hear: Callable[[Trace, str, Any], None]) -> None:
    """Let `hear` know what a method returned or raised, for sends that somebody listens to."""
    method = getattr(owner, name)

    @wraps(method)
    def tapped(*args: Any, **kwargs: Any) -> Any:
        trace = _trace.get()
        if trace is None:
            return method(*args, **kwargs)
        try:
            result = method(*args, **kwargs)
        except BaseException as error:
            trace.broken = error
            raise
        hear(trace, name, result)
        return result

    setattr(owner, name, tapped)


def _heard_http(trace: Trace, _name: str, response: requests.Response) -> None:
    trace.broken = None
    trace.answer = Answer(response.status_code, dict(response.headers), response.text[:_BODY])


def _heard_smtp(trace: Trace, name: str, result: Any) -> None:
    if name == "sendmail":
        trace.refused = dict(result)


def _heard_reply(trace: Trace, _name: str, reply: tuple[int, bytes]) -> None:
    # 354: «start mail input» (RFC 5321, 4.3.2). From here on a silence may mean a delivered mail.
    trace.handed_over = reply[0] == 354  # noqa: PLR2004 - named above


class _Words(logging.Handler):
    """Keeps what Apprise says during a send, for services that speak neither HTTP nor SMTP."""

    def emit(self, record: logging.LogRecord) -> None:
        trace = _trace.get()
        if trace is not None:
            trace.words.append(record.getMessage())
