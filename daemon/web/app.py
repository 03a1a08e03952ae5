"""The desk as an application: its pages, what they bring along, and what is said when something is wrong."""

from collections.abc import Collection
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from daemon.config import WebSettings
from daemon.errors import ConflictError, NotFoundError, TocsinError
from daemon.web import events, files
from daemon.web.desk import Desk
from daemon.web.door import Door
from daemon.web.guard import Guard
from daemon.web.page import render
from daemon.web.pages import PAGES, api

# Larger than any form of ours.
_BODY = 256 * 1024

_SAID = {
    404: "There is no such page",
    405: "This page does not take that",
    413: "That is more than this page takes",
}


def application(desk: Desk, hosts: Collection[str], settings: WebSettings) -> ASGIApp:
    """Make the application; `hosts` are the names under which browsers may ask for it."""
    routes = [*files.ROUTES, events.ROUTE, *(route for page in PAGES for route in page.routes)]
    handlers = {HTTPException: _tell_status, TocsinError: _tell_error, Exception: _tell_fault}
    app = Starlette(routes=routes, exception_handlers=handlers, max_body_size=_BODY)
    app.state.desk = desk
    app.state.pages = [page for page in PAGES if page.name]
    return Guard(Door(app, desk, settings), hosts)


async def _tell_status(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _tell(request, 500, "That cannot be done")
    given = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    what = given or _SAID.get(error.status_code, "That cannot be done")
    answer = await _tell(request, error.status_code, what)
    answer.headers.update(error.headers or {})
    return answer


async def _tell_error(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, NotFoundError) else 409 if isinstance(error, ConflictError) else 503
    return await _tell(request, status, str(error))


async def _tell(request: Request, status: int, what: str) -> Response:
    """Say what is wrong, to people as a page, to programs as JSON."""
    if request.url.path.startswith(f"{api.ROOT}/"):
        return JSONResponse({"error": what}, status)
    return await render(request, "wrong.html", status=status, what=what)


async def _tell_fault(_request: Request, _error: Exception) -> Response:
    """Say little: the fault and its traceback are in the log, and may be of any kind."""
    return Response("The desk has a fault of its own; the log names it, and alerts go on.\n", 500)
