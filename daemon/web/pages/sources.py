"""Sources: how each fares, when it is polled next and why then; pause, resume, poll now."""

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.jobs.watched import last_day, watched
from daemon.store import polls, sources
from daemon.store.sources import Order
from daemon.web.desk import desk_of
from daemon.web.page import Page, back, form, number, render, whole

LIMIT = 50
POLLS = 60  # that are shown one by one
COUNTED = 3_000  # that the strip of a day counts
_SHOWN = {"": "All", "failing": "Failing", "paused": "Paused"}
_HEADINGS = {
    Order.NAME: "Source",
    Order.NEXT: "Next poll",
    Order.POLLED: "Last poll",
    Order.FAILURES: "State",
}


async def index(request: Request) -> Response:
    """List sources in an order, a page at a time."""
    desk = desk_of(request)
    asked = request.query_params
    order = Order(asked["by"]) if asked.get("by") in list(Order) else Order.NAME
    words, which = asked.get("q", "").strip(), asked.get("show", "")
    after = whole(request, "after")
    page = await desk.read(
        lambda conn: sources.browse(conn, order, words=words, which=which, after=after, limit=LIMIT)
    )
    context = desk.context
    rows = [watched(state, context.sources.get(state.name), context.now()) for state in page]
    return await render(
        request,
        "sources.html",
        rows=rows,
        by=order.value,
        headings={each.value: name for each, name in _HEADINGS.items()},
        shown=_SHOWN,
        which=which if which in _SHOWN else "",
        words=words,
        after=after,
        following=page[-1].id if len(page) == LIMIT else None,
        here=f"{request.url.path}?{request.url.query}",
    )


async def tell(request: Request) -> Response:
    """Tell all about one source: its last error in full, its validators, its latest polls."""
    desk, source_id = desk_of(request), number(request)

    def find(conn: Connection) -> dict[str, Any]:
        state = sources.get(conn, source_id)
        return {"state": state, "polls": polls.of_source(conn, source_id, limit=COUNTED)}

    found = await desk.read(find)
    context, state = desk.context, found["state"]
    source = context.sources.get(state.name)
    row = watched(state, source, context.now())
    hours = last_day(found["polls"], context.now())
    shown = found["polls"][:POLLS]
    return await render(request, "source.html", row=row, source=source, polls=shown, hours=hours)


async def act(request: Request) -> Response:
    """Poll a source now, pause it, or resume it."""
    desk, asked = desk_of(request), await form(request)
    name, now = asked.get("name", ""), desk.context.now()
    acts = {
        "poll": (lambda conn: sources.poll_now(conn, name, now), "due now"),
        "pause": (lambda conn: sources.pause(conn, name), "paused"),
        "resume": (lambda conn: sources.resume(conn, name, now), "resumed, due now"),
    }
    work, said = acts.get(asked.get("act", ""), (None, ""))
    if work is None:
        return back(
            request, asked.get("to", "/sources"), "Nothing was done: the form asked for nothing known."
        )
    await desk.write(work)
    return back(request, asked.get("to", "/sources"), f"{name}: {said}")


PAGE = Page(
    (
        Route("/sources", index),
        Route("/sources", act, methods=["POST"]),
        Route("/sources/{number}", tell),
    ),
    name="Sources",
    path="/sources",
    key="s",
)
