"""The queue that carries work between machines: pgqueuer, on the store's own database.

It carries names, of hosts and of channels; what is due for them, and what became of it, stands in Tocsin's
own tables. A name is in the queue once, waiting or being worked on: so no two machines ever call on one host.
https://pgqueuer.readthedocs.io
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Self

import psycopg
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from pgqueuer.types import Channel
from psycopg import sql
from sqlalchemy import make_url

from daemon.store.postgres import PATIENCE, patience

_SCHEMA = "queue"
# The queue's tables stand in a schema of their own, beside Tocsin's; its log need not survive a crash.
_NAMES = DBSettings(db_schema=_SCHEMA, durability=Durability.balanced)
SILENCE = timedelta(seconds=20)
"""How long a worker may say nothing before its work is given to another."""
BATCH = 20

Handler = Callable[[str], Awaitable[None]]


class Queue:
    """One process's end of the queue: offers names, or works on what others offered."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername="postgresql")
        self._address = parsed.render_as_string(hide_password=False)
        self._offering: psycopg.AsyncConnection | None = None
        self._manager: QueueManager | None = None
        self._stopped = False

    async def install(self) -> None:
        """Make the queue's tables, or bring them to this release's form."""
        async with await self._connect() as conn:
            queries = _queries(conn)
            async with queries.schema_lock():
                if not await queries.schema_is_installed():
                    await queries.install()
            await queries.upgrade()

    async def offer(self, kind: str, names: Collection[str]) -> int:
        """Put names in the queue that are not in it; give how many."""
        if not names:
            return 0
        if self._offering is None or self._offering.closed:
            self._offering = await self._connect()
        keys: list[str | None] = [f"{kind}:{name}" for name in names]
        payloads: list[bytes | None] = [name.encode() for name in names]
        made = await _queries(self._offering).enqueue(
            [kind] * len(keys),
            payloads,
            [0] * len(keys),
            dedupe_key=keys,
            on_conflict="skip",
        )
        return sum(one is not None for one in made)

    async def trim(self, kept: timedelta) -> None:
        """Forget what the queue's log says of longer ago: it grows by three lines for each name."""
        if self._offering is not None and not self._offering.closed:
            log = sql.Identifier(_SCHEMA, _NAMES.queue_table_log)
            cut = sql.SQL("DELETE FROM {log} WHERE created < now() - %s").format(log=log)
            await self._offering.execute(cut, (kept,))

    async def work(self, handlers: Mapping[str, Handler], at_once: int) -> None:
        """Do what is offered, `at_once` names at most, until `stop`; psycopg.Error tells of a lost server."""
        async with await self._connect() as conn, await self._connect() as listening:
            self._manager = QueueManager(_queries(conn, listening), channel=Channel(_NAMES.channel))
            for kind, handler in handlers.items():
                self._manager.entrypoint(kind)(_taking_names(handler))
            if self._stopped:  # while it connected
                return
            await self._manager.run(
                dequeue_timeout=timedelta(seconds=1),
                batch_size=min(BATCH, at_once // 2),
                max_concurrent_tasks=at_once,
                heartbeat_timeout=SILENCE,
                log_aggregation_interval=timedelta(),  # nobody reads the statistics
            )

    def stop(self) -> None:
        """Take no more work, for good; what is under way is done to its end."""
        self._stopped = True
        if self._manager is not None:
            self._manager.shutdown.set()

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._address,
            autocommit=True,
            application_name="tocsin queue",
            options=patience(),
            **PATIENCE,
        )

    async def close(self) -> None:
        """Take no more work, and let go of the server."""
        self.stop()
        if self._offering is not None:
            with suppress(psycopg.Error):
                await self._offering.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Driver(PsycopgDriver):
    """Listens on a connection of its own: one that waits for a notice takes no question for a second."""

    def __init__(self, asking: psycopg.AsyncConnection, listening: psycopg.AsyncConnection) -> None:
        super().__init__(listening)
        self._asking = PsycopgDriver(asking)

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return await self._asking.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        return await self._asking.execute(query, *args)


def _queries(asking: psycopg.AsyncConnection, listening: psycopg.AsyncConnection | None = None) -> Queries:
    return Queries(
        _Driver(asking, listening or asking),
        QueryBuilderEnvironment(_NAMES),
        QueryQueueBuilder(_NAMES),
        QuerySchedulerBuilder(_NAMES),
    )


def _taking_names(handler: Handler) -> Callable[[Job], Awaitable[None]]:
    async def work(job: Job) -> None:
        await handler((job.payload or b"").decode())

    return work
