"""The daemon: ticks that set lanes going, signals, reload, watchdog, and a clean end."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from watchfiles import awatch

from daemon import jobs
from daemon.config import Config
from daemon.errors import ConfigError, StoreError, TocsinError
from daemon.jobs import Context
from daemon.jobs.examples import examine
from daemon.jobs.words import counted
from daemon.runtime.compose import furnish, look_up_forms, retire, take_over
from daemon.runtime.engine import Embedded, Engine
from daemon.runtime.gate import admit, changed_for_later, failures, refusal
from daemon.runtime.guard import Guard
from daemon.runtime.notify import Notifier
from daemon.runtime.pulse import EVERY as PULSE
from daemon.runtime.pulse import Pulse, bury, last_pulse, note
from daemon.runtime.roles import ALONE, Post
from daemon.runtime.signals import heeding
from daemon.runtime.sought import Reading
from daemon.runtime.steps import step
from daemon.runtime.unwritten import Unwritten
from daemon.store import revisions

TICK = timedelta(seconds=0.5)
SETTLING = timedelta(hours=1)
FORGETTING = timedelta(hours=6)
REKEYING = timedelta(seconds=5)
LEARNING = timedelta(hours=1)
REPORTING = timedelta(minutes=5)
SIGNS_OF_LIFE = timedelta(seconds=15)
# How long what is in flight may take to end after SIGTERM; less than the unit's TimeoutStopSec.
DRAIN_SECONDS = 20.0
# How long a tick that is under way may take to end by itself, before it is cancelled.
REST_SECONDS = 5.0

log = structlog.get_logger()


class Service:
    """Runs an engine on a context until told to stop.

    `load` reads the configuration anew; what it raises keeps the old one running. `post` is what it is
    among many on a shared database.
    """

    def __init__(
        self,
        context: Context,
        load: Reading,
        notifier: Notifier,
        engine: Callable[[Callable[[], Context]], Engine] = Embedded,
        post: Post = ALONE,
    ) -> None:
        self.context = context
        self._post = post
        self.engine = engine(lambda: self.context)
        self.refused = ""
        self._hindered = False
        self._load = load
        self._notifier = notifier
        self._started = context.now()
        self._seen: datetime | None = None
        self._beats: tuple[int, ...] = ()
        self._unwritten = Unwritten(lambda message: jobs.tell_operator(self.context, message))
        self._timers = Guard()
        self._guard = self._timers.do
        self._reloading = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Run until `stop`, or SIGTERM or SIGINT; then drain."""
        scheduler = self._scheduler()
        watcher = asyncio.create_task(self._watch())
        working = asyncio.create_task(self.engine.work())
        with heeding({signal.SIGTERM: self.stop, signal.SIGINT: self.stop, signal.SIGHUP: self._hang_up}):
            with step("reckoning what polls may cost", self._notifier):
                await self._settle()
            with step("making lookup keys of an earlier release anew", self._notifier):
                await self._guard("rekey", partial(self._leading, jobs.rekey))  # the newest, before it polls
            self._seen = await self.context.store.read(last_pulse)
            scheduler.start()
            await self._pulse()
            self._notifier.ready(self._summary())
            examining = asyncio.create_task(self._examine())
            log.info("running", config=self.context.config.digest, sources=len(self.context.sources))
            await self._stopped.wait()
            self._notifier.stopping()
            scheduler.pause()
            await self._timers.rest(REST_SECONDS)
            watcher.cancel()
            examining.cancel()
            log.info("stopped", cut_short=await self.engine.drain(DRAIN_SECONDS))
            await working
            scheduler.shutdown()
            await self._pulse(running=False)
        await asyncio.gather(*self._retiring)
        await retire(self.context)

    def stop(self) -> None:
        """Ask the service to end."""
        self._stopped.set()

    async def reload(self) -> None:
        """Take the configuration as it is now, or keep the old one and say why."""
        async with self._reloading:
            self._notifier.reloading(time.monotonic_ns() // 1000)
            try:
                await self._take(await asyncio.to_thread(self._load))
            except TocsinError as error:
                await self._refuse(error)
            await self._guard("pulse", self._pulse)
            self._notifier.ready(self._summary())

    async def _reconsider(self) -> None:
        """Read the configuration anew where no watch told: of a time before it, or of folders without one."""
        again = self.refused and self._hindered
        if again or self._load.is_outdated(None if self.refused else self.context.config.files):
            await self.reload()

    async def _take(self, config: Config) -> None:
        old = self.context
        if config == old.config:
            self.context = replace(old, config=config)  # the same, perhaps from other files
            self.refused = ""
            log.info("configuration unchanged", config=config.digest)
            return
        self.context = await self._rehearsed(config)
        if later := changed_for_later(old.config, config):
            log.warning("these settings take effect at the next start", settings=", ".join(later))
        self.refused = ""
        await self._settle()
        log.info("configuration reloaded", config=config.digest, rules=len(self.context.rules))
        retiring = asyncio.create_task(self._retire(old))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    async def _retire(self, old: Context) -> None:
        """Let a context go when all that began with it has landed: its workers serve it until then."""
        await self.engine.outlast()
        await retire(old)

    async def _rehearsed(self, config: Config) -> Context:
        """Make the context of a new configuration, once it has passed the gate."""
        old = self.context
        forms = await look_up_forms(config)
        fresh = await furnish(config, forms, old.store, old.fetcher, old.deliverer)
        try:
            await admit(old.config, fresh, forms)
            if self._post.role.leads:
                await take_over(fresh, old.config)
        except BaseException:
            await retire(fresh)
            raise
        return fresh

    async def _refuse(self, error: TocsinError) -> None:
        known, self.refused = self.refused, str(error)
        self._hindered = isinstance(error, StoreError)  # no file need change for it to go
        if self._hindered and self.refused == known:
            return
        problems = error.problems if isinstance(error, ConfigError) else (error,)
        for problem in problems:
            log.error("configuration refused, the old one stays", problem=str(problem))
        if self.refused != known:
            await jobs.tell_operator(self.context, refusal(self.refused))

    async def _examine(self) -> None:
        """Warn of examples that do not hold; at start-up nothing may keep the daemon down.

        Of many processes those that stand for election do: one warning is enough, and each costs children.
        """
        if not self._post.role.leads:
            return
        try:
            examined = await examine(self.context.compute, self.context.config.rules)
        except TocsinError as error:
            log.warning("the rules' examples could not be run", why=str(error))
            return
        for problem in failures(self.context.config, examined):
            log.warning("an example does not hold", problem=str(problem))

    def _scheduler(self) -> AsyncIOScheduler:
        # One second late is APScheduler's default reason to skip a run; a stall must not make any vanish.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")
        leads = self._post.role.leads
        timers: list[tuple[str, Callable[[], Awaitable[object]], timedelta]] = [
            *((name, tick, TICK) for name, tick in self.engine.ticks.items()),
            ("clock", self._heed_clock, PULSE),
            ("pulse", partial(self._unwritten.watch, self._pulse) if leads else self._pulse, PULSE),
            ("configuration", self._reconsider, PULSE),
            ("budget", self._settle, SETTLING),
            ("forget", partial(self._leading, jobs.forget), FORGETTING),
            ("rekey", partial(self._leading, jobs.rekey), REKEYING),
            ("learn", partial(self._leading, jobs.learn), LEARNING),
            ("roll", self._bury, FORGETTING),
            ("operator", partial(self._leading, jobs.report_problems), REPORTING),
            ("heartbeat", partial(self._leading, jobs.beat), SIGNS_OF_LIFE),
            ("canary", partial(self._leading, jobs.fly), SIGNS_OF_LIFE),
        ]
        for name, work, every in timers:
            scheduler.add_job(self._guard, "interval", (name, work), seconds=every.total_seconds(), name=name)
        if often := self._notifier.watchdog_interval:
            scheduler.add_job(self._pet, "interval", seconds=often.total_seconds())
        return scheduler

    async def _pulse(self, *, running: bool = True) -> None:
        """Note that the daemon lives, for `tocsin status` and for systemd."""
        pulse = replace(
            Pulse.of(self.context.config, self._post, self._started),
            running=running,
            refused=self.refused,
            in_flight=self.engine.in_flight,
            leads=self.engine.leads,
        )
        await note(self.context.store, pulse, self.context.now())
        if running and self._post.node and await self.context.store.read(revisions.outgrown):
            log.error("the schema has outgrown this program, which ends: install the new release here too")
            self.stop()
        self._notifier.status(self._summary())

    async def _bury(self) -> None:
        """Strike off the roll who is long gone: each start has a name of its own."""
        await self.context.store.write(partial(bury, now=self.context.now()))

    async def _heed_clock(self) -> None:
        seen, self._seen = self._seen, self.context.now()
        if seen is not None and self.engine.leads:
            await jobs.heed_clock(self.context, seen, self._seen)

    def _pet(self) -> None:
        """Pet the watchdog only while every lane and the writer have moved since the last time."""
        beats = (*self.engine.beats, *self.context.store.beats)
        if self._beats and any(now <= before for now, before in zip(beats, self._beats, strict=True)):
            log.error("something stands still; the watchdog goes hungry", beats=beats)
        else:
            self._notifier.pet()
        self._beats = beats

    async def _settle(self) -> None:
        """Set the price of a poll anew, from what was learned and spent, and recall what is common."""
        budget = await jobs.settle_budget(self.context)
        frequencies = await jobs.recall_frequencies(self.context)
        self.context = replace(self.context, budget=budget, frequencies=frequencies)

    async def _leading(self, job: Callable[[Context], Awaitable[object]]) -> None:
        """Do what is to be done once, however many processes there are."""
        if self.engine.leads:
            await job(self.context)

    async def _watch(self) -> None:
        """Reload when a file of the configuration changes; folders are watched, since editors rename."""
        while folders := self.context.config.directories:
            async for changes in awatch(*folders, recursive=False):
                if self._concerns({Path(name) for _, name in changes}):
                    await self.reload()
                if self.context.config.directories != folders:
                    break  # it includes files of other folders now

    def _concerns(self, changed: Collection[Path]) -> bool:
        files = {path.resolve() for path in self.context.config.files}
        return any(path.suffix in {".toml", ".j2"} or path.resolve() in files for path in changed)

    def _hang_up(self) -> None:
        self._hung_up = asyncio.create_task(self.reload())

    def _summary(self) -> str:
        sources, rules = len(self.context.sources), len(self.context.rules)
        refused = "; the configuration on disk is refused, see `tocsin status`" if self.refused else ""
        return f"watching {counted(sources, 'source')} with {counted(rules, 'rule')}{refused}"
