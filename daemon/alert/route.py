"""Whom a rule's alerts reach, and why each channel hears them or does not."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from daemon.model import Channel, Route, Rule, Severity, Subject

_REFERENCE = re.compile(r"@([^\W_](?:[\w-]*\w)?)")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a channel hears an alert, and why, as what follows «because»."""

    channel: str
    hears: bool
    why: str


@dataclass(frozen=True, slots=True)
class Routing:
    """What was found of every channel; `channels` names those that are told, `reason` says so."""

    judged: tuple[Judgement, ...]
    reason: str

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(each.channel for each in self.judged if each.hears)


def route(
    rule: Rule, channels: Sequence[Channel], routes: Sequence[Route] = (), subject: Subject | None = None
) -> Routing:
    """Decide which channels hear a rule's alert.

    A channel hears a rule that names it, and one that a route leads to it, whatever its own severity. It
    hears what it subscribes to (by rule, tag or entity) at its `min_severity` or above. A channel that
    subscribes to nothing, and that no route names, is open: it hears, at that severity, every rule that
    names no channel itself. Routes add to each other; none ends the search. Without a `subject`, what an
    article decides (its source, its language, the entity named) counts as met.
    """
    judged = tuple(_judge(channel, rule, routes, subject) for channel in channels)
    told = [f"«{each.channel}» ({each.why})" for each in judged if each.hears]
    if told:
        return Routing(judged, f"it goes to {', '.join(told)}")
    off = [f"«{c.name}»" for c in channels if not c.enabled and _why_heard(c, rule, routes, subject)]
    if off:
        return Routing(judged, f"{', '.join(off)} would hear it, but is switched off")
    return Routing(
        judged, "no channel listens: name one in the rule's `channels`, or let a channel subscribe to it"
    )


def _judge(channel: Channel, rule: Rule, routes: Sequence[Route], subject: Subject | None) -> Judgement:
    why = _why_heard(channel, rule, routes, subject)
    if why and channel.enabled:
        return Judgement(channel.name, hears=True, why=why)
    if why:
        return Judgement(channel.name, hears=False, why=f"it is switched off; else {why}")
    return Judgement(channel.name, hears=False, why=_why_not(channel, rule, routes))


def _why_heard(channel: Channel, rule: Rule, routes: Sequence[Route], subject: Subject | None) -> str:
    """Say why a channel hears a rule, "" if it does not."""
    if channel.name in rule.channels:
        return "the rule names it"
    for each in routes:
        if channel.name in each.channels and _leads(each, rule, subject):
            return _called(each)
    if rule.severity < channel.min_severity:
        return ""
    if _subscribes(channel):
        return _subscription(channel, rule, subject)
    if _routed(channel, routes) or rule.channels:
        return ""
    return "it takes every rule that names no channel" + _from(channel.min_severity)


def _why_not(channel: Channel, rule: Rule, routes: Sequence[Route]) -> str:
    if rule.severity < channel.min_severity:
        return f"it takes nothing below {channel.min_severity.label}"
    if _subscribes(channel):
        return "it subscribes to other rules, tags or entities"
    if _routed(channel, routes):
        return "no route leads to it"
    return "the rule names other channels"


def _subscribes(channel: Channel) -> bool:
    return bool(channel.rules or channel.tags or channel.entities)


def _routed(channel: Channel, routes: Sequence[Route]) -> bool:
    return any(channel.name in each.channels for each in routes)


def _subscription(channel: Channel, rule: Rule, subject: Subject | None) -> str:
    named = asked_entities(rule) if subject is None else subject.entities
    if rule.name in channel.rules:
        return "it subscribes to the rule"
    if shared := _shared(channel.tags, rule.tags):
        return f"it subscribes to the tag {shared}"
    if shared := _shared(channel.entities, named):
        return f"it subscribes to the entity {shared}"
    return ""


def _leads(each: Route, rule: Rule, subject: Subject | None) -> bool:
    """Tell whether an alert meets all conditions of a route."""
    if rule.severity < each.min_severity:
        return False
    known: list[tuple[Collection[str], Collection[str]]] = [
        (each.rules, (rule.name,)),
        (each.rule_tags, rule.tags),
    ]
    if subject is None:
        known.append((each.entities, asked_entities(rule)))
    else:
        known.append((each.entities, subject.entities))
        known.append((each.sources, (subject.source,)))
        known.append((each.source_tags, subject.source_tags))
        known.append((each.languages, (subject.language,)))
    return all(not wanted or not set(wanted).isdisjoint(found) for wanted, found in known)


def asked_entities(rule: Rule) -> frozenset[str]:
    """Name the entities that a rule asks for, in its list or in its query."""
    return frozenset(rule.entities) | frozenset(_REFERENCE.findall(rule.query))


def _called(each: Route) -> str:
    return f"the route «{each.name}»" if each.name else f"the route for {'; '.join(_conditions(each))}"


def _conditions(each: Route) -> Iterator[str]:
    for what, names in (
        ("rules", each.rules),
        ("rule tags", each.rule_tags),
        ("sources", each.sources),
        ("source tags", each.source_tags),
        ("entities", each.entities),
        ("languages", each.languages),
    ):
        if names:
            yield f"{what} {', '.join(names)}"
    if each.min_severity > Severity.INFO:
        yield f"{each.min_severity.label} and above"
    elif each == Route(each.channels):
        yield "everything"


def _shared(one: Sequence[str], other: Collection[str]) -> str:
    return ", ".join(f"«{name}»" for name in one if name in other)


def _from(least: Severity) -> str:
    return f", from {least.label}" if least > Severity.INFO else ""
