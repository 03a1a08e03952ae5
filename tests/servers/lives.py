"""Lives of the daemon that end in SIGKILL, at a chosen statement, among servers that fail as they please.

A life is a forked process: the real lanes, jobs, store, fetcher and Apprise, without the seconds that a
start takes. Its clock runs faster than ours, so that waits between attempts pass.
"""

import asyncio
import ctypes
import multiprocessing
import os
import random
import re
import shutil
import signal
import ssl
import sys
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

import trustme
from sqlalchemy import event

from daemon import jobs
from daemon.config import Config, DaemonSettings, PollingSettings
from daemon.deliver import Deliverer, Logbook, deliverer
from daemon.deliver import service as _service  # noqa: F401  Apprise, imported before the fork
from daemon.fetch import Fetcher, Limits
from daemon.model import Channel, DeliveryState, Rule, Secret, Severity, Source
from daemon.runtime.logs import setup_logs
from daemon.runtime.notify import Notifier
from daemon.runtime.service import Service
from daemon.runtime.sought import Reading
from daemon.schedule import Budget
from daemon.store import Store, deliveries, leases, sources
from servers.http import Fault, HttpServer, Request, Response
from servers.invented import invent
from servers.mail import MailFault, MailServer
from servers.slack import Slack
from servers.webhook import Webhook
from servers.world import Inline, Site

SPEED = 20  # seconds of a life's clock in one of ours
BEGAN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PATIENCE = 1.5  # seconds, ours, for a target to answer in
SITES = ("north", "east", "west")
TICK = 0.05
IDLE = 15  # ticks without work after which nothing is left: every source was polled meanwhile
WINDOW = 200  # items that a feed shows
RULE = Rule("drones", any=("drone incursion",), severity=Severity.HIGH)

HTTP_FAULTS = (
    Response(429, headers={"Retry-After": "1"}),
    Response(500),
    Fault.RESET_UNHEARD,
    Fault.RESET_HEARD,
    Fault.DRIP,
)
MAIL_FAULTS = (
    MailFault.TRY_LATER,
    MailFault.NO_SUCH_USER,
    MailFault.DROP_UNHEARD,
    MailFault.DROP_HEARD,
)

T = TypeVar("T")


class Weather(deque[T | None], Generic[T]):
    """Faults without end, of every so many requests a `share`; `befell` counts them until `clear`."""

    def __init__(self, faults: Sequence[T], share: float, chance: random.Random) -> None:
        super().__init__()
        self.befell: Counter[str] = Counter()
        self._draw = lambda: chance.choice(faults) if chance.random() < share else None
        self.append(self._draw())

    def popleft(self) -> T | None:
        fault = super().popleft()
        self.append(self._draw())
        if fault is not None:
            self.befell[str(getattr(fault, "name", None) or getattr(fault, "status", fault))] += 1
        return fault


@dataclass(frozen=True)
class Setting:
    """What a life is told: its database, what it watches, whom it tells, and when its clock began."""

    database: str
    sources: tuple[Source, ...]
    channels: Mapping[str, str]
    environ: Mapping[str, str]
    began: float

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=(time.time() - self.began) * SPEED)


def live(setting: Setting, kill_at: int, reached: ctypes.c_int) -> None:
    """Live until the statement numbered `kill_at`; without a number, until nothing is left to do."""
    os.environ.update(setting.environ)
    setup_logs("critical", {})
    import_module("daemon.jobs.deliver").LIMIT = timedelta(seconds=PATIENCE)
    deliverer._BURST = 10_000  # what services wish between two messages would take hours
    asyncio.run(_live(setting, kill_at, reached))


async def _live(setting: Setting, kill_at: int, reached: ctypes.c_int) -> None:
    with Store.open(setting.database) as store:
        event.listen(store._writing, "before_cursor_execute", partial(_step, reached, kill_at))
        event.listen(store._writing, "commit", partial(_step, reached, kill_at))
        async with Fetcher(
            user_agent="test", limits=Limits(total=timedelta(seconds=5), pace=timedelta(0)), resolve=_loopback
        ) as fetcher:
            context = await _context(setting, store, fetcher)
            landings = context.deliverer.logbook.read()
            await store.write(lambda conn: jobs.settle(conn, landings, setting.now()))
            await store.write(lambda conn: leases.expire(conn, setting.now()))
            await store.write(lambda conn: sources.sync(conn, setting.sources, setting.now()))
            service = Service(context, Reading(lambda: context.config), Notifier({}))
            # The recheck lane is left out: its time is measured in days.
            lanes = [lane for lane in service.engine.lanes if lane.name != "recheck"]
            idle = 0
            while kill_at or idle < IDLE:
                claimed = {lane.name: await lane.tick(context) for lane in lanes}
                busy = any(claimed[lane.name] or lane.in_flight for lane in lanes if lane.name != "poll")
                idle = 0 if busy or await store.read(_waits) else idle + 1
                await asyncio.sleep(TICK)


def _step(reached: ctypes.c_int, kill_at: int, *_: object) -> None:
    reached.value += 1
    if reached.value == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)


def _waits(conn) -> bool:
    tally = deliveries.tally(conn)
    return bool(tally[DeliveryState.PENDING] + tally[DeliveryState.FAILED])


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def _context(setting: Setting, store: Store, fetcher: Fetcher) -> jobs.Context:
    channels = tuple(Channel(name, Secret(url)) for name, url in setting.channels.items())
    daemon = DaemonSettings(Secret(setting.database), Path(), ZoneInfo("UTC"))
    config = Config(daemon, PollingSettings(), sources=setting.sources, rules=(RULE,), channels=channels)
    jobs.load_rules((RULE,), (), (), {})
    logbook = Logbook(Path(setting.database.removeprefix("sqlite:///")).parent)
    sender, chance = Deliverer(logbook=logbook), random.Random()
    return jobs.Context(
        config=config,
        store=store,
        fetcher=fetcher,
        deliverer=sender,
        compute=Inline(),
        now=setting.now,
        chance=chance.random,
        sources={source.name: source for source in setting.sources},
        rules={RULE.name: RULE},
        channels={channel.name: channel for channel in channels},
        styles={channel.name: await sender.style(channel.url) for channel in channels},
        budget=Budget(),
    )


@dataclass(frozen=True)
class Told:
    """A message as its reader has it: which article, which alert, and whether it may be a repeat."""

    article: str
    key: str
    labelled: bool

    @classmethod
    def read(cls, text: str) -> "Told":
        named, key = _NAMED.search(text), _KEY.search(text)
        assert named, text
        assert key, text
        return cls(named[1], key[1], "repeat" in text)


@dataclass
class World:
    """All that outlives a daemon: publishers, Slack, a mail server, a webhook, and the database's disk."""

    setting: Setting
    sites: dict[str, Site]
    slack: Slack
    webhook: Webhook
    mail: MailServer
    targets: tuple[HttpServer, ...]
    weather: tuple[Weather, ...] = ()
    published: list[str] = field(default_factory=list)
    kills: int = 0

    def storm(self, share: float, chance: random.Random) -> None:
        """Let faults begin: such a share of the messages meets one."""
        self.weather = (
            *(Weather(HTTP_FAULTS, share, chance) for _ in self.targets),
            Weather(MAIL_FAULTS, share, chance),
        )
        for server, weather in zip((*self.targets, self.mail), self.weather, strict=True):
            server.faults = weather

    def publish(self, count: int) -> None:
        """Publish so many articles that must ring, each in one place."""
        for _ in range(count):
            item = invent(len(self.published), "drone incursion")
            site = self.sites[SITES[len(self.published) % len(SITES)]]
            site.items = [*site.items, item][-WINDOW:]
            site.answers[f"/{item.slug}"] = Response(200, item.page(), {"Content-Type": "text/html"})
            self.published.append(item.title)

    async def live(self, kill_at: int = 0, within: float = 60) -> int:
        """Let a daemon live, `within` so many seconds; give how many statements it came through."""
        reached = _FORK.RawValue("i", 0)  # a lock would be held for ever by who is killed with it
        process = _FORK.Process(target=live, args=(self.setting, kill_at, reached), daemon=True)
        process.start()
        await asyncio.to_thread(process.join, within)
        if process.exitcode is None:
            process.kill()
            await asyncio.to_thread(process.join)
        self.kills += process.exitcode == -signal.SIGKILL
        assert process.exitcode in {0, -signal.SIGKILL}, f"a life ended with {process.exitcode}"
        return reached.value

    async def heal(self) -> None:
        """End all faults, try again what was given up, and let a daemon live until nothing is left."""
        for weather in self.weather:
            weather.clear()
        with Store.open(self.setting.database) as store:
            dead = store.read_now(
                lambda conn: deliveries.page(conn, limit=1_000_000, state=DeliveryState.DEAD)
            )
            for each in dead:
                store.write_now(partial(deliveries.retry, delivery_id=each.id, now=self.setting.now()))
        for _ in range(10):
            await self.live(within=120)
            with Store.open(self.setting.database) as store:
                if not store.read_now(_waits):
                    return
        raise AssertionError("something still waits to be told")

    def told(self) -> dict[str, list[Told]]:
        """All that arrived, by channel, in its order."""
        texts = {
            "webhook": [request.body.decode() for request in self.webhook.requests],
            "mail": [_mailed(mail) for mail in self.mail.mails],
            "slack-webhook": [post.text for post in self.slack.posts if "/services/" in post.place],
            "slack-bot": [post.text for post in self.slack.posts if "/services/" not in post.place],
        }
        return {channel: [Told.read(text) for text in each] for channel, each in texts.items()}

    def unanswered(self) -> dict[str, list[Told]]:
        """Those of them whose senders were robbed of the answer by a fault."""
        proxy, hooks = self.targets
        posted = [(request.path, request.body.decode()) for request in proxy.unanswered]
        texts = {
            "webhook": [request.body.decode() for request in hooks.unanswered],
            "mail": [_mailed(mail) for mail in self.mail.unanswered],
            "slack-webhook": [body for path, body in posted if "/services/" in path],
            "slack-bot": [body for path, body in posted if "/services/" not in path],
        }
        return {channel: [Told.read(text) for text in each] for channel, each in texts.items()}

    def unrecognised(self) -> int:
        """Count the repeats that have another key, or of which more than one does not say what it is."""
        count = 0
        for told in self.told().values():
            keys = {(each.article, each.key) for each in told}
            plain = Counter(each.article for each in told if not each.labelled)
            count += len(keys) - len({article for article, _ in keys}) + plain.total() - len(plain)
        return count

    @property
    def expected(self) -> set[str]:
        return {title.split()[0] for title in self.published}


def _mailed(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain
    return f"{mail['Subject']}\n{plain.get_content()}"


@asynccontextmanager
async def open_world(folder: Path, template: Path) -> AsyncIterator[World]:
    """Open the servers, and a database that has seen every source once."""
    sites: dict[str, Site] = {}

    def respond(request: Request) -> Response:
        return sites[request.host.partition(".")[0]].respond(request)

    authority = trustme.CA()
    bundle, database = folder / "authority.pem", folder / "tocsin.db"
    authority.cert_pem.write_to_path(str(bundle))
    shutil.copy(template, database)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.slack.com", "slack.com", "127.0.0.1").configure_cert(tls)
    slack, webhook = Slack(), Webhook()
    async with (
        HttpServer(respond) as news,
        HttpServer(slack, tls) as proxy,
        HttpServer(webhook) as hooks,
        MailServer(tls) as mail,
    ):
        sites |= {name: Site(name, news.port) for name in SITES}
        setting = Setting(
            database=f"sqlite:///{database}",
            sources=tuple(replace(site.source, every=timedelta(seconds=10)) for site in sites.values()),
            channels={
                "slack-webhook": f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}",
                "slack-bot": f"slack://xoxb-{TOKEN}/#newsroom",
                "mail": f"mailtos://127.0.0.1:{mail.port}/?mode=starttls&from=t@example.org&to=d@e.example",
                "webhook": f"json://{hooks.address}/hook",
            },
            environ={
                "HTTPS_PROXY": f"http://{proxy.address}",
                "REQUESTS_CA_BUNDLE": str(bundle),
                "SSL_CERT_FILE": str(bundle),
            },
            began=time.time(),
        )
        world = World(setting, sites, slack, webhook, mail, (proxy, hooks))
        _start_forkserver()
        await world.live()
        yield world


TOKEN = "k3wZ9sLr0vXq2bTnYd7mEfGh"
_KEY = re.compile(r"Alert (\w+)")
_NAMED = re.compile(r"(\w+) drone incursion")
_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload(["servers.lives"])


def _start_forkserver() -> None:
    """Let the server that forks import all this once; it finds it by a path that nobody else must see."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
