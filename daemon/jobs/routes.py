"""Whom a rule would tell, when, and why: the production code asked of an alert that has not happened."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from daemon.alert import decide, digest_after, route
from daemon.alert.route import asked_entities
from daemon.alert.silence import told as silenced
from daemon.config import Config
from daemon.errors import NotFoundError
from daemon.model import Channel, Rule, Severity, Silence, Source, Subject, Waiting

_MOST_HOLDS = 10  # quiet hours, a digest's hour, a group's wait: each holds once, twice where clocks change


def outlook(  # noqa: PLR0913  what is asked about, each by its name
    config: Config,
    name: str,
    at: datetime,
    *,
    severity: Severity | None = None,
    source: str | None = None,
    silences: Iterable[Silence] = (),
) -> list[dict[str, Any]]:
    """Tell of each channel whether an alert of a rule at a time would reach it, when, and why.

    Nothing else is waiting, and nothing was sent. The rule's entities count as named. Without a source,
    who is told of articles from some sources or in some languages only is told «perhaps»; so is who hears
    what one of `silences`, those in force at that time, may mute. Raises NotFoundError for a rule or a
    source that there is none of.
    """
    rule = _named(config.rules, name, "rule")
    mutes = list(_mutes(silences, rule, _named(config.sources, source, "source") if source else None))
    rule = replace(rule, severity=severity) if severity else rule
    sure = route(rule, config.channels, config.routes, _subject(config, rule, source))
    possible = route(rule, config.channels, config.routes) if source is None else sure
    rows = []
    for channel, certain, judged in zip(config.channels, sure.judged, possible.judged, strict=True):
        told = "yes" if certain.hears else "perhaps" if judged.hears else "no"
        when, holds = _when(channel, rule.severity, at) if judged.hears else (None, [])
        why = "; ".join([certain.why if certain.hears else judged.why, *holds])
        row = {"channel": channel.name, "told": told, "when": when, "why": why}
        rows.append(_muted(row, mutes) if mutes and judged.hears else row)
    return rows


def _muted(row: dict[str, Any], mutes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Say of a channel that hears a rule what mutes it: all of it, or what meets a condition."""
    for condition, by in mutes:
        if not condition:
            return {**row, "told": "no", "when": None, "why": f"{by}; else {row['why']}"}
    ifs = (f"if {condition}, it is {by}" for condition, by in mutes)
    return {**row, "told": "perhaps", "why": "; ".join([row["why"], *ifs])}


def _mutes(silences: Iterable[Silence], rule: Rule, source: Source | None) -> Iterator[tuple[str, str]]:
    """Give what may mute a rule: on what condition, "" for none, and what the silence says of itself."""
    for each in silences:
        if each.rule not in {"", rule.name}:
            continue
        if source and (each.source not in {"", source.name} or not {each.source_tag} <= {"", *source.tags}):
            continue
        yield " and ".join(_conditions(each, source)), silenced(each)


def _conditions(silence: Silence, source: Source | None) -> Iterator[str]:
    if silence.source and not source:
        yield f"it is from «{silence.source}»"
    if silence.source_tag and not source:
        yield f"its source is tagged «{silence.source_tag}»"
    if silence.story:
        yield f"it belongs to story {silence.story}"
    if silence.match:
        yield f"it matches «{silence.match}»"


def _subject(config: Config, rule: Rule, source: str | None) -> Subject:
    entities = tuple(asked_entities(rule))
    if source is None:
        return Subject(entities=entities)
    found = _named(config.sources, source, "source")
    return Subject(found.name, found.tags, found.language, entities)


def _when(channel: Channel, severity: Severity, at: datetime) -> tuple[datetime | None, list[str]]:
    """Follow one alert from hold to hold until it is sent: when, by the channel's clock, and the holds."""
    alert, now = Waiting(1, "article", "story", severity, since=at), at
    reasons: list[str] = []
    for _ in range(_MOST_HOLDS):
        step = decide(channel, [alert], (), now, digest_at=digest_after(channel, at))
        if step.send:
            return now.astimezone(channel.time_zone), reasons
        (hold,) = step.holds
        alert, now = replace(alert, held=hold.held), hold.until
        reasons.append(hold.reason)
    return None, reasons


def _named(things: Iterable[Any], name: str, noun: str) -> Any:
    by_name = {thing.name: thing for thing in things}
    if name not in by_name:
        known = ", ".join(list(by_name)[:8]) or "none"
        raise NotFoundError(f"there is no {noun} «{name}»; there are: {known}")
    return by_name[name]
