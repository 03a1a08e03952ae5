"""The connections of one way of reaching servers, and those at rest until the next request.

The library's own pool looks at each of its connections at every request; here a request costs the same
whatever else is open.
"""

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

import httpcore2

_REST = 5.0  # seconds: the articles of one feed follow each other, its next poll is minutes away
_MOST = 50  # at rest
# Servers end what rests as we do, after some seconds: one does so just as it is asked, now and then.
_HUNG_UP = (httpcore2.RemoteProtocolError, httpcore2.ReadError, httpcore2.WriteError)


class Connections:
    """One connection at rest for each server, since requests to one never overlap."""

    def __init__(
        self,
        *,
        ssl_context: ssl.SSLContext,
        proxy: httpcore2.Proxy | None,
        network_backend: httpcore2.AsyncNetworkBackend,
    ) -> None:
        # It knows how each kind of proxy is reached, and is asked for nothing else.
        self._maker = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context, proxy=proxy, keepalive_expiry=_REST, network_backend=network_backend
        )
        self._resting: OrderedDict[str, tuple[float, httpcore2.AsyncConnectionInterface]] = OrderedDict()

    @asynccontextmanager
    async def exchange(self, request: httpcore2.Request) -> AsyncIterator[httpcore2.Response]:
        """Send a request; on leaving, its connection rests, or is closed if the answer was not read."""
        connection, answer = await self._ask(request)
        try:
            try:
                yield answer
            finally:
                await answer.aclose()
        except BaseException:
            await connection.aclose()
            raise
        await self._rest(str(request.url.origin), connection)

    async def _ask(
        self, request: httpcore2.Request
    ) -> tuple[httpcore2.AsyncConnectionInterface, httpcore2.Response]:
        """Send a request over what rests, or anew where the server hung up on that at this very moment."""
        origin = request.url.origin
        if resting := await self._wake(str(origin)):
            with suppress(*_HUNG_UP):
                return resting, await _send(resting, request)
        made = self._maker.create_connection(origin)
        return made, await _send(made, request)

    async def aclose(self) -> None:
        """Close every connection at rest."""
        while self._resting:
            await self._close_oldest()

    async def _wake(self, origin: str) -> httpcore2.AsyncConnectionInterface | None:
        _, connection = self._resting.pop(origin, (0.0, None))
        if connection and connection.has_expired():
            await connection.aclose()
            return None
        return connection

    async def _rest(self, origin: str, connection: httpcore2.AsyncConnectionInterface) -> None:
        """Lay a connection to rest, and close those that have rested for too long: they lie in order."""
        if not connection.is_idle():
            return
        now = monotonic()
        self._resting[origin] = now, connection
        while self._resting and (len(self._resting) > _MOST or self._oldest_since < now - _REST):
            await self._close_oldest()

    @property
    def _oldest_since(self) -> float:
        since, _ = next(iter(self._resting.values()))
        return since

    async def _close_oldest(self) -> None:
        _, (_, connection) = self._resting.popitem(last=False)
        await connection.aclose()


async def _send(
    connection: httpcore2.AsyncConnectionInterface, request: httpcore2.Request
) -> httpcore2.Response:
    try:
        return await connection.handle_async_request(request)
    except BaseException:
        await connection.aclose()
        raise
