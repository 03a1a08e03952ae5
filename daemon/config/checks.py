"""What no table shows by itself: names that lead nowhere, rules that ask or reach nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from daemon.config.config import Config
from daemon.config.places import Path
from daemon.config.sections import (
    ChannelTable,
    DaemonTable,
    RouteTable,
    RuleTable,
    SourceTable,
    WebTable,
)
from daemon.config.suggest import did_you_mean
from daemon.config.tables import Read, Tables
from daemon.errors import Problem
from daemon.model import Channel, Mode, Rule, SourceKind

_FEW = 8
_WHAT = {
    "channels": "channel",
    "entities": "entity",
    "sources": "source",
    "rules": "rule",
    "source_tags": "source with the tag",
}
_ADD = {section: f"add it under [[{section}]]" for section in _WHAT}
_ADD["source_tags"] = "add it to the tags of a source"


def check_tables(tables: Tables) -> Iterator[Problem]:
    """Check what needs more than one key of a table, or more than one table."""
    for source in tables.of(SourceTable):
        yield from _check_source(source)
    for rule in tables.of(RuleTable):
        yield from _check_examples(rule)
    for channel in tables.of(ChannelTable):
        yield from _check_manners(channel)
    for web in tables.of(WebTable):
        yield from _check_desk(web)
    for daemon in tables.of(DaemonTable):
        yield from _check_signs(daemon, tables)
    yield from _check_names(tables)


def _check_source(source: Read[SourceTable]) -> Iterator[Problem]:
    table = source.table
    if table.kind is SourceKind.LISTING and not table.listing:
        hint = 'add listing = { links = "…" }, a CSS selector for the links to articles'
        yield source.problem(("kind",), "a listing needs to know which links to follow", hint)
    if table.listing and table.kind not in (SourceKind.LISTING, SourceKind.AUTO):
        hint = 'delete the selectors, or write kind = "listing"'
        yield source.problem(("kind",), f"listing selectors for a {table.kind.value}", hint)


def _check_examples(rule: Read[RuleTable]) -> Iterator[Problem]:
    """Find the examples that no article could be: they would hold whatever the rule asks."""
    for index, test in enumerate(rule.table.tests):
        if not any(value for key, value in test if key not in {"expect", "language"}):
            yield rule.problem(("tests", index), "an example of nothing", 'add title = "…", or body')


def _check_manners(channel: Read[ChannelTable]) -> Iterator[Problem]:
    table = channel.table
    if table.mode is Mode.DIGEST:
        if table.digest is None:
            yield channel.problem(("mode",), "a digest needs to know when", 'add digest = "07:30 weekdays"')
        for key in ("group_wait", "max_per_hour"):
            if getattr(table, key) is not None:
                yield channel.problem((key,), f"{key} has no meaning for a digest", "delete it")
    elif table.digest is not None:
        hint = 'write mode = "digest", or delete it'
        yield channel.problem(("digest",), "this channel is told at once", hint)


def _check_desk(web: Read[WebTable]) -> Iterator[Problem]:
    """Find a header that anybody could send, and a desk that no browser could ask for."""
    host = web.table.listen.rpartition(":")[0].strip("[]")
    if host in ("0.0.0.0", "::") and not web.table.names:  # noqa: S104  it is what is warned of
        hint = 'add names = ["news.example.org"], the name by which browsers come, or listen on one address'
        yield web.problem(("listen",), "the desk answers to its names alone, and has none", hint)
    if web.table.user_header and not web.table.trusted_proxy:
        hint = 'add trusted_proxy = ["10.0.0.2"], the address from which your proxy comes'
        yield web.problem(("user_header",), "a header that anybody could send", hint)


def _check_signs(daemon: Read[DaemonTable], tables: Tables) -> Iterator[Problem]:
    """Find signs of life that nobody would see."""
    if daemon.table.heartbeat and not daemon.table.operator_channel:
        yield daemon.problem(("heartbeat",), "a heartbeat that nobody hears", 'add operator_channel = "…"')
    marked = [channel for channel in tables.of(ChannelTable) if channel.table.canary]
    if daemon.table.canary and not marked and "channels" not in tables.broken:
        hint = "add canary = true to the channels that it should reach"
        yield daemon.problem(("canary",), "a canary that flies nowhere", hint)
    for channel in marked if daemon.table.canary else ():
        if channel.table.mode is Mode.DIGEST:
            hint = "mark a channel that is told at once"
            yield channel.problem(("canary",), "a digest cannot show that alerts arrive", hint)


def _check_names(tables: Tables) -> Iterator[Problem]:
    """Find the names that lead nowhere; a table that is bad in other ways is asked too."""
    tags = dict.fromkeys(tag for source in tables.of(SourceTable) for tag in source.table.tags)
    for rule in [*tables.of(RuleTable), *tables.partly(RuleTable)]:
        for section in ("channels", "entities", "sources"):
            yield from _unknown(tables, rule, section, section)
        if "sources" not in tables.broken:
            yield from _strangers(rule, "source_tags", "source_tags", tags)
    for channel in [*tables.of(ChannelTable), *tables.partly(ChannelTable)]:
        for section in ("rules", "entities"):
            yield from _unknown(tables, channel, section, section)
    for route in [*tables.of(RouteTable), *tables.partly(RouteTable)]:
        for section in ("channels", "rules", "entities", "sources"):
            yield from _unknown(tables, route, section, section)
        if "sources" not in tables.broken:
            yield from _strangers(route, "source_tags", "source_tags", tags)
    for daemon in [*tables.of(DaemonTable), *tables.partly(DaemonTable)]:
        yield from _unknown(tables, daemon, "operator_channel", "channels")


def _unknown(tables: Tables, read: Read[Any], key: str, section: str) -> Iterator[Problem]:
    if section not in tables.unnamed:
        yield from _strangers(read, key, section, tables.names[section])


def _strangers(read: Read[Any], key: str, section: str, known: Mapping[str, object]) -> Iterator[Problem]:
    for path, name in _names_in(read, key):
        if name not in known:
            hint = did_you_mean(name, known) or _list_known(section, known)
            yield read.problem(path, f"there is no {_WHAT[section]} «{name}»", hint)


def _names_in(read: Read[Any], key: str) -> Iterator[tuple[Path, str]]:
    """Give the names that a key holds, one or a list of them, with their places."""
    value = getattr(read.table, key, None)
    if isinstance(value, list):
        yield from (((key, index), name) for index, name in enumerate(value))
    elif value:
        yield (key,), value


def _list_known(section: str, known: Mapping[str, object]) -> str:
    if not known:
        return _ADD[section]
    return f"there are: {', '.join(list(known)[:_FEW])}{' …' if len(known) > _FEW else ''}"


def check_routes(tables: Tables, config: Config) -> Iterator[Problem]:
    """Find the rules that would ring without anyone being told, and an operator who never is."""
    if "channels" in tables.broken:
        return
    channels = {channel.name: channel for channel in config.channels}
    for read, rule in zip(tables.of(RuleTable), config.rules, strict=True):
        if rule.enabled and not config.reached[rule.name] and channels.keys() >= set(rule.channels):
            key = ("channels",) if rule.channels else ("name",)
            message = f"the rule «{rule.name}» reaches no channel"
            yield read.problem(key, message, _why_unreached(rule, channels))
    for daemon in tables.of(DaemonTable):
        operator = channels.get(daemon.table.operator_channel or "")
        if operator and not operator.enabled:
            message, hint = f"the channel «{operator.name}» is not enabled", "name another, or enable it"
            yield daemon.problem(("operator_channel",), message, hint)


def _why_unreached(rule: Rule, channels: Mapping[str, Channel]) -> str:
    if not channels:
        return "add a [[channels]] table, or nobody is told"
    for name in rule.channels:
        if name in channels and not channels[name].enabled:
            return f"«{name}» has enabled = false"
    return f"add channels = […] to the rule; {_list_known('channels', channels)}"
