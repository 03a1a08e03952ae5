"""The files that pages bring along: our styles and scripts, read once, kept by browsers until they change."""

import mimetypes
from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = files("daemon.web") / "static"


@cache
def contents() -> dict[str, bytes]:
    """Give every file by name."""
    return {item.name: item.read_bytes() for item in _FOLDER.iterdir() if item.is_file()}


@cache
def version() -> str:
    """Name this set of files: part of their addresses, so that no browser keeps an old one."""
    whole = sha256()
    for name, content in sorted(contents().items()):
        whole.update(name.encode() + content)
    return whole.hexdigest()[:12]


def address(name: str) -> str:
    """Give the path at which a file is served."""
    return f"/static/{version()}/{name}"


async def serve(request: Request) -> Response:
    """Serve a file."""
    name = request.path_params["name"]
    content = contents().get(name)
    if content is None or request.path_params["version"] != version():
        raise HTTPException(404)
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=kind or "application/octet-stream", headers=forever)


async def icon(_request: Request) -> Response:
    """Serve the bell where browsers look for it beside what is no page, as JSON."""
    return Response(
        contents()["bell.svg"], media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"}
    )


ROUTES = (Route("/static/{version}/{name}", serve), Route("/favicon.ico", icon))
