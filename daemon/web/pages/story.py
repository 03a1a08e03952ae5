"""A story: who was first, who else tells it, what changed, what rang, and the words that matched."""

import csv
import io
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.jobs.latest import show
from daemon.jobs.stories import browsed, shown
from daemon.store import alerts
from daemon.web.course import course
from daemon.web.desk import desk_of
from daemon.web.page import Page, number, render, whole

LIMIT = 50
TITLES = 10_000  # that are looked through for words, so that a page comes at once
_COLUMNS = ("seen", "published", "source", "role", "voice", "title", "url", "why")
# A cell that begins with one of these is a formula to a spreadsheet; strangers' headlines are none.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def index(request: Request) -> Response:
    """List the stories with some words in a title, the latest first, looking so far back at a time."""
    words, after = request.query_params.get("q", "").strip(), whole(request, "after")
    found, following = await desk_of(request).read(
        lambda conn: browsed(conn, words, limit=LIMIT, after=after, titles=TITLES)
    )
    return await render(
        request, "stories.html", stories=found, words=words, after=after, following=following, titles=TITLES
    )


async def tell(request: Request) -> Response:
    """Tell one story."""
    number_ = number(request)

    def find(conn: Connection) -> dict[str, Any]:
        story = shown(conn, number_)
        return {"story": story, "rang": show(conn, alerts.of_story(conn, number_)), "course": course(story)}

    return await render(request, "story.html", **await desk_of(request).read(find))


async def as_json(request: Request) -> Response:
    """Give a story as the command line's JSON does."""
    return JSONResponse(await _find(request))


async def as_csv(request: Request) -> Response:
    """Give a story's articles as a table."""
    story = await _find(request)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(one[column]) for column in _COLUMNS] for one in story["told"])
    named = {"Content-Disposition": f'attachment; filename="story-{story["id"]}.csv"'}
    return Response(table.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


async def _find(request: Request) -> dict[str, Any]:
    number_ = number(request)
    return await desk_of(request).read(lambda conn: shown(conn, number_))


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
