"""The playground: write a rule, see what it asks, try it on the archive, pin examples, take it over."""

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.config import Draft, draft_of, read_draft
from daemon.errors import ConfigError, Problem, TocsinError
from daemon.model import Rule
from daemon.runtime.trial import Trial, propose
from daemon.web.desk import Desk, desk_of
from daemon.web.drawing import bars
from daemon.web.page import Page, back, form, render
from daemon.web.words import counted

T = TypeVar("T")

_DAYS = (1, 3, 7, 14, 30)
_USUAL = 7
_NAME = "a new rule"


@dataclass(frozen=True)
class Attempt:
    """What a form asks: a draft, the saved rule that it began with, and how far back to ask."""

    draft: Draft
    saved: str = ""
    days: int = _USUAL

    @classmethod
    def of(cls, fields: dict[str, str]) -> "Attempt":
        """Read a form."""
        asked = {key: fields.get(key, "").replace("\r\n", "\n") for key in ("name", "query", "keys")}
        days = fields.get("days", "")
        draft = Draft(asked["name"].strip() or _NAME, asked["query"].strip(), asked["keys"])
        return cls(draft, fields.get("rule", ""), int(days) if days in map(str, _DAYS) else _USUAL)

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing is asked yet."""
        return not self.draft.query and not self.draft.keys.strip()


async def show(request: Request) -> Response:
    """Show the playground, with a saved rule in it if one is named."""
    desk, name = desk_of(request), request.query_params.get("rule", "")
    config = desk.context.config
    draft = await asyncio.to_thread(draft_of, config, name) if name else Draft("")
    attempt = Attempt(draft, name)
    desk.trials.warm(config)
    return await _answer(request, "playground.html", attempt, await _looked_at(desk, attempt))


async def act(request: Request) -> Response:
    """Try a draft; or pin an article as its example; or save it. Scripts ask for a part of the page alone."""
    desk, fields = desk_of(request), await form(request)
    attempt, (do, _, what) = Attempt.of(fields), fields.get("do", "try").partition(":")
    template = {"look": "looked.html", "ask": "asked.html"}.get(do, "playground.html")
    said: dict[str, Any] = {}
    if do == "pin":
        attempt, said = await _pinned(desk, attempt, what)
    if do == "save":
        saved = await _saved(desk, attempt)
        if isinstance(saved, str):
            return back(request, "/rules", saved)
        said = saved
    values = await _looked_at(desk, attempt)
    if do != "look" and values["rule"] is not None:
        values |= await _unless_gone(request, _asked(desk, attempt, values["rule"]))
    return await _answer(request, template, attempt, values | said)


async def _answer(request: Request, template: str, attempt: Attempt, values: dict[str, Any]) -> Response:
    frame: dict[str, Any] = {"attempt": attempt, "spans": _DAYS, "trial": None, "failure": ""}
    frame |= {"refused": (), "pinned": None, "writable": False, "where": "", "diff": "", "by_hand": ""}
    return await render(request, template, **(frame | values))


async def _looked_at(desk: Desk, attempt: Attempt) -> dict[str, Any]:
    """Say what a draft asks, or what is wrong with it."""
    values: dict[str, Any] = {"rule": None, "tree": None, "problems": (), "diff": ""}
    if attempt.is_empty:
        return values
    config = desk.context.config
    try:
        rule, row = await asyncio.to_thread(read_draft, attempt.draft, config)
        tree = await desk.trials.sketch(config, rule)
    except ConfigError as error:
        return values | {"problems": error.problems}
    except TocsinError as error:
        return values | {"problems": (Problem("query", 0, 0, str(error)),)}
    return values | {"rule": rule, "tree": tree, **await _difference(desk, row)}


async def _difference(desk: Desk, row: Any) -> dict[str, Any]:
    """Show what saving a rule would change in the file, and whether the file may be written here."""
    config = desk.context.config
    try:
        change = await propose(config, row)
    except TocsinError as error:
        return {"writable": False, "where": "", "by_hand": str(error)}
    path = change.path
    may = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return {"writable": may, "where": str(path), "diff": "\n".join(change.lines), "by_hand": ""}


async def _asked(desk: Desk, attempt: Attempt, rule: Rule) -> dict[str, Any]:
    """Try a rule on the archive, one trial at a time."""
    context = desk.context
    since = context.now() - timedelta(days=attempt.days)
    try:
        trial = await desk.trials.try_rule(context.config, rule, context.store, since, attempt.saved)
    except TocsinError as error:
        return {"failure": str(error)}
    return {"trial": trial, "drawn": _drawn(trial, attempt, desk), "most": context.config.alerts.max_per_day}


def _drawn(trial: Trial, attempt: Attempt, desk: Desk) -> str:
    today = desk.context.now().date()
    days = [trial.result.days.get(today - timedelta(days=ago), 0) for ago in range(attempt.days, -1, -1)]
    return bars(days, f"alerts a day: {counted(max(days), 'alert')} at most")


async def _pinned(desk: Desk, attempt: Attempt, what: str) -> tuple[Attempt, dict[str, Any]]:
    """Add an example to a draft: `what` is an article's number and what must come of it."""
    number, _, expected = what.partition(":")
    config = desk.context.config
    try:
        rule, _row = await asyncio.to_thread(read_draft, attempt.draft, config)
        test = await desk.trials.pin(
            config, rule, int(number) if number.isdecimal() else 0, matches=expected == "match"
        )
    except TocsinError as error:
        return attempt, {"failure": str(error)}
    draft = attempt.draft.with_test(test)
    return replace(attempt, draft=draft), {"pinned": test}


async def _saved(desk: Desk, attempt: Attempt) -> str | dict[str, Any]:
    """Write a draft into the configuration and say so; else give what the page says of why not."""
    context = desk.context
    try:
        _, row = await asyncio.to_thread(read_draft, attempt.draft, context.config)
        path = await desk.trials.save(context.config, row, context.store, context.now(), os.environ)
    except ConfigError as error:
        return {"refused": error.problems}
    except (TocsinError, OSError) as error:
        return {"refused": (Problem("", 0, 0, str(error)),)}
    return f"{attempt.draft.name}: written to {path.name}; the daemon takes it up by itself."


async def _unless_gone(request: Request, work: Awaitable[T]) -> T:
    """Do work for as long as the browser waits for it."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            working.cancel()
        return await working
    finally:
        leaving.cancel()
        working.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


PAGE = Page((Route("/rules/try", show), Route("/rules/try", act, methods=["POST"])))
