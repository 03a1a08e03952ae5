"""One address in, one answer out, whatever the server does."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx2

from daemon.errors import FetchError
from daemon.fetch import failures, headers, wire
from daemon.fetch.answer import Fetched, NotModified
from daemon.fetch.errand import MOVES, Errand, parse_url
from daemon.fetch.guard import Resolve
from daemon.fetch.limits import LONG_REST, USUAL_LIMITS, Limits
from daemon.fetch.manners import Manners
from daemon.fetch.robots import Read, Robots
from daemon.model import NO_VALIDATORS, OPEN_ACCESS, Access, Validators

_BUSY = {429, 503}
_NO_PAUSE = timedelta(0)
_PAUSE_WHEN_BUSY = timedelta(minutes=1)  # for a host that says it is busy but not for how long


Tell = Callable[[str, timedelta], Awaitable[None]]


async def _nobody(_host: str, _rest: timedelta) -> None:
    """Tell nobody."""


class Fetcher:
    """Fetches documents, politely and within limits.

    `user_agent` should name the program and an address of its operator. `resolve` and `trust` replace
    the system's name service and its certificate store. `tell` is told of a host that is to be left alone for
    more than `LONG_REST`, before its fetch is over.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits = USUAL_LIMITS,
        resolve: Resolve | None = None,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        tell: Tell = _nobody,
    ) -> None:
        self._agent = user_agent
        self._limits = limits
        self._tell = tell
        self._wire = wire.Wire(limits, resolve, trust)
        self._robots = Robots(user_agent)
        self._manners = Manners(limits.pace, limits.patience)
        self._in_flight = asyncio.Semaphore(limits.in_flight)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.aclose()

    async def get(
        self,
        url: str,
        *,
        validators: Validators = NO_VALIDATORS,
        access: Access = OPEN_ACCESS,
        allow_private: bool = False,
        obey_robots: bool = False,
    ) -> Fetched | NotModified:
        """Fetch one address.

        `validators` make the request conditional; without them the answer is always whole.
        `allow_private` opens intranets and this machine. `obey_robots` asks the site's robots.txt first,
        and keeps to the pace it wants. Raises FetchError for everything that is not a document; one of
        kind «held» was not sent at all, since its host wants to be left alone.
        """
        asked = parse_url(url)
        route = wire.Route(allow_private, access.proxy, access.client_certificate)
        return await self._run(Errand(asked, validators, access, route), obey_robots=obey_robots)

    def rest(self, host: str) -> timedelta:
        """Tell how long a host is to be left alone yet: its pace, a pause that it asked for."""
        return self._manners.rest(_ascii(host))

    async def _run(
        self, errand: Errand, *, obey_robots: bool, on_visit: bool = False
    ) -> Fetched | NotModified:
        """Follow an errand to its end, one host's turn after the other."""
        while True:
            pace = await self._robots.check(errand.url, self._reader(errand)) if obey_robots else _NO_PAUSE
            onward = on_visit or errand.moves > 0
            async with self._manners.turn(errand.host, pace, on_visit=onward), self._in_flight:
                answer = await self._call_on(errand)
            if answer:
                return answer

    def _reader(self, errand: Errand) -> Read:
        """Fetch a robots.txt the way its page will be fetched."""

        async def read(url: httpx2.URL) -> bytes:
            rules = Errand(url, NO_VALIDATORS, OPEN_ACCESS, errand.route)
            answer = await self._run(rules, obey_robots=False, on_visit=True)
            return answer.body if isinstance(answer, Fetched) else b""

        return read

    async def _call_on(self, errand: Errand) -> Fetched | NotModified | None:
        """Make one request, and tell if its host is to be left alone for long; None after a redirect."""
        place, names = errand.host, {errand.url.host, errand.url.raw_host.decode("ascii")}
        try:
            return await self._step(errand)
        finally:
            if (rest := self._manners.rest_at(place)) > LONG_REST:
                for name in names:  # a source's address may be written either way
                    await self._tell(name, rest)

    async def _step(self, errand: Errand) -> Fetched | NotModified | None:
        """Make one request within what is left of the time; None after a redirect."""
        host = errand.url.host
        left = self._limits.total.total_seconds() - errand.spent
        errand.since = time.monotonic()
        try:
            async with asyncio.timeout(left):
                return await self._exchange(errand)
        except failures.EXPECTED as error:
            raise failures.of_exception(error, host) from None
        finally:
            errand.spent += time.monotonic() - errand.since

    async def _exchange(self, errand: Errand) -> Fetched | NotModified | None:
        request = errand.request(self._agent)
        async with self._wire.exchange(request, errand.route) as response:
            status = response.status_code
            if status in MOVES and "location" in response.headers:
                errand.follow(response, self._limits.redirects)
                return None
            if status == httpx2.codes.NOT_MODIFIED and errand.validators != NO_VALIDATORS:
                await response.aread()  # empty; once read, the connection serves the next source of its host
                return NotModified(
                    str(errand.url),
                    headers.validators(response.headers, errand.validators),
                    errand.hints(response),
                    errand.elapsed,
                )
            if not response.is_success:
                raise self._refused(errand, response)
            body = await wire.read_body(response, self._limits.body)
            return Fetched(
                str(errand.url),
                status,
                body,
                response.headers.get("content-type", ""),
                headers.validators(response.headers),
                errand.hints(response),
                errand.elapsed,
            )

    def _refused(self, errand: Errand, response: httpx2.Response) -> FetchError:
        """Word the refusal, and leave the host alone if it is what the answer asks for."""
        wait = headers.retry_after(response.headers, datetime.now(UTC))
        if response.status_code in _BUSY:
            self._manners.hold(errand.host, wait or _PAUSE_WHEN_BUSY)
        return failures.of_status(response.status_code, errand.url.host, wait)


def _ascii(host: str) -> str:
    """Give a host as requests name it, whichever way it was written."""
    try:
        return httpx2.URL(scheme="http", host=host).raw_host.decode("ascii")
    except httpx2.InvalidURL:
        return host
