"""A story's course: when each was published and seen, what rang and was sent, what was revised, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from daemon.web.changes import prose

_NAMED = 5  # copyists of one moment that are named


@dataclass(frozen=True, slots=True)
class Event:
    """What happened `at` a time, as the command line writes it; `kind` names how it looks."""

    at: str
    what: str
    detail: str = ""
    kind: str = ""
    diff: str = ""


def course(story: Mapping[str, Any]) -> list[Event]:
    """Put a story, as `jobs.stories.shown` tells it, into the order in which it happened."""
    told = [event for one in story["told"] for event in _told(one, first=one["url"] == story["first_url"])]
    happened = [_happened(one) for one in story["happened"]]
    ordered = sorted((event for event in (*told, *happened) if event.at), key=lambda event: event.at)
    return [
        event
        for kind, run in groupby(ordered, lambda event: event.kind)
        for event in ([_copies(list(run))] if kind == "copied" else run)
    ]


def _told(one: Mapping[str, Any], *, first: bool) -> Iterator[Event]:
    copied = one["role"] == "copy"
    if one["published"] and (first or not copied):
        kind = "first" if first else "own"
        yield Event(one["published"], f"{one['source']} published", one["title"], kind)
    if copied:
        yield Event(one["seen"], "", one["source"], "copied")
    else:
        yield Event(one["seen"], f"seen at {one['source']}", "" if one["published"] else one["title"])


def _copies(run: Sequence[Event]) -> Event:
    names = list(dict.fromkeys(event.detail for event in run))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    what = f"{len(run)} copies seen" if len(run) > 1 else "copy seen"
    return Event(run[0].at, what, f"at {', '.join(names[:_NAMED])}{more}", "copied")


def _happened(one: Mapping[str, Any]) -> Event:
    rang = "rang" if one["what"].endswith(" rang") else ""
    return Event(one["at"], one["what"], one["detail"], rang, prose(one.get("diff", "")))
