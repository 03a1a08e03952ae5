"""Silences: what is muted, for how long and why; what a new one would have muted; told after all."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.config import parse_duration
from daemon.errors import ConflictError, NotFoundError, QueryError, TocsinError
from daemon.jobs import silences as silenced
from daemon.model import Silence
from daemon.store import alerts, silences
from daemon.web.desk import desk_of
from daemon.web.door import visitor_of
from daemon.web.page import Page, back, form, natural, number, render

LIMIT = 50  # alerts of a preview, or of a silence, that are shown
_FIELDS = ("rule", "source", "tag", "match", "story", "for", "in", "author", "why")
_NAMING = _FIELDS[:5]


@dataclass(frozen=True, slots=True)
class Asked:
    """A silence as a form asks for it, and what is wrong with it, "" when nothing is."""

    fields: dict[str, str]
    silence: Silence | None = None
    wrong: str = ""
    past: list[dict[str, Any]] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Whether the form names anything to be muted."""
        return any(self.fields[name] for name in _NAMING)


async def index(request: Request) -> Response:
    """List the silences, and show what the one that is asked for would have muted."""
    desk = desk_of(request)
    config, now = desk.context.config, desk.context.now()
    asked = _read(request.query_params, now)
    if asked.silence and asked.named:
        asked = await desk.read(partial(_try, config=config, asked=asked, now=now))
    found = await desk.read(lambda conn: silenced.listed(conn, config, now))
    return await _show(request, asked, found)


async def add(request: Request) -> Response:
    """Begin a silence, or say on the form what is wrong with it."""
    desk = desk_of(request)
    config, now, sent = desk.context.config, desk.context.now(), await form(request)
    asked = _read(QueryParams({**sent, "author": visitor_of(request).name or sent.get("author", "")}), now)
    wrong = asked.wrong
    for name, what in (("why", "a reason, for those who wonder later"), ("author", "your name")):
        wrong = wrong or ("" if asked.fields[name] else f"Give {what}.")
    if asked.silence and not wrong:
        wanted = asked.silence
        try:
            made = await desk.write(lambda conn: silenced.add(conn, config, wanted, now))
        except (ConflictError, NotFoundError, QueryError) as error:
            wrong = _told(error)
        else:
            what = silenced.described(made, now)["what"]
            return back(
                request, "/silences", f"Silence {made.id} of {what} until {made.ends:%d %b %H:%M} UTC."
            )
    found = await desk.read(lambda conn: silenced.listed(conn, config, now))
    return await _show(request, Asked(asked.fields, wrong=wrong), found, status=409)


async def tell(request: Request) -> Response:
    """Show a silence, and what it has muted."""
    desk, silence_id = desk_of(request), number(request)
    now = desk.context.now()
    one = await desk.read(lambda conn: silences.get(conn, silence_id))
    muted = await desk.read(lambda conn: silenced.muted(conn, silence_id))
    waiting = sum(not alert["after_all"] for alert in muted)
    row = silenced.described(one, now)
    return await render(
        request, "silence.html", row=row, muted=muted[:LIMIT], count=len(muted), waiting=waiting
    )


async def expire(request: Request) -> Response:
    """End a silence now."""
    desk, silence_id = desk_of(request), number(request)
    now, asked = desk.context.now(), await form(request)
    await desk.write(lambda conn: silenced.expire(conn, silence_id, now))
    said = f"Silence {silence_id} has ended; what it muted stays muted until it is replayed."
    return back(request, asked.get("to", "/silences"), said)


async def replay(request: Request) -> Response:
    """Have what a silence muted told after all: one alert by its key, or all."""
    desk, silence_id = desk_of(request), number(request)
    now, key = desk.context.now(), (await form(request)).get("key", "")
    count = await desk.write(partial(_replay, silence_id=silence_id, key=key, now=now))
    return back(request, f"/silences/{silence_id}", f"To be told after all within a second: {count}.")


def _replay(conn: Connection, silence_id: int, key: str, now: datetime) -> int:
    waiting = [row["key"] for row in silenced.muted(conn, silence_id) if not row["after_all"]]
    wanted = [each for each in waiting if key in ("", each)]
    for each in wanted:
        silenced.replay(conn, alerts.find(conn, each), now)
    return len(wanted)


async def _show(request: Request, asked: Asked, found: list[dict[str, Any]], status: int = 200) -> Response:
    context = desk_of(request).context
    return await render(
        request,
        "silences.html",
        status=status,
        asked=asked,
        limit=LIMIT,
        days=silenced.PAST.days,
        now_and_to_come=[row for row in found if row["state"] in ("in force", "to come")],
        ended=[row for row in found if row["state"] not in ("in force", "to come")],
        rules=sorted(rule.name for rule in context.config.rules),
    )


def _read(sent: QueryParams, now: datetime) -> Asked:
    fields = {name: sent.get(name, "").strip() for name in _FIELDS}
    try:
        starts = now + (_span("Starting in", fields["in"]) if fields["in"] else timedelta())
        wanted = Silence(
            starts,
            starts + _span("For", fields["for"] or "8h"),
            rule=fields["rule"],
            source=fields["source"],
            source_tag=fields["tag"],
            match=fields["match"],
            story=_story(fields["story"]),
            author=fields["author"],
            why=fields["why"],
        )
    except ConflictError as error:
        return Asked(fields, wrong=_told(error))
    return Asked(fields, wanted)


def _story(text: str) -> int:
    story = natural(text or "0")
    if story is None:
        raise ConflictError("a story is named by its number, which stands in its address")
    return story


def _span(name: str, text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError:
        raise ConflictError(f"under «{name}», «{text}» is no span of time: write 30m, 8h or 2d") from None


def _try(conn: Connection, config: Any, asked: Asked, now: datetime) -> Asked:
    assert asked.silence  # noqa: S101  the caller has looked
    try:
        past = silenced.preview(conn, config, asked.silence, now - silenced.PAST)
    except (ConflictError, NotFoundError, QueryError) as error:
        return Asked(asked.fields, wrong=_told(error))
    return Asked(asked.fields, asked.silence, past=past)


def _told(error: TocsinError) -> str:
    """Say what is wrong as a sentence, and of words where in them."""
    if isinstance(error, QueryError):
        hint = f"; {error.hint}" if error.hint else ""
        return f"The words, character {error.position + 1}: {error.message}{hint}."
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


PAGE = Page(
    (
        Route("/silences", index),
        Route("/silences", add, methods=["POST"]),
        Route("/silences/{number}", tell),
        Route("/silences/{number}/expire", expire, methods=["POST"]),
        Route("/silences/{number}/replay", replay, methods=["POST"]),
    ),
    name="Silences",
    path="/silences",
    key="i",
)
