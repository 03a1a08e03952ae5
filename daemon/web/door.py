"""The door: who comes, and whether they may. Beyond this machine nobody passes whom it does not know."""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daemon.config import WebSettings
from daemon.jobs.users import IDLE, find_session, is_stale, rotate
from daemon.store import users
from daemon.web.desk import Desk

COOKIE = "tocsin"
OPEN = ("/login", "/static/", "/favicon.ico", "/healthz")
"""What everybody may see."""
FOR_PROGRAMS = ("/api/", "/feeds/", "/metrics")
"""What a program opens with a token (`web.tokens.require`) where a person logs in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the user's `name`, "" for nobody in particular; from where, whether over TLS.

    `token` is that of the session, "" without one.
    """

    name: str = ""
    address: str = ""
    secure: bool = False
    token: str = ""


class Door:
    """Lets a request in with its `visitor`, or asks who it is.

    Who it is says a session's cookie or, from a trusted proxy, its header. On this machine alone, and
    before there are users, nobody is asked.
    """

    def __init__(self, app: ASGIApp, desk: Desk, settings: WebSettings) -> None:
        self._app = app
        self._desk = desk
        self._settings = settings
        self._proxies = [ip_network(each) for each in settings.trusted_proxy]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the desk answer it."""
        headers = Headers(scope=scope)
        visitor = self._visitor(scope, headers)
        fresh = ""
        refused: Response | None = None
        if not _is_open(scope["path"], headers) and not visitor.name:
            visitor, fresh, refused = await self._ask(visitor, scope, headers)
        scope.setdefault("state", {})["visitor"] = visitor
        app = refused or self._app
        await app(scope, receive, _with_cookie(send, fresh, visitor) if fresh else send)

    def _visitor(self, scope: Scope, headers: Headers) -> Visitor:
        address = (scope.get("client") or ("", 0))[0]
        if not _is_in(address, self._proxies):
            return Visitor(address=address, secure=scope["scheme"] == "https")
        # The last is the proxy's own word; what stands before it, the visitor may have written.
        behind = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        named = headers.getlist(self._settings.user_header) if self._settings.user_header else []
        return Visitor(
            name=named[0].strip() if len(named) == 1 else "",
            address=behind or address,
            secure=headers.get("x-forwarded-proto", scope["scheme"]).lower() == "https",
        )

    async def _ask(
        self, visitor: Visitor, scope: Scope, headers: Headers
    ) -> tuple[Visitor, str, Response | None]:
        now, token = self._desk.context.now(), cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        session = await self._desk.read(lambda conn: find_session(conn, token, now)) if token else None
        if session:
            fresh = ""
            if is_stale(session, token, now):
                fresh = await self._desk.write(lambda conn: rotate(conn, token, now))
            return Visitor(session.name, visitor.address, visitor.secure, fresh or token), fresh, None
        if await self._is_free():
            return visitor, "", None
        return visitor, "", self._refusal(scope, headers)

    async def _is_free(self) -> bool:
        """Say whether anybody who reaches the desk may use it."""
        settings = self._settings
        if not settings.is_private or settings.user_header:
            return False
        return not await self._desk.read(users.exist)

    def _refusal(self, scope: Scope, headers: Headers) -> Response:
        if self._settings.user_header:
            return PlainTextResponse("The desk does not know you: come through its proxy.\n", 401)
        # A program that says nothing must not take the page to log in for an answer to what it posted.
        usual = "text/html" if scope["method"] == "GET" else ""
        if "text/html" not in headers.get("accept", usual):
            return PlainTextResponse("The desk does not know you: log in at /login.\n", 401)
        if scope["method"] != "GET":  # a form that stood open for longer than the session
            return RedirectResponse(f"/login?to={quote(_page_of(headers))}&unsent=1", 303)
        asked = scope["path"] + (
            f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        )
        return RedirectResponse(f"/login?to={quote(asked)}", 303)


def visitor_of(request: Request) -> Visitor:
    """Give who asks, as the door has found."""
    visitor: Visitor = request.state.visitor
    return visitor


def _page_of(headers: Headers) -> str:
    """Name the page on which a form stood, as the browser tells it."""
    try:
        parts = urlsplit(headers.get("referer", "/"))
    except ValueError:
        return "/"
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def _is_in(address: str, networks: Collection[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks)


def _with_cookie(send: Send, token: str, visitor: Visitor) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie(token, secure=visitor.secure))
        await send(message)

    return sending


def cookie(token: str, *, secure: bool) -> str:
    """Write the cookie that carries a token, or with "" the one that takes it away."""
    age = int(IDLE.total_seconds()) if token else 0
    kept = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}"
    return f"{kept}; Secure" if secure else kept


def _is_open(path: str, headers: Headers) -> bool:
    return path.startswith(OPEN) or ("authorization" in headers and path.startswith(FOR_PROGRAMS))
