"""Sources: how each fares, when it is polled next and why then; pause, resume, poll now."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.jobs.watched import day_began, last_day, middle_and_worst, watched
from daemon.store import entries, polls, sources
from daemon.store.browsing import Order, browse
from daemon.store.sources import SourceState
from daemon.web.desk import desk_of
from daemon.web.drawing import day
from daemon.web.page import Page, back, form, number, render, whole
from daemon.web.words import counted

LIMIT = 40
DELAYS, DELAYS_OF_EACH = 500, 50  # entries that are measured, of one source and of each in a list
POLLS = 60  # that are shown one by one
COUNTED = 20_000  # polls that the strips of a page count
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
    after, tag, context = whole(request, "after"), asked.get("tag", ""), desk.context
    names = desk.tagged.get(tag, ()) if tag else None
    page, made, late = await desk.read(
        lambda conn: _page(conn, context.now(), by=order, words=words, which=which, names=names, after=after)
    )
    rows = [
        (
            watched(state, context.sources.get(state.name), context.now()),
            day(last_day(made[state.id], context.now())),
            middle_and_worst(late[state.id]),
        )
        for state in page
    ]
    return await render(
        request,
        "sources.html",
        rows=rows,
        by=order.value,
        headings={each.value: name for each, name in _HEADINGS.items()},
        shown=_SHOWN,
        which=which if which in _SHOWN else "",
        words=words,
        tag=tag,
        tagged=len(names or ()),
        tags=[(each, len(named)) for each, named in desk.tagged.items()],
        after=after,
        following=page[-1].id if len(page) == LIMIT else None,
        here=f"{request.url.path}?{request.url.query}",
    )


def _page(conn: Connection, now: datetime, **asked: Any) -> tuple[list[SourceState], Any, Any]:
    """List a page of sources, with the polls of the last day and the delays of each."""
    page = browse(conn, limit=LIMIT, **asked)
    made = polls.by_hour(conn, [state.id for state in page], day_began(now), now, most=COUNTED)
    since = {state.id: state.first_polled_at or now for state in page}
    return page, made, entries.delays(conn, since, limit=DELAYS_OF_EACH)


async def tell(request: Request) -> Response:
    """Tell all about one source: its last error in full, its validators, its latest polls."""
    desk, source_id = desk_of(request), number(request)
    now = desk.context.now()

    def find(conn: Connection) -> dict[str, Any]:
        state = sources.get(conn, source_id)
        since = state.first_polled_at or now  # what it had before is no delay of ours
        late = entries.delays(conn, {source_id: since}, limit=DELAYS)[source_id]
        made = polls.by_hour(conn, [source_id], day_began(now), now, most=COUNTED)[source_id]
        latest = polls.of_source(conn, source_id, limit=POLLS)
        return {"state": state, "polls": latest, "hours": last_day(made, now), "late": late}

    found = await desk.read(find)
    context, state = desk.context, found["state"]
    source = context.sources.get(state.name)
    row = watched(state, source, now)
    return await render(
        request,
        "source.html",
        row=row,
        source=source,
        polls=found["polls"],
        hours=found["hours"],
        late=middle_and_worst(found["late"]),
        timed=len(found["late"]),
    )


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


async def act_on_all(request: Request) -> Response:
    """Poll, pause or resume all sources with a tag."""
    desk, asked = desk_of(request), await form(request)
    tag, now = asked.get("tag", ""), desk.context.now()
    names = desk.tagged.get(tag, ())
    acts = {
        "poll": (lambda conn: sources.poll_all(conn, names, now), "due now"),
        "pause": (lambda conn: sources.pause_all(conn, names), "paused"),
        "resume": (lambda conn: sources.resume_all(conn, names, now), "resumed, due now"),
    }
    work, said = acts.get(asked.get("act", ""), (None, ""))
    if work is None or not names:
        return back(request, asked.get("to", "/sources"), f"Nothing was done: no source has the tag «{tag}».")
    count = await desk.write(work)
    return back(request, asked.get("to", "/sources"), f"{counted(count, 'source')} tagged «{tag}»: {said}")


PAGE = Page(
    (
        Route("/sources", index),
        Route("/sources", act, methods=["POST"]),
        Route("/sources/tagged", act_on_all, methods=["POST"]),
        Route("/sources/{number}", tell),
    ),
    name="Sources",
    path="/sources",
    key="s",
)
