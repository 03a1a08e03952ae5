"""One word, one sentence and three flags for what came of an attempt."""

import json
import re
import smtplib
import socket
import ssl
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
)

from daemon.deliver.address import private_parts
from daemon.deliver.wire import Answer, Trace
from daemon.model import Outcome, Secret

_DETAIL = 300
_LEAST_SECRET = 4  # shorter parts of an address («to», «443») hide nothing and occur everywhere

# 4xx answers that say «not now» rather than «not ever».
_NOT_NOW = frozenset({408, 409, 423, 425, 429})

# Slack answers 200 even to what it refuses. These of its words pass by themselves
# <https://docs.slack.dev/reference/methods/chat.postMessage#errors>.
_SLACK_NOT_NOW = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)

# What Slack's bots are told: the message's time stamp, which names it within its channel.
_SLACK_RECEIPT = re.compile(r'"ok":\s*true.*"ts":\s*"(\d+\.\d+)"')

# Gateways answer so when they do not know what the service behind them did
# (RFC 9110, 15.6.3 and 15.6.5).
_GATEWAY = frozenset({502, 504})

_TLS = (requests.exceptions.SSLError, ssl.SSLError)

# What breaks before an answer comes; the first that fits tells: in urllib3 a
# NameResolutionError is a NewConnectionError is a ConnectTimeoutError.
_BREAKS: tuple[tuple[tuple[type[BaseException], ...], str, str, bool], ...] = (
    ((requests.ReadTimeout,), "timeout", "no answer in time", True),
    ((NameResolutionError, socket.gaierror), "dns", "the host's name is not known", False),
    ((NewConnectionError, ConnectionRefusedError), "refused", "no connection could be made", False),
    ((requests.ConnectTimeout, ConnectTimeoutError), "timeout", "no connection in time", False),
    (_TLS, "tls", "no trusted connection could be made", False),
)


def classify(trace: Trace, *, ok: bool, url: Secret) -> Outcome:
    """Say what came of a send from what was heard of it."""
    outcome = _sent(trace) if ok else _failed(trace)
    return replace(outcome, detail=scrub(outcome.detail, url)[:_DETAIL])


def scrub(text: str, url: Secret) -> str:
    """Mask what of a target's address stands in a text: its parts but the service's name and the host."""
    for part in sorted(private_parts(url.reveal()), key=len, reverse=True):
        if len(part) >= _LEAST_SECRET:
            text = text.replace(part, "***")
    return " ".join(text.split())


def _sent(trace: Trace) -> Outcome:
    if not trace.answer:
        return Outcome(ok=True)
    receipt = _SLACK_RECEIPT.search(trace.answer.body)
    return Outcome(ok=True, detail=f"HTTP {trace.answer.status}", receipt=receipt[1] if receipt else "")


def _failed(trace: Trace) -> Outcome:
    if trace.was_cut:
        return Outcome(ok=False, kind="timeout", detail="no end to it in time", unknown=True)
    if trace.refused:
        return _smtp(*next(iter(trace.refused.values())))
    if isinstance(trace.broken, smtplib.SMTPException):
        return _broken_mail(trace.broken, handed_over=trace.handed_over)
    if trace.broken:
        return _broken(trace.broken, handed_over=trace.handed_over)
    if trace.answer:
        return _http(trace.answer)
    said = "; ".join(trace.words) or "the service took no message and gave no reason"
    return Outcome(ok=False, kind="failed", detail=said)


def _http(answer: Answer) -> Outcome:
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return _refused_with_thanks(answer)
    return Outcome(
        ok=False,
        kind=f"http_{answer.status}",
        detail=_phrase(answer),
        permanent=_is_permanent(answer.status),
        retry_after=_retry_after(answer),
        unknown=answer.status in _GATEWAY,
    )


def _is_permanent(status: int) -> bool:
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _NOT_NOW


def _phrase(answer: Answer) -> str:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "no known status"
    said = " ".join(answer.body.split())
    return f"{phrase}; the service says: {said}" if said and "<" not in said else phrase


def _refused_with_thanks(answer: Answer) -> Outcome:
    """Read a 200 that Apprise did not take for a success."""
    try:
        word = json.loads(answer.body)["error"]
    except (ValueError, KeyError, TypeError):
        return Outcome(ok=False, kind="rejected", detail=f"HTTP {answer.status}, but not the answer expected")
    return Outcome(
        ok=False,
        kind="rejected",
        detail=f"the service says: {word}",
        permanent=word not in _SLACK_NOT_NOW,
        retry_after=_retry_after(answer),
    )


def _retry_after(answer: Answer) -> timedelta | None:
    """Read Retry-After: seconds, or a date, measured against the server's own clock.

    RFC 9110, 10.2.3. Discord and others give seconds with a fraction.
    """
    headers = {name.lower(): value.strip() for name, value in answer.headers.items()}
    wish = headers.get("retry-after", "")
    try:
        return timedelta(seconds=max(0.0, float(wish)))
    except (ValueError, OverflowError):
        pass
    try:
        wait = parsedate_to_datetime(wish) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait, timedelta())


def _smtp(code: int, text: bytes | str) -> Outcome:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Outcome(
        ok=False,
        kind=f"smtp_{code}",
        detail=f"the mail server says: {code} {said}",
        permanent=500 <= code < 600,  # noqa: PLR2004 - RFC 5321, 4.2.1: 5yz is a permanent negative reply
    )


def _broken_mail(error: smtplib.SMTPException, *, handed_over: bool) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _smtp(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _smtp(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _dropped(handed_over=handed_over)
    return Outcome(ok=False, kind="rejected", detail=str(error))


def _broken(error: BaseException, *, handed_over: bool) -> Outcome:
    cause = _cause(error)
    if handed_over and _is_tls(error, cause):
        return _dropped(handed_over=True)
    if isinstance(error, requests.exceptions.ProxyError) and _never_tunnelled(cause):
        return Outcome(ok=False, kind="proxy", detail="the proxy did not let it through")
    for kinds, kind, detail, unknown in _BREAKS:
        if isinstance(error, kinds) or isinstance(cause, kinds):
            return Outcome(ok=False, kind=kind, detail=detail, unknown=unknown)
    if isinstance(error, TimeoutError):
        return Outcome(ok=False, kind="timeout", detail="no answer in time", unknown=handed_over)
    if isinstance(error, OSError):
        # Over HTTP a connection that was made, and ended, has carried the request.
        return _dropped(handed_over=handed_over or isinstance(error, requests.RequestException))
    return Outcome(ok=False, kind="failed", detail=f"{type(error).__name__}: {error}")


def _is_tls(error: BaseException, cause: BaseException) -> bool:
    """Tell an error of TLS: a bad certificate, but also the end of a connection without a farewell."""
    return isinstance(error, _TLS) or isinstance(cause, _TLS)


def _never_tunnelled(cause: BaseException) -> bool:
    """Tell a proxy that refused from a host that hung up behind it; urllib3 calls both a ProxyError."""
    return isinstance(cause, NewConnectionError) or "Tunnel connection failed" in str(cause)


def _dropped(*, handed_over: bool) -> Outcome:
    when = "before it confirmed the message" if handed_over else "before it took the message"
    return Outcome(ok=False, kind="dropped", detail=f"the connection ended {when}", unknown=handed_over)


def _cause(error: BaseException) -> BaseException:
    """Give what `requests` wraps: urllib3's error, which knows how far it came."""
    inner = error.args[0] if error.args and isinstance(error.args[0], BaseException) else error
    if isinstance(inner, MaxRetryError) and inner.reason:
        inner = inner.reason
    return inner.original_error if isinstance(inner, ProxyError) else inner
