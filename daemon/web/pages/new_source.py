"""A new source: find what can be polled behind an address, see what it lists, write it into config.toml."""

import os
from dataclasses import replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.config import add_sources, replace_file, write_sources
from daemon.errors import ConflictError, TocsinError
from daemon.model import ListingSelectors, Source, SourceKind
from daemon.runtime.finding import Found, require_new, search_for
from daemon.web.desk import Desk, desk_of
from daemon.web.page import Page, back, form, render

_SHOWN = 10


async def ask(request: Request) -> Response:
    """Ask for an address."""
    return await _show(request, {})


async def find(request: Request) -> Response:
    """Look what can be polled there, as the daemon would, and show what it lists; nothing is written."""
    context, asked = desk_of(request).context, await form(request)
    tried: list[str] = []
    try:
        found = await search_for(context.fetcher, context.compute, _wanted(asked), tried.append)
        require_new(context.config, found.source)
    except TocsinError as error:
        return await _show(request, asked, wrong=str(error), tried=tried)
    return await _show(request, asked, found=found, tried=tried)


async def add(request: Request) -> Response:
    """Write the source that was shown into the configuration, if that still checks."""
    desk, asked = desk_of(request), await form(request)
    try:
        source = _shown(asked)
        require_new(desk.context.config, source)
        file = _file(desk)
        _, after = add_sources(file, [source])
        replace_file(file, after, os.environ)
    except TocsinError as error:
        return await _show(request, asked, wrong=str(error))
    except OSError as error:
        wrong = f"{_file(desk)} cannot be written here ({error.strerror}): copy the lines into it by hand"
        return await _show(request, asked, wrong=wrong, lines=write_sources([source]))
    return back(request, "/sources", f"{source.name}: written into {file.name}, and taken up within seconds.")


def _wanted(asked: dict[str, str]) -> Source:
    url = asked.get("url", "").strip()
    tags = tuple(tag for tag in asked.get("tags", "").replace(",", " ").split() if tag)
    url = url if "://" in url else f"https://{url}"
    return Source(asked.get("name", "").strip(), url, tags=tags, allow_private=bool(asked.get("private")))


def _shown(asked: dict[str, str]) -> Source:
    """Read the source that a form carries: the configuration checks it as it checks one typed by hand."""
    wanted, kind = _wanted(asked), asked.get("kind", "")
    if kind not in list(SourceKind):
        raise ConflictError(f"there is no kind of source «{kind}»")
    selectors = ListingSelectors(asked.get("links", ""))
    return replace(wanted, kind=SourceKind(kind), listing=selectors)


def _file(desk: Desk) -> Path:
    files = desk.context.config.files
    if not files:
        raise ConflictError("this configuration is no file: sources cannot be added to it")
    return files[0]


async def _show(  # noqa: PLR0913  what may come of it
    request: Request,
    asked: dict[str, str],
    *,
    wrong: str = "",
    found: Found | None = None,
    tried: list[str] | None = None,
    lines: str = "",
) -> Response:
    return await render(
        request,
        "new_source.html",
        status=409 if wrong else 200,
        asked={name: asked.get(name, "") for name in ("url", "name", "tags", "private")},
        wrong=wrong,
        found=found,
        tried=tried or [],
        lines=write_sources([found.source]) if found else lines,
        limit=_SHOWN,
    )


PAGE = Page(
    (
        Route("/sources/new", ask),
        Route("/sources/new", add, methods=["POST"]),
        Route("/sources/find", find, methods=["POST"]),
        Route("/sources/find", ask),  # who comes back to it from the login asks anew
    )
)
