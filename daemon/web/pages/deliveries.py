"""Deliveries: the outbox and the channels; retry what was given up, test a channel."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.deliver import check
from daemon.errors import NotFoundError
from daemon.jobs.deliver import try_channel
from daemon.model import DeliveryState
from daemon.store import alerts, deliveries
from daemon.web.desk import desk_of
from daemon.web.page import Page, back, form, number, render, whole

LIMIT = 50


async def index(request: Request) -> Response:
    """List deliveries, latest first, in one state or in any, and the channels."""
    desk = desk_of(request)
    asked, before = request.query_params.get("show", ""), whole(request, "before")
    state = DeliveryState(asked) if asked in list(DeliveryState) else None
    page = await desk.read(lambda conn: deliveries.page(conn, limit=LIMIT, after=before, state=state))
    return await render(
        request,
        "deliveries.html",
        rows=page,
        states=[each.value for each in DeliveryState],
        which=state.value if state else "",
        before=before,
        older=page[-1].id if len(page) == LIMIT else None,
        channels=list(desk.context.channels.values()),
        here=f"{request.url.path}?{request.url.query}",
    )


async def tell(request: Request) -> Response:
    """Show one delivery with its exact message."""
    delivery_id = number(request)
    delivery = await desk_of(request).read(lambda conn: deliveries.get(conn, delivery_id))
    alert = await desk_of(request).read(lambda conn: alerts.get(conn, delivery.alert_id))
    return await render(request, "delivery.html", delivery=delivery, alert=alert)


async def retry(request: Request) -> Response:
    """Send a delivery again, at once."""
    desk, asked, delivery_id = desk_of(request), await form(request), number(request)
    now = desk.context.now()
    again = await desk.write(lambda conn: deliveries.retry(conn, delivery_id, now))
    return back(
        request, asked.get("to", "/deliveries"), f"Delivery {delivery_id} is due now for {again.channel}."
    )


async def test(request: Request) -> Response:
    """Send a channel a message that says it is a test, and say what came of it."""
    context, asked = desk_of(request).context, await form(request)
    name = asked.get("channel", "")
    channel = context.channels.get(name)
    if channel is None:
        raise NotFoundError(f"there is no channel {name!r} in the configuration")
    if wrong := check(channel.url):
        return back(request, "/deliveries", f"{name}: {wrong}")
    outcome = await try_channel(context.deliverer, channel)
    came = f"{outcome.kind} {outcome.detail}".strip()
    said = f"accepted by its service ({came})" if outcome.ok else f"not delivered: {came}"
    return back(request, "/deliveries", f"{name}: {said}")


PAGE = Page(
    (
        Route("/deliveries", index),
        Route("/deliveries/test", test, methods=["POST"]),
        Route("/deliveries/{number}", tell),
        Route("/deliveries/{number}/retry", retry, methods=["POST"]),
    ),
    name="Deliveries",
    path="/deliveries",
    key="d",
)
