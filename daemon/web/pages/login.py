"""Log in, and out."""

import asyncio
from datetime import timedelta

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from daemon.jobs.users import digest as digest_of
from daemon.jobs.users import knows, log_in
from daemon.store import users
from daemon.web.desk import desk_of
from daemon.web.door import cookie, visitor_of
from daemon.web.page import Page, back, fill, form
from daemon.web.words import spell

_WRONG = "The name or the password is not right."
_UNSENT = "You are not logged in any more, and nothing was done. Log in, and do it again."

log = structlog.get_logger()


async def show(request: Request) -> Response:
    """Ask who comes."""
    asked = request.query_params
    return _ask(asked.get("to", "/"), wrong=_UNSENT if asked.get("unsent") else "")


async def enter(request: Request) -> Response:
    """Let in who knows a user's password; the token is a new one whatever the browser brought along."""
    desk, asked, visitor = desk_of(request), await form(request), visitor_of(request)
    name, to, now = asked.get("name", "").strip(), asked.get("to", "/"), desk.context.now()
    if wait := desk.throttle.wait(visitor.address, name, now):
        return _wait(to, name, wait)
    desk.throttle.note(visitor.address, name, now)
    user = await desk.read(lambda conn: users.find(conn, name))
    async with desk.throttle.turns:
        known = await asyncio.to_thread(knows, user, asked.get("password", ""))
    if user is None or not known:
        log.warning("login refused", user=name, address=visitor.address)
        return _ask(to, name, _WRONG, 403)
    desk.throttle.forgive(visitor.address, name)
    token = await desk.write(lambda conn: log_in(conn, user, now))
    log.info("logged in", user=name, address=visitor.address)
    answer = back(request, to)
    answer.headers.append("set-cookie", cookie(token, secure=visitor.secure))
    return answer


async def leave(request: Request) -> Response:
    """End the session, and take the cookie away."""
    visitor = visitor_of(request)
    await desk_of(request).write(lambda conn: users.log_out(conn, digest_of(visitor.token)))
    answer = back(request, "/login")
    answer.headers.append("set-cookie", cookie("", secure=visitor.secure))
    return answer


def _ask(to: str, name: str = "", wrong: str = "", status: int = 200) -> Response:
    return HTMLResponse(fill("login.html", to=to, name=name, wrong=wrong), status)


def _wait(to: str, name: str, wait: timedelta) -> Response:
    said = f"That was tried too often. Try again in {spell(wait)}."
    answer = _ask(to, name, said, 429)
    answer.headers["retry-after"] = str(int(wait.total_seconds()) + 1)
    return answer


PAGE = Page(
    (
        Route("/login", show),
        Route("/login", enter, methods=["POST"]),
        Route("/logout", leave, methods=["POST"]),
    )
)
