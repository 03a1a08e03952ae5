"""Feeds of what rang, as Atom and as JSON Feed: of all rules, of one rule, of a tag, for a channel."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.errors import NotFoundError
from daemon.jobs.latest import Shown, show
from daemon.store import alerts
from daemon.store.tokens import Scope
from daemon.web.desk import Desk, desk_of
from daemon.web.page import Page, fill
from daemon.web.tokens import require
from daemon.web.words import marked, web_link

LIMIT = 50

# What XML 1.0 cannot carry, in any form. https://www.w3.org/TR/xml/#charsets
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def as_atom(request: Request) -> Response:
    """Give the feed in Atom (RFC 4287)."""
    title, shown = await _find(request)
    base = str(request.base_url).rstrip("/")
    updated = max((each.alert.created_at for each in shown), default=datetime.fromtimestamp(0, UTC))
    xml = fill(
        "feed.xml", title=title, shown=shown, base=base, here=str(request.url), updated=updated, body=_body
    )
    return _unless_known(
        request, Response(_UNSPEAKABLE.sub("\ufffd", xml), media_type="application/atom+xml")
    )


async def as_json(request: Request) -> Response:
    """Give the feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    title, shown = await _find(request)
    base = str(request.base_url).rstrip("/")
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/",
        "feed_url": str(request.url),
        "items": [_item(each, base) for each in shown],
    }
    return _unless_known(request, JSONResponse(told, media_type="application/feed+json"))


async def _find(request: Request) -> tuple[str, list[Shown]]:
    await require(request, Scope.READ)
    desk, asked = desk_of(request), request.query_params
    rule, tag, channel = (asked.get(key, "") for key in ("rule", "tag", "channel"))
    rules = _rules(desk, rule, tag)
    if channel and channel not in desk.context.channels:
        raise NotFoundError(f"there is no channel «{channel}» in the configuration")
    shown = await desk.read(
        lambda conn: show(conn, alerts.latest(conn, limit=LIMIT, rules=rules, channel=channel))
    )
    return " · ".join(["Tocsin", *(each for each in (rule, tag, channel) if each)]), shown


def _rules(desk: Desk, rule: str, tag: str) -> Sequence[str] | None:
    """Name the rules that are asked for; None for all."""
    if not rule and not tag:
        return None
    known = desk.context.config.rules
    named = [each.name for each in known if rule in {"", each.name} and (not tag or tag in each.tags)]
    if not named:
        wanted = f"rule «{rule}»" if rule else f"rule with the tag «{tag}»"
        raise NotFoundError(f"there is no {wanted} in the configuration")
    return named


def _body(each: Shown) -> Markup:
    """Give an alert as HTML: the sentence with what matched in it marked, and the reasons."""
    quoted = Markup("<blockquote>{}</blockquote>").format(marked(each.quotation)) if each.quotation else ""
    return Markup("").join((quoted, *(Markup("<p>{}</p>").format(reason) for reason in each.reasons)))


def _item(each: Shown, base: str) -> dict[str, Any]:
    alert = each.alert
    reasons = "; ".join(each.reasons)
    told: dict[str, Any] = {
        "id": f"urn:tocsin:alert:{alert.key}",
        "url": f"{base}/stories/{alert.story_id}",
        "title": alert.title,
        "content_text": "\n\n".join(
            text for text in ("".join(piece.text for piece in each.quotation), reasons) if text
        ),
        "content_html": str(_body(each)),
        "date_published": alert.created_at.isoformat(),
        "tags": [alert.rule, alert.severity.label],
    }
    if web_link(alert.url):
        told["external_url"] = alert.url
    if each.source:
        told["authors"] = [{"name": each.source}]
    return {key: value for key, value in told.items() if value}


def _unless_known(request: Request, answer: Response) -> Response:
    """Answer that nothing is new to who has these very words already."""
    mark = f'"{sha256(bytes(answer.body)).hexdigest()[:24]}"'
    answer.headers.update({"ETag": mark, "Cache-Control": "no-cache"})
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    return answer


PAGE = Page((Route("/feeds/alerts.atom", as_atom), Route("/feeds/alerts.json", as_json)))
