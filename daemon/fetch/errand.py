"""One fetch under way, from the address that was asked to wherever redirects lead."""

import base64
import time
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2

from daemon.errors import FetchError
from daemon.fetch import failures, headers, wire
from daemon.fetch.answer import Hints
from daemon.model import Access, Validators

_PERMANENT_MOVES = {301, 308}
MOVES = {*_PERMANENT_MOVES, 302, 303, 307}
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.9, */*;q=0.8"
)


@dataclass(slots=True)
class Errand:
    """What was asked, where it stands, and the seconds it has spent, waiting for turns not counted."""

    asked: httpx2.URL
    validators: Validators
    access: Access
    route: wire.Route
    url: httpx2.URL = field(init=False)
    cookies: httpx2.Cookies = field(default_factory=httpx2.Cookies)
    spent: float = 0.0
    since: float = 0.0
    moves: int = 0
    moved_to: str = ""
    moving_for_good: bool = True

    def __post_init__(self) -> None:
        self.url = self.asked

    @property
    def host(self) -> str:
        """The host and port whose turn it takes."""
        return self.url.netloc.decode("ascii")

    @property
    def elapsed(self) -> timedelta:
        return timedelta(seconds=self.spent + time.monotonic() - self.since)

    def request(self, agent: str) -> httpx2.Request:
        """Build the next request; what is secret goes to the source's own origin only."""
        lines = {"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": wire.ACCEPT_ENCODING}
        if self.validators.etag:
            lines["If-None-Match"] = self.validators.etag
        if self.validators.last_modified:
            lines["If-Modified-Since"] = self.validators.last_modified
        request = httpx2.Request("GET", self.url, headers=lines)
        if self.url.origin == self.asked.origin:
            _show_credentials(request, self.access)
        if self.cookies and "Cookie" not in request.headers:
            self.cookies.set_cookie_header(request)
        return request

    def follow(self, response: httpx2.Response, most: int) -> None:
        """Take the next step of a redirect."""
        self.moves += 1
        if self.moves > most:
            raise FetchError("redirects", f"{self.asked.host} redirects without end ({most} times so far)")
        self.url = parse_url(response.headers["location"], self.url)
        self.moving_for_good &= response.status_code in _PERMANENT_MOVES
        if self.moving_for_good:
            self.moved_to = str(self.url)
        if "set-cookie" in response.headers:
            self.cookies.extract_cookies(response)

    def hints(self, response: httpx2.Response) -> Hints:
        """Gather what an answer tells beside its document."""
        return Hints(headers.cached_for(response.headers), self.moved_to, wire.certificate_end(response))


def parse_url(text: str, base: httpx2.URL | None = None) -> httpx2.URL:
    """Read an address, or refuse it; a relative one is read against `base`."""
    try:
        url = base.join(text) if base else httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        url = httpx2.URL("")
    if url.scheme not in {"http", "https"} or not url.host:
        where = "it redirects to" if base else "the address is"
        shown = text[:200] if text else "empty"
        message = f"{where} «{shown}», which is no web address; it must start with http:// or https://"
        raise FetchError("url", message, permanent=True)
    return url.copy_with(fragment=None, username=None, password=None) if url.fragment or url.userinfo else url


def _show_credentials(request: httpx2.Request, access: Access) -> None:
    lines = [(name, value.reveal()) for name, value in access.headers]
    if access.cookies:
        lines.append(("Cookie", "; ".join(f"{name}={value.reveal()}" for name, value in access.cookies)))
    if access.username:
        pair = f"{access.username}:{access.password.reveal()}".encode()
        lines.append(("Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}"))
    elif token := access.bearer.reveal():
        lines.append(("Authorization", f"Bearer {token}"))
    try:
        request.headers.update(dict(lines))
    except UnicodeEncodeError:
        # Not chained: the error would show the secret.
        raise failures.bad_header() from None
