"""A story: who was first, who else tells it, what changed, what rang, and the words that matched."""

import csv
import io
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.jobs.latest import Shown, show
from daemon.jobs.stories import listed, shown
from daemon.store import alerts
from daemon.web.desk import desk_of
from daemon.web.page import Page, number, render

LIMIT = 50
_COLUMNS = ("seen", "published", "source", "role", "voice", "title", "url", "why")
# A cell that begins with one of these is a formula to a spreadsheet; strangers' headlines are none.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def index(request: Request) -> Response:
    """List the stories with some words in a title, the latest first."""
    words = request.query_params.get("q", "").strip()
    found = await desk_of(request).read(lambda conn: listed(conn, words, LIMIT))
    return await render(request, "stories.html", stories=found, words=words, limit=LIMIT)


async def tell(request: Request) -> Response:
    """Tell one story."""
    story, rang = await _find(request)
    return await render(request, "story.html", story=story, rang=rang)


async def as_json(request: Request) -> Response:
    """Give a story as the command line's JSON does."""
    story, _ = await _find(request)
    return JSONResponse(story)


async def as_csv(request: Request) -> Response:
    """Give a story's articles as a table."""
    story, _ = await _find(request)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(one[column]) for column in _COLUMNS] for one in story["told"])
    named = {"Content-Disposition": f'attachment; filename="story-{story["id"]}.csv"'}
    return Response(table.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


async def _find(request: Request) -> tuple[dict[str, Any], list[Shown]]:
    story = number(request)

    def find(conn: Connection) -> tuple[dict[str, Any], list[Shown]]:
        return shown(conn, story), show(conn, alerts.of_story(conn, story))

    return await desk_of(request).read(find)


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


PAGE = Page(
    (
        Route("/stories", index),
        Route("/stories/{number}.json", as_json),
        Route("/stories/{number}.csv", as_csv),
        Route("/stories/{number}", tell),
    ),
    name="Stories",
    path="/stories",
    key="t",
)
