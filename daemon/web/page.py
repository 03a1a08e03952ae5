"""What pages are made of: their place in the navigation, how they answer, how they read a form."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from daemon.web.desk import desk_of
from daemon.web.door import visitor_of
from daemon.web.words import environment

_TEMPLATES = environment()
_DIGITS = 18  # of the numbers that every engine takes


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its routes and, if the navigation leads to it, its `name`, `path` and the letter after «g»."""

    routes: tuple[BaseRoute, ...]
    name: str = ""
    path: str = ""
    key: str = ""


async def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """Answer with a template, which extends base.html and sees these values besides the frame's."""
    desk = desk_of(request)
    context = desk.context
    frame = {
        "pages": request.app.state.pages,
        "path": request.url.path,
        "at": context.now(),
        "zone": context.config.daemon.time_zone,
        "standing": await desk.standing(),
        "visitor": visitor_of(request),
        "notice": desk.take_notice(request.query_params.get("notice", "")),
    }
    html = _TEMPLATES.get_template(template).render(frame | values)
    return HTMLResponse(html, status)


def fill(template: str, **values: Any) -> str:
    """Fill a template that is no page."""
    return _TEMPLATES.get_template(template).render(values)


async def form(request: Request) -> dict[str, str]:
    """Read a form's fields; of a field that comes twice, the last."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}


def back(request: Request, to: str, said: str = "") -> Response:
    """Answer an act with the page that shows what came of it, and a sentence on top of it.

    `to` is a path of ours, as a page wrote it into its form; anything else leads to the first page.
    """
    try:
        parts = urlsplit(to)
    except ValueError:  # «http://[::1» is no address at all
        parts = urlsplit("/")
    elsewhere = parts.scheme or parts.netloc or parts.path.startswith("//") or "\\" in to
    if elsewhere or not parts.path.startswith("/"):
        parts = urlsplit("/")
    asked = [part for part in parts.query.split("&") if part and not part.startswith("notice=")]
    if said:
        asked.append(f"notice={quote(desk_of(request).leave_notice(said))}")
    return RedirectResponse(parts._replace(query="&".join(asked), fragment="").geturl(), 303)


def whole(request: Request, name: str) -> int | None:
    """Read a number from the query; None when it is not there, or is no number of ours."""
    return natural(request.query_params.get(name, ""))


def number(request: Request) -> int:
    """Read the number in the path; HTTP's 404 for one that no row can have."""
    found = natural(str(request.path_params["number"]))
    if found is None:
        raise HTTPException(404)
    return found


def natural(text: str) -> int | None:
    """Read a number that a row may have; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
