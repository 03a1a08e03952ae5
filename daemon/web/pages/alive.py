"""What machines ask: whether all is well (/healthz), and what there is to draw (/metrics)."""

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.errors import TocsinError
from daemon.runtime.health import look_over
from daemon.web.desk import desk_of
from daemon.web.page import Page

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def healthz(request: Request) -> Response:
    """Answer 200 where all is well, else 503, with the reasons."""
    desk = desk_of(request)
    try:
        reasons = await desk.read(lambda conn: look_over(conn, desk.context))
    except TocsinError as error:
        reasons = [f"the store cannot be read: {error}"]
    return JSONResponse({"well": not reasons, "reasons": reasons}, 503 if reasons else 200, _NEVER_KEPT)


async def metrics(request: Request) -> Response:
    """Write the metrics as Prometheus reads them."""
    text = await desk_of(request).measure()
    return Response(text, headers=_NEVER_KEPT, media_type=CONTENT_TYPE_PLAIN_0_0_4)


PAGE = Page((Route("/healthz", healthz), Route("/metrics", metrics)))
