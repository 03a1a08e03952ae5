"""Connections, kept apart by the way of reaching a server, each with its own guard and certificates."""

import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import httpcore2
import httpx2

from daemon.errors import FetchError
from daemon.fetch.connections import Connections
from daemon.fetch.guard import GuardedBackend, Resolve, check_literal, resolver
from daemon.fetch.limits import Limits
from daemon.model import NO_SECRET, Secret

_RESOLVERS = 32  # threads; a name server that does not answer holds one for some seconds
_ENCODINGS = {"gzip", "x-gzip", "br", "identity", ""}
_PROXIES = {"http", "https", "socks5", "socks5h"}
ACCEPT_ENCODING = "gzip, br"


@dataclass(frozen=True, slots=True)
class Route:
    """What tells one way of reaching a server from another; connections never cross from one to another."""

    allow_private: bool = False
    proxy: Secret = NO_SECRET
    client_certificate: str = ""


class Wire:
    """Sends one request over a guarded connection and hands back the answer, still streaming."""

    def __init__(self, limits: Limits, resolve: Resolve | None, trust: Callable[[], ssl.SSLContext]) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")
        self._resolve = resolve or resolver(self._threads)
        self._trust = trust
        self._routes: dict[Route, Connections] = {}

    async def aclose(self) -> None:
        """Close every connection."""
        for connections in self._routes.values():
            await connections.aclose()
        self._threads.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def exchange(self, request: httpx2.Request, route: Route) -> AsyncIterator[httpx2.Response]:
        """Send a request; on leaving, the connection is free again, or closed if the body was not read."""
        url = request.url
        if route.proxy.reveal() and not route.allow_private:
            check_literal(url.host)
        plain = httpcore2.Request(
            request.method,
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            extensions={"timeout": self._limits.timeouts},
        )
        async with self._connections(route).exchange(plain) as answer:
            yield httpx2.Response(
                answer.status,
                headers=answer.headers,
                stream=_Metered(answer, self._limits.body),
                request=request,
                extensions=answer.extensions,
            )

    def _connections(self, route: Route) -> Connections:
        if route not in self._routes:
            self._routes[route] = Connections(
                ssl_context=self._context(route.client_certificate),
                proxy=_proxy(route.proxy) if route.proxy.reveal() else None,
                # The user chose the proxy, wherever it stands; where it dials is beyond our guard.
                network_backend=GuardedBackend(
                    self._resolve, allow_private=route.allow_private or bool(route.proxy.reveal())
                ),
            )
        return self._routes[route]

    def _context(self, certificate: str) -> ssl.SSLContext:
        context = self._trust()
        if not certificate:
            return context
        try:
            context.load_cert_chain(certificate)
        except (OSError, ssl.SSLError) as error:
            message = (
                f"the client certificate {certificate} must be a readable PEM file that holds its key too"
            )
            raise FetchError("certificate", message, permanent=True) from error
        return context


def certificate_end(response: httpx2.Response) -> datetime | None:
    """Say when the certificate behind an answer runs out; None without TLS."""
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    certificate = tls.getpeercert() if tls else None
    if not certificate:
        return None
    return _certificate_time(certificate["notAfter"])


@lru_cache(maxsize=4_096)  # one certificate comes back at every poll, and many sites share one
def _certificate_time(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)


async def read_body(response: httpx2.Response, limit: int) -> bytes:
    """Read and decode a body up to `limit` bytes, on the wire and decoded alike."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        # Two encodings, one inside the other, unfold a thousandfold twice: no honest server does it.
        message = f"{response.url.host} sent its answer as «{encoding[:40]}», which was not asked for"
        raise FetchError("encoding", message)
    body = bytearray()
    async with aclosing(response.aiter_bytes()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    return bytes(body)


class _Metered(httpx2.AsyncByteStream):
    """Counts what comes over the wire: a compressed body that decodes to nothing must end too."""

    def __init__(self, answer: httpcore2.Response, limit: int) -> None:
        self._answer = answer
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async with aclosing(self._answer.aiter_stream()) as chunks:
            async for chunk in chunks:
                read += len(chunk)
                if read > self._limit:
                    raise _too_large(self._limit)
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


def _too_large(limit: int) -> FetchError:
    return FetchError("too_large", f"the answer is larger than {limit // 1_000_000} MB and was cut off")


def _proxy(proxy: Secret) -> httpcore2.Proxy:
    try:
        url = httpx2.URL(proxy.reveal())
    except (httpx2.InvalidURL, ValueError):
        url = httpx2.URL("")
    if url.scheme not in _PROXIES or not url.host:
        message = "the source's proxy is no address like http://host:port or socks5://host:port"
        raise FetchError("proxy", message, permanent=True)
    return httpcore2.Proxy(
        httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b""),
        auth=(url.username, url.password) if url.username else None,
    )
