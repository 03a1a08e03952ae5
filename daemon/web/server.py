"""Opens the desk in the daemon's own process and loop, and never at the cost of the pipe."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import structlog
import uvicorn

from daemon.config import WebSettings
from daemon.errors import ConfigError, Problem
from daemon.jobs import Context
from daemon.store import users
from daemon.web.app import application
from daemon.web.desk import Desk

# How long a browser may take to hang up at the end.
_CLOSING_SECONDS = 2
_CONNECTIONS = 400

# However it is written, this machine; under any other name a stranger's page may have led here.
LOOPBACK = ("localhost", "127.0.0.1", "::1")

_LOCKS = (
    "add users with `tocsin users add NAME`; or let a proxy say who comes, with trusted_proxy and "
    'user_header; or write listen = "127.0.0.1:8420" and come by «ssh -L 8420:127.0.0.1:8420 HOST»'
)

log = structlog.get_logger()


@asynccontextmanager
async def open_desk(current: Callable[[], Context]) -> AsyncIterator[str]:
    """Keep the desk open; give its address, or "" where it stays closed.

    `current` gives the context as it is now. A port that is taken is told in the log: whoever waits for
    an alert needs the daemon more than its desk. Raises ConfigError for one that would be open to
    everybody beyond this machine.
    """
    settings = current().config.web
    if settings.enabled:
        await _require_a_lock(current())
    listening = _listen(settings.listen) if settings.enabled else None
    if listening is None:
        yield ""
        return
    host, port = listening.getsockname()[:2]
    desk = Desk(current)
    server = _server(desk, (*LOOPBACK, host, *settings.names), settings)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    log.info("the desk is open", address=address)
    try:
        yield address
    finally:
        desk.bell.close()
        server.should_exit = True
        await asyncio.wait({serving})
        await desk.trials.close()
        await desk.dictionaries.close()
        listening.close()


def _listen(where: str) -> socket.socket | None:
    parts = urlsplit(f"//{where}")
    host = parts.hostname or ""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, parts.port or 0), family=family)
    except OSError as error:
        do = "free it, or name another under [web] listen, and start again; all else runs"
        log.error("the desk stays closed", address=where, why=error.strerror, do=do)  # noqa: TRY400  no fault of ours
        return None


async def _require_a_lock(context: Context) -> None:
    """Refuse to open to everybody, and warn of passwords that travel in the clear."""
    settings = context.config.web
    if settings.is_private or settings.user_header:
        return
    if not await context.store.read(users.exist):
        file = str(context.config.files[0]) if context.config.files else "config.toml"
        message = f"[web] listen = «{settings.listen}» opens the desk to others, and it knows nobody"
        raise ConfigError((Problem(file, 0, 0, message, hint=_LOCKS),))
    if not settings.trusted_proxy:
        do = "put a proxy with TLS before it, and name its address in [web] trusted_proxy"
        log.warning("passwords for the desk travel unencrypted", address=settings.listen, do=do)


def _server(desk: Desk, hosts: tuple[str, ...], settings: WebSettings) -> "_Server":
    return _Server(
        uvicorn.Config(
            application(desk, hosts, settings),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_CLOSING_SECONDS,
        )
    )


class _Server(uvicorn.Server):
    """A server that leaves the signals to the daemon."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
