"""The pipe from edge to edge: real SQLite, real loopback servers, a clock that only the test moves."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daemon.config import Config, DaemonSettings, PollingSettings
from daemon.deliver import Deliverer
from daemon.errors import ParseError
from daemon.fetch import Fetcher, Limits
from daemon.jobs import (
    Context,
    claim_deliveries,
    claim_entries,
    claim_rechecks,
    claim_sources,
    deliver,
    load_rules,
    poll,
    read,
    recheck,
)
from daemon.jobs.requests import let_rest
from daemon.jobs.why import ways
from daemon.model import Channel, Rule, Secret, Severity, Source, SourceKind, Style
from daemon.schedule import Budget
from daemon.store import Store, deliveries, entries, ledger, sources, upkeep
from servers.http import HttpServer, Request, Response
from servers.webhook import Webhook
from servers.wordforms import forms_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LIMITS = Limits(total=timedelta(seconds=5), pace=timedelta(0))
DRONES = Rule("drones", any=("drone incursion",), severity=Severity.HIGH)
FERRIES = Rule("ferries", any=("ferry",))


@dataclass
class Clock:
    """Time, which passes when a test says so."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Inline:
    """A worker process's stand-in: works at once, here. What `kills` says of a call dies of it."""

    kills: Callable[[tuple[Any, ...]], bool] = lambda _args: False

    async def __call__(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if self.kills(args):
            raise ParseError("too_slow", "it took longer than 3 s")
        return work(*args, **kwargs)

    async def close(self) -> None:
        pass


@dataclass
class Item:
    """An article as its publisher made it."""

    slug: str
    title: str
    text: str = "The harbour office said that the work would go on until the evening."
    id: str | None = None
    at: datetime | None = None
    link: str | None = None

    def in_feed(self, base: str) -> str:
        link = f"{base}/{self.slug}" if self.link is None else self.link
        parts = [f"<title>{escape(self.title)}</title>", f"<link>{escape(link)}</link>" if link else ""]
        parts.append(f"<guid isPermaLink='false'>{escape(self.id)}</guid>" if self.id else "")
        parts.append(f"<pubDate>{format_datetime(self.at)}</pubDate>" if self.at else "")
        return f"<item>{''.join(parts)}<description>{escape(self.text[:60])}</description></item>"

    def page(self) -> bytes:
        paragraphs = "".join(f"<p>{escape(part)}</p>" for part in self.text.split("\n"))
        return (
            f"<html><body><article><h1>{escape(self.title)}</h1>{paragraphs}</article></body></html>".encode()
        )


@dataclass
class Site:
    """A publisher on a host of its own; `answers` by path take the place of its pages."""

    name: str
    port: int
    items: list[Item] = field(default_factory=list)
    answers: dict[str, Response] = field(default_factory=dict)
    seen: list[Request] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://{self.name}.example:{self.port}"

    @property
    def source(self) -> Source:
        url = f"{self.base}/feed"
        return Source(self.name, url, SourceKind.FEED, every=timedelta(minutes=5), allow_private=True)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.seen if request.path == path]

    def respond(self, request: Request) -> Response:
        self.seen.append(request)
        path = request.path.partition("?")[0]
        if path in self.answers:
            return self.answers[path]
        if path == "/feed":
            return self._feed(request)
        page = next((item.page() for item in self.items if path == f"/{item.slug}"), None)
        return Response(200, page, {"Content-Type": "text/html"}) if page else Response(404)

    def _feed(self, request: Request) -> Response:
        listed = "".join(item.in_feed(self.base) for item in self.items)
        body = f"<rss version='2.0'><channel><title>{self.name}</title>{listed}</channel></rss>".encode()
        etag = f'"{hash(body)}"'
        if request.headers.get("if-none-match") == etag:
            return Response(304, b"", {"ETag": etag})
        return Response(200, body, {"ETag": etag, "Content-Type": "application/rss+xml"})


@dataclass
class House:
    """The jobs on their own, with the world around them."""

    context: Context
    style: Style
    clock: Clock
    compute: Inline
    port: int
    webhook: Webhook
    channel_server: HttpServer
    sites: dict[str, Site] = field(default_factory=dict)

    def site(self, name: str, *items: Item) -> Site:
        """Add a publisher, and its feed to the configuration."""
        site = self.sites[name] = Site(name, self.port, list(items))
        self.configure(sources=(*self.context.config.sources, site.source))
        return site

    def configure(self, **changed: Any) -> None:
        """Take a configuration as a reload would."""
        config = replace(self.context.config, **changed)
        load_rules(config.rules, config.entities, (), forms_of(*config.rules))
        self.store.write_now(lambda conn: sources.sync(conn, config.sources, self.clock.now))
        self.context = replace(
            self.context,
            config=config,
            sources={source.name: source for source in config.sources},
            rules={rule.name: rule for rule in config.rules},
            channels={channel.name: channel for channel in config.channels},
            styles={channel.name: self.style for channel in config.channels},
        )

    @property
    def store(self) -> Store:
        return self.context.store

    async def poll(self) -> None:
        for series in await claim_sources(self.context, 100, ()):
            for state in series:
                await poll(self.context, state)

    async def read(self) -> None:
        while claimed := await claim_entries(self.context, 100, ()):
            for entry in chain(*claimed):
                await read(self.context, entry)

    async def recheck(self) -> None:
        while claimed := await claim_rechecks(self.context, 100, ()):
            for article in chain(*claimed):
                await recheck(self.context, article)

    async def deliver(self) -> None:
        while claimed := await claim_deliveries(self.context, 100, ()):
            for delivery in chain(*claimed):
                await deliver(self.context, delivery)

    async def turn(self, **later: float) -> None:
        """Let time pass, then do all that is due."""
        self.clock.wait(**later)
        await self.poll()
        await self.read()
        await self.recheck()
        await self.deliver()

    def make_due(self) -> None:
        """Ask for every source to be polled at once."""
        for state in self.store.read_now(lambda conn: sources.page(conn, limit=1_000)):
            self.store.write_now(
                lambda conn, id_=state.id: sources.schedule_poll(conn, id_, self.clock.now, "")
            )

    async def leave_hosts_alone(self) -> None:
        """Forget which hosts asked for a pause, as real time would."""
        fetcher = await _fetcher(self.store, self.clock).__aenter__()
        await self.context.fetcher.__aexit__(None, None, None)
        self.context = replace(self.context, fetcher=fetcher)

    def told(self) -> list[str]:
        """The titles of the messages that arrived."""
        return [request.json()["title"] for request in self.webhook.requests]

    def why(self, url: str) -> dict[str, Any]:
        (way,) = self.store.read_now(lambda conn: ways(conn, url))
        return way

    def state(self, name: str) -> sources.SourceState:
        return self.store.read_now(lambda conn: sources.find(conn, name))

    def outbox(self) -> list[deliveries.Delivery]:
        return self.store.read_now(deliveries.page)

    def fates(self) -> dict[str, str]:
        return {entry.entry.title: entry.fate.value for entry in self.store.read_now(entries.page)}

    def listed(self) -> set[str]:
        """The addresses of all entries."""
        return {entry.entry.url for entry in self.store.read_now(lambda c: entries.page(c, limit=10_000))}

    def assert_sound(self) -> None:
        """The books are true, and the ledger's sums are the entries."""
        assert upkeep.check(self.context.config.daemon.database.reveal()) == []
        tally = self.store.read_now(ledger.tally)
        assert sum(tally.values()) == len(self.store.read_now(lambda conn: entries.page(conn, limit=100_000)))


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def _fetcher(store: Store, clock: Clock) -> Fetcher:
    tell = partial(let_rest, store, clock)
    return Fetcher(user_agent="test", limits=LIMITS, resolve=_loopback, tell=tell)


@asynccontextmanager
async def open_house(database: Path | str) -> AsyncIterator[House]:
    """Open a house on a database's file, or on its address."""
    sites: dict[str, Site] = {}

    def respond(request: Request) -> Response:
        return sites[request.host.partition(".")[0]].respond(request)

    webhook = Webhook()
    url = f"sqlite:///{database}" if isinstance(database, Path) else database
    async with (
        HttpServer(respond) as world,
        HttpServer(webhook) as channel_server,
    ):
        desk = Channel("desk", Secret(f"json://{channel_server.address}/hook"))
        rules = (DRONES, FERRIES)
        settings = DaemonSettings(Secret(url), Path(), ZoneInfo("UTC"))
        config = Config(settings, PollingSettings(), rules=rules, channels=(desk,))
        load_rules(rules, (), (), forms_of(*rules))
        clock, compute, deliverer = Clock(), Inline(), Deliverer()
        with Store.open(url) as store:
            style = await deliverer.style(desk.url)
            context = Context(
                config=config,
                store=store,
                fetcher=await _fetcher(store, clock).__aenter__(),
                deliverer=deliverer,
                compute=compute,
                now=clock,
                chance=lambda: 0.5,
                sources={},
                rules={rule.name: rule for rule in rules},
                channels={"desk": desk},
                styles={"desk": style},
                budget=Budget(),
            )
            house = House(context, style, clock, compute, world.port, webhook, channel_server, sites)
            yield house
            await house.context.fetcher.__aexit__(None, None, None)
