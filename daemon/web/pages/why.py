"""Why: paste an address, and read its whole way through the ledger."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.jobs.why import ways
from daemon.web.desk import desk_of
from daemon.web.page import Page, render


async def show(request: Request) -> Response:
    """Ask for an address, and show what became of the entries that it means."""
    url = request.query_params.get("url", "").strip()
    found = await desk_of(request).read(lambda conn: ways(conn, url)) if url else []
    return await render(request, "why.html", url=url, ways=found)


PAGE = Page((Route("/why", show),), name="Why", path="/why", key="w")
