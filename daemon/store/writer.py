"""A writer: a thread that puts many callers' work into one commit.

A commit with `synchronous=FULL` waits for the disk, so what arrives while one runs shares the next
(group commit). The failure of a piece is its own: then the group is undone, and done again with a savepoint
for each. So is work that met another machine's. Work must not leave anything behind but in the database.
"""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from daemon.errors import ContentionError, StoreError

T = TypeVar("T")

GROUP = 100
"""How many pieces share a commit at most: the gain is flat beyond 50, and readers wait for it."""

IDLE_SECONDS = 1.0

TRIES = 5
"""How often a piece that meets another machine's is done, by itself, before its caller hears of it."""


class _Piece:
    """One caller's work, and the future that its caller awaits."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.future: Future[Any] = Future()
        self._work = work
        self._result: Any = None
        self._error: Exception | None = None

    def run(self, conn: Connection) -> None:
        """Do the work; its failure undoes the whole transaction."""
        self._error = None
        self._result = self._work(conn)

    def run_apart(self, conn: Connection) -> None:
        """Do the work in a savepoint; only a store that fails as such fails the pieces beside it."""
        self._error = None
        conn.exec_driver_sql("SAVEPOINT piece")  # SQLAlchemy's own takes it a fifth of a millisecond
        try:
            self._result = self._work(conn)
        except StoreError:  # a full disk, say: SQLite may have undone the transaction, savepoint and all
            raise
        except Exception as error:  # noqa: BLE001 it is raised again where the work was handed in
            conn.exec_driver_sql("ROLLBACK TO SAVEPOINT piece")
            self._error = error
        conn.exec_driver_sql("RELEASE SAVEPOINT piece")

    def finish(self, error: Exception | None = None) -> None:
        """Wake the caller: the work is on disk, or it failed."""
        error = error or self._error
        if error is None:
            self.future.set_result(self._result)
        else:
            self.future.set_exception(error)


class Writer:
    """A queue of work, and the thread that commits it in groups."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: SimpleQueue[_Piece | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)
        self._closing = Lock()
        self._closed = False
        self.turns = 0
        """Grows at least once a second, with work or without: a writer that stands still is stuck."""
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue work; the future is done when its commit is, and not before."""
        piece = _Piece(work)
        with self._closing:
            if self._closed:
                raise StoreError("the store is closed: nothing more can be written")
            self._queue.put(piece)
        return piece.future

    def close(self) -> None:
        """Commit what is queued, then stop; a second call does nothing."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            group, open_ = self._take()
            if group:
                self._commit(group)
            self.turns += 1

    def _take(self) -> tuple[list[_Piece], bool]:
        """Wait for work, then take all that is there; False with it when the writer is to stop."""
        group: list[_Piece] = []
        try:
            piece = self._queue.get(timeout=IDLE_SECONDS)
            while piece is not None:
                if piece.future.set_running_or_notify_cancel():
                    group.append(piece)
                if len(group) == GROUP:
                    return group, True
                piece = self._queue.get_nowait()
        except Empty:
            return group, True
        return group, False

    def _commit(self, group: list[_Piece]) -> None:
        failure = self._try(group, _Piece.run)
        if failure and len(group) > 1 and not isinstance(failure, StoreError):
            # A savepoint costs a piece some forty microseconds, and hardly ever one fails.
            failure = self._try(group, _Piece.run_apart)
        for piece in group:
            piece.finish(self._try_again(piece) if isinstance(failure, ContentionError) else failure)

    def _try_again(self, piece: _Piece) -> Exception | None:
        """Do a piece by itself, so that it meets fewer."""
        failure: Exception | None = None
        for _ in range(TRIES):
            failure = self._try([piece], _Piece.run)
            if not isinstance(failure, ContentionError):
                break
        return failure

    def _try(self, group: list[_Piece], run: Callable[[_Piece, Connection], None]) -> Exception | None:
        """Do pieces in one transaction; give what undid it, None when it is on disk."""
        try:
            with self._engine.begin() as conn:
                for piece in group:
                    run(piece, conn)
        except Exception as error:  # noqa: BLE001 it is raised again where the work was handed in
            return error
        return None
