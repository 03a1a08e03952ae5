"""The API: what the desk shows, as JSON, described by openapi.json beside this file."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.jobs.rules import Fared, fared
from daemon.jobs.stories import browsed, shown
from daemon.jobs.watched import watched
from daemon.model import Rule
from daemon.store import alerts, silences, sources
from daemon.store.alerts import Alert
from daemon.store.browsing import Order, browse
from daemon.store.tokens import Scope
from daemon.web.desk import desk_of
from daemon.web.page import Page, natural, number
from daemon.web.pages.story import TITLES
from daemon.web.tokens import require

ROOT = "/api/v1"
LIMIT, MOST = 50, 200

Answer = Callable[[Request], Awaitable[Any]]


async def list_alerts(request: Request) -> Any:
    """List alerts, latest first."""
    asked = _asked(request, {"rule", "before", "limit"})
    limit, before = _limit(asked), _number(asked, "before")
    rule = asked.get("rule", "")
    found = await desk_of(request).read(lambda conn: alerts.page(conn, limit=limit, after=before, rule=rule))
    return {"alerts": [_alert(each) for each in found], "next": _following(found, limit)}


async def tell_alert(request: Request) -> Any:
    """Give one alert by its key."""
    _asked(request, ())
    key = request.path_params["key"]
    return _alert(await desk_of(request).read(lambda conn: alerts.find(conn, key)))


async def list_stories(request: Request) -> Any:
    """List the stories with some words in a title, the latest first."""
    asked = _asked(request, {"q", "after", "limit"})
    words, limit, after = asked.get("q", ""), _limit(asked), _number(asked, "after")
    found, following = await desk_of(request).read(
        lambda conn: browsed(conn, words, limit=limit, after=after, titles=TITLES)
    )
    return {"stories": found, "next": following}


async def tell_story(request: Request) -> Any:
    """Tell one story."""
    _asked(request, ())
    which = number(request)
    return await desk_of(request).read(lambda conn: shown(conn, which))


async def list_sources(request: Request) -> Any:
    """List sources by name, and how each fares."""
    asked = _asked(request, {"q", "after", "limit"})
    limit, after, words = _limit(asked), _number(asked, "after"), asked.get("q", "")
    desk = desk_of(request)
    found = await desk.read(
        lambda conn: browse(conn, Order.NAME, words=words, which="", after=after, limit=limit)
    )
    return {
        "sources": [_source(request, state) for state in found],
        "next": _following(found, limit),
    }


async def tell_source(request: Request) -> Any:
    """Give one source."""
    _asked(request, ())
    which = number(request)
    return _source(request, await desk_of(request).read(lambda conn: sources.get(conn, which)))


async def list_rules(request: Request) -> Any:
    """List the rules of the configuration, and how each fared."""
    asked = _asked(request, {"after", "limit"})
    limit, after = _limit(asked), _number(asked, "after") or 0
    context = desk_of(request).context
    rules, now = context.config.rules[after : after + limit], context.now()
    found = await desk_of(request).read(lambda conn: fared(conn, rules, now))
    more = after + limit < len(context.config.rules)
    return {
        "rules": [_rule(rule, found[rule.name]) for rule in rules],
        "next": after + limit if more else None,
    }


async def list_silences(request: Request) -> Any:
    """List the silences that are in force or to come."""
    _asked(request, ())
    desk = desk_of(request)
    now = desk.context.now()
    found = await desk.read(lambda conn: silences.since(conn, now))
    return {
        "silences": [
            {
                **asdict(each),
                "starts": _when(each.starts),
                "ends": _when(each.ends),
                "in_force": each.starts <= now,
            }
            for each in found
        ]
    }


async def describe(_request: Request) -> Response:
    """Give the description of this API."""
    return Response(_description(), media_type="application/json")


@cache
def _description() -> bytes:
    return (files("daemon.web") / "pages" / "openapi.json").read_bytes()


def _asked(request: Request, known: Collection[str]) -> dict[str, str]:
    """Give what was asked; HTTP's 400 for a name that is not known: a slip must not mean «all»."""
    asked = dict(request.query_params)
    for name in asked:
        if name not in known:
            raise HTTPException(
                400, f"there is no parameter «{name}»; known: {', '.join(sorted(known)) or 'none'}"
            )
    if len(request.query_params.multi_items()) > len(asked):
        raise HTTPException(400, "a parameter is given twice")
    return asked


def _number(asked: dict[str, str], name: str) -> int | None:
    if name not in asked:
        return None
    found = natural(asked[name])
    if found is None:
        raise HTTPException(400, f"{name} must be a whole number")
    return found


def _limit(asked: dict[str, str]) -> int:
    limit = _number(asked, "limit")
    if limit is not None and not 1 <= limit <= MOST:
        raise HTTPException(400, f"limit must be from 1 to {MOST}")
    return limit or LIMIT


def _following(found: list[Any], limit: int) -> int | None:
    return found[-1].id if len(found) == limit else None


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "key": alert.key,
        "rule": alert.rule,
        "severity": alert.severity.label,
        "at": _when(alert.created_at),
        "title": alert.title,
        "url": alert.url,
        "story": alert.story_id,
    }


def _source(request: Request, state: sources.SourceState) -> dict[str, Any]:
    context = desk_of(request).context
    known = watched(state, context.sources.get(state.name), context.now())
    return {
        "id": state.id,
        "name": state.name,
        "url": state.url,
        "tags": list(known.tags),
        "paused": state.paused,
        "failures": state.failures,
        "error": state.error,
        "last_poll_at": _when(state.last_poll_at),
        "next_poll_at": _when(state.next_poll_at),
        "why_then": state.next_poll_why,
        "entries_a_day": known.rate,
        "problems": list(known.problems),
    }


def _rule(rule: Rule, fares: Fared) -> dict[str, Any]:
    return {
        "name": rule.name,
        "enabled": rule.enabled,
        "severity": rule.severity.label,
        "query": rule.query,
        "tags": list(rule.tags),
        "hits_a_day": list(fares.days),
        "noisiest": [{"source": name, "hits": times} for name, times in fares.noisiest],
        "last_rung": _when(fares.last_rung),
    }


def _when(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _route(path: str, answer: Answer) -> Route:
    async def serve(request: Request) -> Response:
        await require(request, Scope.READ)
        return JSONResponse(await answer(request), headers={"Cache-Control": "no-store"})

    return Route(f"{ROOT}{path}", serve, methods=["GET"])


PAGE = Page(
    (
        _route("/alerts", list_alerts),
        _route("/alerts/{key}", tell_alert),
        _route("/stories", list_stories),
        _route("/stories/{number:int}", tell_story),
        _route("/sources", list_sources),
        _route("/sources/{number:int}", tell_source),
        _route("/rules", list_rules),
        _route("/silences", list_silences),
        Route(f"{ROOT}/openapi.json", describe, methods=["GET"]),
    )
)
