"""Which alerts an article raises, whom they reach, and what the ledger says about it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daemon.alert.quote import quote
from daemon.alert.silence import Mute
from daemon.model import Alert, Article, Channel, Fate, Hit, Rule, Story, Verdict


@dataclass(frozen=True, slots=True)
class Ring:
    """An alert to make, the channels to deliver it to, and why those (or why none).

    One that is muted is made like any other, and told to nobody.
    """

    alert: Alert
    channels: tuple[str, ...]
    reason: str
    mute: Mute | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write for one article: the alerts it raises and its verdict."""

    rings: tuple[Ring, ...]
    verdict: Verdict


def plan(  # noqa: PLR0913  an article, where it stands, and all that the decision hangs on
    article: Article,
    hits: Sequence[Hit],
    *,
    story: Story | None,
    rules: Mapping[str, Rule],
    channels: Sequence[Channel],
    mutes: Mapping[str, Mute] | None = None,
) -> Plan:
    """Decide what an article's hits ring. `story` is the one it joins, None when it begins a new one.

    A rule rings once for a story. An article that rings is `queued`, unless no channel listens to any
    of its alerts: then it is `failed`, for somebody ought to have been told; or unless all are muted:
    then it is `suppressed`. `mutes` names the rules that a silence mutes for this article.
    """
    rung = story.rung if story else frozenset()
    known = [hit for hit in hits if hit.rule in rules]
    new = [hit for hit in known if hit.rule not in rung]
    rings = tuple(ring(article, hit, rules[hit.rule], channels, (mutes or {}).get(hit.rule)) for hit in new)
    again = tuple(hit.rule for hit in known if hit.rule in rung)
    return Plan(rings, _verdict(hits, rings, again, story))


def alert_key(rule: str, url: str) -> str:
    """Name an alert by its rule and the article that rang it: ten letters and digits.

    It depends on nothing that a database hands out, so an alert sent again after a restored backup is
    recognised as the one already received.
    """
    digest = hashlib.blake2s(f"{rule}\0{url}".encode("utf-8", "replace"), digest_size=7).digest()
    return base64.b32encode(digest).decode()[:10].lower()


def route(rule: Rule, channels: Sequence[Channel]) -> tuple[tuple[str, ...], str]:
    """Give the channels that a rule's alerts reach, and a sentence that says why these.

    A channel hears a rule that names it, whatever the severity. It hears a rule that it subscribes to
    (by name or tag) at its `min_severity` or above. A channel that subscribes to nothing is open: it
    hears, at that severity, every rule that names no channel itself.
    """
    reached = tuple(c.name for c in channels if c.enabled and _hears(c, rule))
    if reached:
        return reached, f"it goes to {_names(reached)}"
    off = tuple(c.name for c in channels if not c.enabled and _hears(c, rule))
    if off:
        return (), f"{_names(off)} would hear it, but is switched off"
    return (), "no channel listens: name one in the rule's `channels`, or let a channel subscribe to it"


def _hears(channel: Channel, rule: Rule) -> bool:
    if channel.name in rule.channels:
        return True
    if rule.severity < channel.min_severity:
        return False
    if channel.rules or channel.tags:
        return rule.name in channel.rules or not set(channel.tags).isdisjoint(rule.tags)
    return not rule.channels


def ring(
    article: Article, hit: Hit, rule: Rule, channels: Sequence[Channel], mute: Mute | None = None
) -> Ring:
    """Make the alert of one hit, with whom it reaches; a muted one reaches nobody."""
    url = article.canonical_url or article.url
    alert = Alert(
        key=alert_key(rule.name, url),
        rule=rule.name,
        severity=rule.severity,
        title=article.title,
        url=url,
        source=article.source or article.site_name,
        published=article.published,
        published_precision=article.published_precision,
        found=article.found,
        quote=quote(article, hit.spans),
        reasons=hit.reasons,
    )
    return Ring(alert, (), mute.reason, mute) if mute else Ring(alert, *route(rule, channels))


def _verdict(
    hits: Sequence[Hit], rings: Sequence[Ring], again: Sequence[str], story: Story | None
) -> Verdict:
    if not hits:
        return Verdict(Fate.NO_RULE, "read; no rule asked for it")
    told = f"{_names(again)} rang already for the story «{story.title}»" if again and story else ""
    if rings:
        sentences = [f"{_names([each.alert.rule])} {_what(each)}: {each.reason}" for each in rings]
        return Verdict(_fate(rings), "; ".join([*sentences, told] if told else sentences))
    if told:
        return Verdict(Fate.SUPPRESSED, told)
    gone = _names([hit.rule for hit in hits])
    return Verdict(Fate.NO_RULE, f"{gone} matched, but is no longer in the configuration")


def _what(made: Ring) -> str:
    return "would ring" if made.mute else "rings"


def _fate(rings: Sequence[Ring]) -> Fate:
    if any(each.channels for each in rings):
        return Fate.QUEUED
    return Fate.SUPPRESSED if all(each.mute for each in rings) else Fate.FAILED


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)
