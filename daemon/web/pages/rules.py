"""Rules: what each asks, what it matched of late and whence, when it rang, whom it tells."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.alert import route
from daemon.config import Config
from daemon.jobs.examples import Examined, examine
from daemon.jobs.rules import fared
from daemon.model import Rule
from daemon.web.desk import Desk, desk_of
from daemon.web.drawing import bars
from daemon.web.page import Page, render, whole
from daemon.web.words import counted

LIMIT = 25
_SHOWN = {"": "All", "off": "Switched off"}


async def index(request: Request) -> Response:
    """List rules in the order of the configuration, a page at a time."""
    desk, asked = desk_of(request), request.query_params
    words, which, after = asked.get("q", "").strip(), asked.get("show", ""), whole(request, "after") or 0
    found = [rule for rule in desk.context.config.rules if _is_meant(rule, words, which)]
    page = found[after : after + LIMIT]
    now = desk.context.now()
    fares = await desk.read(lambda conn: fared(conn, page, now))
    return await render(
        request,
        "rules.html",
        rows=[(rule, fares[rule.name], _drawn(fares[rule.name].days)) for rule in page],
        examined=await _examined(desk, page),
        reached={rule.name: _reached(desk.context.config, rule) for rule in page},
        words=words,
        which=which if which in _SHOWN else "",
        shown=_SHOWN,
        after=after,
        following=after + LIMIT if len(found) > after + LIMIT else None,
        total=len(found),
    )


def _is_meant(rule: Rule, words: str, which: str) -> bool:
    said = " ".join((rule.name, rule.query, *rule.tags, *rule.any, *rule.all, *rule.entities)).casefold()
    return (which != "off" or not rule.enabled) and all(word in said for word in words.casefold().split())


def _reached(config: Config, rule: Rule) -> tuple[str, ...]:
    return route(rule, config.channels, config.routes).channels if rule.enabled else ()


def _drawn(days: Sequence[int]) -> str:
    most, today = counted(max(days), "hit"), counted(days[-1], "hit")
    return bars(days, f"hits a day in {len(days)} days: at most {most}, today {today}")


async def _examined(desk: Desk, rules: Sequence[Rule]) -> dict[str, list[Examined]]:
    """Run the examples of some rules in the daemon's own workers, which hold these rules."""
    known = [rule for rule in rules if rule.tests and rule.name in desk.context.rules]
    found: dict[str, list[Examined]] = {rule.name: [] for rule in known}
    for each in await examine(desk.context.compute, known) if known else ():
        found[each.rule].append(each)
    return found


PAGE = Page((Route("/rules", index),), name="Rules", path="/rules", key="r")
