"""Guards every request: for whom it was meant, whence it came, and what a browser may do with the answer."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What cannot change anything, by RFC 9110, 9.2.1.
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Other sites learn nothing; our own need an Origin with their forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guard:
    """Refuses what another site had a browser send, and adds the headers of HEADERS to every answer.

    `hosts` are the names under which the desk is known: under another name a stranger's page may have
    led the browser here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the desk answer it."""
        if scope["type"] != "http":
            return
        refused = self._refusal(scope["method"], Headers(scope=scope))
        app = PlainTextResponse(f"{refused[1]}\n", refused[0]) if refused else self._app
        await app(scope, receive, _with_headers(send))

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return 421, "The desk is not known by this name: open it by the address that its log names."
        if method not in _SAFE and not _is_own(headers, host):
            return 403, "This form came from another site, and nothing was done: use the desk's own page."
        return None


def _name(host: str) -> str:
    """Give the name in a Host header, without the port; "" for one that cannot be read."""
    parts = _parts(f"//{host}")
    return (parts.hostname or "") if parts else ""


def _parts(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _is_own(headers: Headers, host: str) -> bool:
    """Say whether a page of ours, or no browser at all, has sent this.

    Browsers tell by Sec-Fetch-Site, older ones by Origin; what sends neither is no browser, and acts for
    whoever runs it.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    if (origin := headers.get("origin")) is None:
        return True
    parts = _parts(origin)
    return parts is not None and parts.netloc == host


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
