"""What is sent for a source: where its secrets go, and where robots.txt is obeyed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from daemon.fetch import Fetched, NotModified
from daemon.jobs.context import Context
from daemon.model import NO_VALIDATORS, OPEN_ACCESS, Access, RobotsManners, Source, Validators
from daemon.store import Store, rests
from daemon.store.rests import Rest


async def ask(
    ctx: Context, source: Source, url: str, validators: Validators = NO_VALIDATORS
) -> Fetched | NotModified:
    """Fetch an address for a source: its own, or one that it led to. Raises FetchError."""
    return await ctx.fetcher.get(
        url,
        validators=validators,
        access=access_to(source, url),
        allow_private=source.allow_private,
        obey_robots=obeys_robots(source, url),
    )


async def let_rest(store: Store, now: Callable[[], datetime], host: str, rest: timedelta) -> None:
    """Let every process, and the one after it, leave a host alone for a while."""
    await store.write_own(lambda conn: rests.put(conn, Rest.HOST, host, now() + rest))


def access_to(source: Source, url: str) -> Access:
    """Give what may be shown at an address: a stranger's page, though the source lists it, sees no login.

    The proxy stays: it is how the user wants this source's requests to leave.
    """
    if url == source.url or _origin(url) == _origin(source.url):
        return source.access
    return replace(OPEN_ACCESS, proxy=source.access.proxy)


def obeys_robots(source: Source, url: str) -> bool:
    """Tell whether robots.txt has a say: the user's own choice of an address stands above it."""
    if source.robots is RobotsManners.PAGES:
        return url != source.url
    return source.robots is RobotsManners.STRICT


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", url, None  # no address at all, like no other
    return parts.scheme, parts.hostname or "", port
