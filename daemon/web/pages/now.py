"""Now: the alerts as they come, grouped by story, and whether all is well."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.jobs.latest import latest
from daemon.web.desk import desk_of
from daemon.web.page import Page, render, whole

LIMIT = 40


async def show(request: Request) -> Response:
    """Show the latest alerts, or those before the alert `before`, of the rule `rule` or of all."""
    before, rule = whole(request, "before"), request.query_params.get("rule", "")
    desk = desk_of(request)
    rung = await desk.read(lambda conn: latest(conn, limit=LIMIT, before=before, rule=rule))
    numbers = [shown.alert.id for story in rung for shown in story.alerts]
    older = min(numbers) if len(numbers) == LIMIT else None
    shown: dict[str, Any] = {"rung": rung, "older": older, "before": before, "rule": rule}
    shown["known"] = rule in {each.name for each in desk.context.config.rules}
    if not before and not rule:
        shown["latest"] = max(numbers, default=0)  # what came after the list was read is news
    return await render(request, "now.html", **shown)


PAGE = Page((Route("/", show),), name="Now", path="/", key="n")
