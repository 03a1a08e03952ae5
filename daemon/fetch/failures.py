"""Every way a fetch can fail, in plain words."""

import ssl
from collections.abc import Iterator
from datetime import timedelta

import httpcore2
import httpx2

from daemon.errors import FetchError

_PERMANENT = {400, 401, 402, 403, 404, 405, 406, 410, 414, 451}
_MEANING = {
    401: "it asks for a login; give the source a username and password, or a bearer token",
    403: "it refuses us; it may block programs, or ask for a login",
    404: "there is no such page; check the address",
    410: "the page is gone for good, its owner says",
    429: "we ask too often",
    451: "it may not show the page, for legal reasons",
    503: "it is overloaded or being repaired",
}


# What connections die of; anything else is a bug and keeps its traceback.
EXPECTED = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpx2.DecodingError,
    OSError,
)


def of_status(status: int, host: str, retry_after: timedelta | None) -> FetchError:
    """Word an answer that is no document."""
    default = "its server failed" if status >= 500 else "it did not give the page"  # noqa: PLR2004 - RFC 9110 15
    meaning = _MEANING.get(status, default)
    message = f"{host} answered {status}: {meaning}"
    return FetchError(f"http_{status}", message, permanent=status in _PERMANENT, retry_after=retry_after)


def of_exception(error: Exception, host: str) -> FetchError:
    """Word what a connection died of. The library's own text may hold a header's secret: it stays out."""
    if isinstance(error, (TimeoutError, httpcore2.TimeoutException)):
        return FetchError("timeout", f"{host}: no answer in time")
    if isinstance(error, httpcore2.LocalProtocolError):
        return bad_header()
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError("tls", f"{host} has a certificate that does not hold: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLWantReadError):
            reason = (cause.reason or "unknown").replace("_", " ").lower()
            return FetchError("tls", f"{host} and we agree on no encryption: {reason}")
        if isinstance(cause, ConnectionRefusedError):
            return FetchError("refused", f"{host} refuses connections; nothing listens there now")
    named = (row for row in _BY_TYPE if isinstance(error, row[0]))
    _, kind, words = next(named, (OSError, "network", "the connection broke"))
    return FetchError(kind, f"{host}: {words}")


def bad_header() -> FetchError:
    """Say that the source's own headers cannot be sent, and not what they hold."""
    message = "a header, cookie or login of the source has characters that no header may have"
    return FetchError("request", message, permanent=True)


_BY_TYPE: tuple[tuple[type[Exception], str, str], ...] = (
    (httpcore2.ProxyError, "proxy", "the proxy did not let us through; check its address and login"),
    (httpcore2.ConnectError, "connect", "no connection could be made"),
    (httpcore2.RemoteProtocolError, "protocol", "the answer broke off, or is no HTTP"),
    (httpx2.DecodingError, "encoding", "the body is not compressed as its header says"),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(8):
        if found is None:
            return
        yield found
        if isinstance(found, BaseExceptionGroup):
            yield from found.exceptions
        found = found.__cause__ or found.__context__
