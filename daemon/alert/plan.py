"""Which alerts an article raises, whom they reach, and what the ledger says about it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daemon.alert.quote import quote
from daemon.alert.route import route
from daemon.alert.silence import Mute
from daemon.model import Alert, Article, Channel, Fate, Hit, Route, Rule, Story, Subject, Verdict


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


def plan(  # noqa: PLR0913 - what an article meets, each by its name
    article: Article,
    hits: Sequence[Hit],
    *,
    story: Story | None,
    rules: Mapping[str, Rule],
    channels: Sequence[Channel],
    routes: Sequence[Route] = (),
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
    muted = mutes or {}
    rings = tuple(ring(article, hit, rules[hit.rule], channels, routes, muted.get(hit.rule)) for hit in new)
    again = tuple(hit.rule for hit in known if hit.rule in rung)
    return Plan(rings, _verdict(hits, rings, again, story))


def alert_key(rule: str, url: str) -> str:
    """Name an alert by its rule and the article that rang it: ten letters and digits.

    It depends on nothing that a database hands out, so an alert sent again after a restored backup is
    recognised as the one already received.
    """
    digest = hashlib.blake2s(f"{rule}\0{url}".encode("utf-8", "replace"), digest_size=7).digest()
    return base64.b32encode(digest).decode()[:10].lower()


def ring(  # noqa: PLR0913, PLR0917 - as above
    article: Article,
    hit: Hit,
    rule: Rule,
    channels: Sequence[Channel],
    routes: Sequence[Route] = (),
    mute: Mute | None = None,
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
    if mute:
        return Ring(alert, (), mute.reason, mute)
    subject = Subject(article.source, article.source_tags, article.language, hit.entities)
    routing = route(rule, channels, routes, subject)
    return Ring(alert, routing.channels, routing.reason)


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
