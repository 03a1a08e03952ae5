"""Which of many schedulers leads: the one that holds an advisory lock, for as long as its session lives.

https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
"""

from contextlib import suppress

import psycopg
from sqlalchemy import make_url

from daemon.store.postgres import PATIENCE, patience

SCHEDULING = 0x746F6301
PATIENCE_SECONDS = 10
"""A leader that says nothing for so long, stopped or cut off, has its session ended by the server."""


class Election:
    """One process's vote for itself."""

    def __init__(self, url: str) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._session: psycopg.AsyncConnection | None = None
        self._leading = False

    async def leads(self) -> bool:
        """Tell whether this process leads, having stood for election if nobody did; ask every second or so.

        A server that cannot be reached has no leader.
        """
        try:
            return await self._stand()
        except psycopg.Error:
            await self.resign()
            return False

    async def resign(self) -> None:
        """Let another lead."""
        session, self._session, self._leading = self._session, None, False
        if session is not None:
            with suppress(psycopg.Error):
                await session.execute("SELECT pg_advisory_unlock_all()")
            await session.close()

    async def _stand(self) -> bool:
        if self._session is None or self._session.closed:
            self._leading = False
            self._session = await self._open()
        if self._leading:
            await self._session.execute("SELECT 1")  # it is also what keeps the session from ending
        else:
            cursor = await self._session.execute("SELECT pg_try_advisory_lock(%s)", (SCHEDULING,))
            row = await cursor.fetchone()
            self._leading = bool(row and row[0])
        return self._leading

    async def _open(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._address,
            autocommit=True,
            application_name="tocsin scheduler",
            options=patience(idle_session_timeout=f"{PATIENCE_SECONDS}s"),
            **PATIENCE,
        )
