"""The store: writers and readers, on one database."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from daemon.store import database, revisions
from daemon.store.writer import Writer

T = TypeVar("T")

READERS = 4


class Store:
    """An open database whose schema is the one that this program needs.

    Work is a function of a Connection; it neither commits nor keeps the connection. `write` and
    `read` are for the event loop, `write_now` and `read_now` for commands and threads.
    """

    def __init__(self, writing: Engine, reading: Engine, beside: Engine | None = None) -> None:
        self._writing = writing
        self._beside = beside
        self._reading = reading
        self._writer = Writer(writing)
        self._companion = Writer(beside) if beside is not None else self._writer
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database that exists, or raise StoreError saying what is the matter and what to do."""
        where = database.at(url)
        revisions.require_head(where)
        return cls(where.writer(), where.reader(), where.companion())

    @property
    def beats(self) -> tuple[int, int]:
        """How many turns each writer has taken: they grow at least once a second, work or none."""
        return self._writer.turns, self._companion.turns

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do work in a transaction, alone in writing, and come back when it is on disk."""
        return await asyncio.wrap_future(self._writer.submit(work))

    async def write_own(self, work: Callable[[Connection], T]) -> T:
        """Do work on what the caller alone works on; on a shared database others write beside it.

        Nothing that it reads of others' may decide what it writes.
        """
        return await asyncio.wrap_future(self._companion.submit(work))

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """Do work in a transaction, and block until it is on disk."""
        return self._writer.submit(work).result()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do work that only reads, all of it from one moment's view."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """Read as `read` does, blocking."""
        with self._reading.begin() as conn:
            return work(conn)

    def close(self) -> None:
        """Commit what is queued and let go of the database; a second call does nothing."""
        self._writer.close()
        self._companion.close()
        self._readers.shutdown()
        for engine in (self._writing, self._beside, self._reading):
            if engine is not None:
                engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
