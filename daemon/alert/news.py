"""What somebody who was told must hear when the article has changed since."""

from datetime import datetime, tzinfo

from daemon.model import Alert, Article, Severity


def news(reason: str, *, withdrawn: bool, corrected: bool, lost: bool) -> str:
    """Say what has become of an article that rang, "" when it still says what it said.

    `lost` tells that the rule asks for words that are no longer there.
    """
    if withdrawn:
        return f"Withdrawn: {reason}"
    if corrected:
        return f"Corrected: {reason.removeprefix('correction: ')}"
    return f"No longer says what matched: {reason}" if lost else ""


def late(muted: datetime, zone: tzinfo, silence: int | None) -> str:
    """Say of an alert that is told after all when it was muted, by its reader's clock, and by what."""
    local = muted.astimezone(zone)
    return f"Late: muted by silence {silence} on {local.day} {local:%b %Y, %H:%M %Z}"


VOICES = (3, 10, 30)
"""So many independent voices are news to who was told by fewer."""


def louder(before: int, voices: int) -> int:
    """Give the step of `VOICES` that a story has reached since `before` told it, 0 for none."""
    return max((count for count in VOICES if before < count <= voices), default=0)


def retell(article: Article, key: str, rule: str, severity: Severity, news: str) -> Alert:
    """Give an alert that rang before as a follow-up tells it: the article as it is now, without a quote."""
    return Alert(
        key=key,
        rule=rule,
        severity=severity,
        title=article.title,
        url=article.canonical_url or article.url,
        source=article.source or article.site_name,
        published=article.published,
        published_precision=article.published_precision,
        found=article.found,
        news=news,
    )
