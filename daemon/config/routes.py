"""Who is told when a rule rings."""

from collections.abc import Iterable

from daemon.model import Channel, Rule


def find_routes(rules: Iterable[Rule], channels: Iterable[Channel]) -> dict[str, tuple[str, ...]]:
    """Give the channels that each enabled rule reaches, by name, in the order of the configuration."""
    usable = [channel for channel in channels if channel.enabled]
    return {
        rule.name: tuple(channel.name for channel in usable if takes(channel, rule))
        for rule in rules
        if rule.enabled
    }


def takes(channel: Channel, rule: Rule) -> bool:
    """A rule and a channel meet by name from either side, or by a tag.

    A channel with neither rules nor tags takes every rule that names no channel. Nothing below the
    channel's least severity passes.
    """
    if rule.severity < channel.min_severity:
        return False
    if channel.name in rule.channels or rule.name in channel.rules or set(rule.tags) & set(channel.tags):
        return True
    return not rule.channels and not channel.rules and not channel.tags
