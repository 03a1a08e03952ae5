"""What every page works with: the configuration and the store as they are now, and what was said last."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from starlette.requests import Request

from daemon.config import Config
from daemon.jobs import Context
from daemon.runtime.metrics import Metrics
from daemon.runtime.trial import Dictionaries, Trials
from daemon.store import alerts
from daemon.store.alerts import Alert
from daemon.web.bell import Bell
from daemon.web.standing import Standing, look
from daemon.web.throttle import Throttle

T = TypeVar("T")

# Of the store's readers; the others are always the pipe's.
SEATS = 2
NOTICES = 100
REPLAYED = 200  # alerts that a browser which was away is told of, the latest


class Desk:
    """Stands between the pages and the daemon; `context` is as it is now, since a reload changes it."""

    def __init__(self, current: Callable[[], Context]) -> None:
        self._current = current
        self._seats = asyncio.Semaphore(SEATS)
        self._notices: dict[str, str] = {}
        self._standing: Standing | None = None
        self._looking = asyncio.Lock()
        self._telling = asyncio.Lock()
        self._told: tuple[int, int | None] = (0, None)
        self._news: Sequence[Alert] = ()
        self._tagged: tuple[Config | None, Mapping[str, Sequence[str]]] = (None, {})
        self.throttle = Throttle()
        self._metrics = Metrics(current().now())
        self._measuring = asyncio.Lock()
        self.bell = Bell(self._latest)
        self.dictionaries = Dictionaries()
        self.trials = Trials(self.dictionaries, self.dictionaries.warm)

    @property
    def context(self) -> Context:
        return self._current()

    @property
    def tagged(self) -> Mapping[str, Sequence[str]]:
        """The sources of each tag by name, the commonest tag first: counted once for a configuration."""
        config = self.context.config
        if self._tagged[0] is not config:
            named: dict[str, list[str]] = defaultdict(list)
            for source in config.sources:
                for tag in source.tags:
                    named[tag].append(source.name)
            self._tagged = config, dict(sorted(named.items(), key=lambda each: -len(each[1])))
        return self._tagged[1]

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do work that only reads."""
        async with self._seats:
            return await self.context.store.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do work in a transaction, and come back when it is on disk."""
        done = await self.context.store.write(work)
        self._standing = None
        return done

    async def standing(self) -> Standing:
        """Say how things stand, as of a few seconds ago at most, however many ask."""
        async with self._looking:  # who comes meanwhile waits for the same look
            known, context = self._standing, self.context
            if known is None or not known.serves(context.now(), context.config.digest):
                self._standing = known = await self.read(lambda conn: look(conn, context))
            return known

    async def news(self, after: int) -> Sequence[Alert]:
        """Give the latest alerts that came after the alert `after`: read once for all streams that wait."""
        latest = self.bell.latest
        if latest is not None and latest <= after:
            return ()
        async with self._telling:
            if latest is None or self._told != (after, latest):
                self._news = await self.read(partial(alerts.since, after=after, limit=REPLAYED))
                self._told = after, latest
            return self._news

    async def measure(self) -> bytes:
        """Bring the metrics up to date, one request after the other, and write them out."""
        async with self._measuring:
            await self.read(lambda conn: self._metrics.look(conn, self.context))
            return self._metrics.text()

    async def _latest(self) -> int:
        return await self.read(alerts.latest_id)

    def leave_notice(self, text: str) -> str:
        """Keep a sentence for the page that comes next; give the token that shows it, once."""
        token = secrets.token_urlsafe(9)
        self._notices[token] = text
        while len(self._notices) > NOTICES:
            del self._notices[next(iter(self._notices))]
        return token

    def take_notice(self, token: str) -> str:
        """Give a sentence that was kept, and forget it."""
        return self._notices.pop(token, "")


def desk_of(request: Request) -> Desk:
    """Give the desk that a request has come to."""
    desk: Desk = request.app.state.desk
    return desk
