"""Events as they come, over one connection that lasts: alerts by their numbers, and how things stand.

A browser that was away names the last alert that it has seen, and is told what came since.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from daemon.jobs.users import find_session
from daemon.store.alerts import Alert
from daemon.web.desk import Desk, desk_of
from daemon.web.door import visitor_of
from daemon.web.page import natural
from daemon.web.standing import Standing
from daemon.web.words import counted, number, spell

# A proxy closes what is silent for a minute, and a browser that is gone shows only when it is written to.
_SILENCE_SECONDS = 5.0


async def serve(request: Request) -> Response:
    """Open a stream, which begins after the alert that the browser saw last."""
    desk = desk_of(request)
    seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = natural(seen)
    if after is None:
        after = (await desk.standing()).latest_alert
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers=headers)
    told = _stream(desk, after, visitor_of(request).token)
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


async def _stream(desk: Desk, after: int, token: str) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    shown: Standing | None = None
    while not desk.bell.closed and await _may_stay(desk, token):
        standing = await desk.standing()
        for alert in await desk.news(after):
            yield _event("alert", _told(alert), alert.id)
            after = alert.id
        if shown is None or figures(shown) != figures(standing):
            yield _event("standing", figures(standing))
        shown = standing
        await desk.bell.wait(_SILENCE_SECONDS)
        yield _event("beat", {})


async def _may_stay(desk: Desk, token: str) -> bool:
    """Say whether a stream may go on: one that a session opened ends with it, and the browser asks anew."""
    now = desk.context.now()
    return not token or await desk.read(lambda conn: find_session(conn, token, now)) is not None


def figures(standing: Standing) -> dict[str, str]:
    """Give what pages show of how things stand, by the names under which they show it."""
    status = standing.status
    return {
        "running": "running" if status["running"] else "not running",
        "findings": counted(status["problems"], "problem"),
        "late": spell(standing.worst),
        "waiting": number(standing.waiting),
        "requests": number(standing.requests),
        "failing": number(status["sources"]["failing"]),
        "due": number(status["sources"]["due"]),
    }


def _told(alert: Alert) -> Mapping[str, Any]:
    told = {"id": alert.id, "rule": alert.rule, "severity": alert.severity.label}
    return told | {"title": alert.title, "story": alert.story_id}


def _event(kind: str, data: Mapping[str, Any], number_: int | None = None) -> str:
    named = f"id: {number_}\n" if number_ is not None else ""
    return f"{named}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


ROUTE = Route("/events", serve)
