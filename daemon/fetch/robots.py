"""What a site's robots.txt allows (RFC 9309)."""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
from protego import Protego

from daemon.errors import FetchError

_KEPT = 24 * 3600.0  # seconds, as the RFC advises
_KEPT_UNREACHABLE = 600.0
_MOST_SITES = 1_000
_LONGEST_TEXT = 100_000  # characters read; the RFC asks for 500 KiB, which a hostile site makes dear to parse
_AGENT_LINE = re.compile(r"^\s*user[- ]?agent\b[ \t]*:?[ \t]*(?P<name>.*)$", re.IGNORECASE | re.MULTILINE)
_LONGEST_DELAY = 30.0  # seconds; some sites ask for a day between two pages

Read = Callable[[httpx2.URL], Awaitable[bytes]]
"""Fetches a robots.txt, or raises FetchError."""


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    until: float = 0.0
    rules: Protego | None = None  # None: could not be read, so nothing is allowed for now
    why: str = ""


class Robots:
    """Remembers what each site allows our agent, for a day."""

    def __init__(self, agent: str) -> None:
        self._agent = agent.partition("/")[0]
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    async def check(self, url: httpx2.URL, read: Read) -> timedelta:
        """Raise FetchError if the page may not be fetched; else give the pause the site asks for."""
        site = self._site(url)
        async with site.lock:
            if site.until <= time.monotonic():
                await _load(site, url.join("/robots.txt"), read, self._agent)
        if site.rules is None:
            message = f"{url.host} does not show its robots.txt, so its pages wait: {site.why}"
            raise FetchError("robots", message, retry_after=timedelta(seconds=_KEPT_UNREACHABLE))
        if not site.rules.can_fetch(str(url), self._agent):
            message = f"{url.host} does not want programs to fetch this page (robots.txt)"
            raise FetchError("robots", message, permanent=True)
        return timedelta(seconds=min(site.rules.crawl_delay(self._agent) or 0.0, _LONGEST_DELAY))

    def _site(self, url: httpx2.URL) -> _Site:
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        site = self._sites.setdefault(origin, _Site())
        self._sites.move_to_end(origin)
        if len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
        return site


async def _load(site: _Site, url: httpx2.URL, read: Read, agent: str) -> None:
    """Read the rules: a site without any allows all, one that fails allows nothing for now."""
    site.until = time.monotonic() + _KEPT
    try:
        text = (await read(url))[:_LONGEST_TEXT].decode("utf-8", "replace")
    except FetchError as error:
        text = ""
        if not error.kind.startswith("http_4") or error.kind == "http_429":
            site.rules, site.why = None, str(error)
            site.until = time.monotonic() + _KEPT_UNREACHABLE
            return
    site.rules = Protego.parse(_only_for(agent, text))


def _only_for(agent: str, text: str) -> str:
    """Give all other programs one name: thousands of them times thousands of rules would take seconds."""

    def rename(line: re.Match[str]) -> str:
        name = line["name"].lower()
        return line[0] if "*" in name or agent.lower() in name else "User-agent: other"

    return _AGENT_LINE.sub(rename, text)
