"""Words many alerts as one message: what was held for a quiet hour, a digest's hour, or a full budget."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from daemon.alert import harmless
from daemon.alert.message import headers
from daemon.alert.render import facts_of, fill
from daemon.model import Alert, Form, Message, Severity, Style

_TEMPLATES = {
    Form.PLAIN: "digest.txt",
    Form.MAIL: "digest.txt",
    Form.MARKDOWN: "digest.md",
    Form.SHORT: "digest_short.txt",
}
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def digest(alerts: Sequence[Alert], style: Style, *, zone: tzinfo, reason: str = "") -> Message:
    """Write one message that tells many alerts, ranked by severity, voices and freshness.

    `reason` says why they come together («held overnight»). Over the style's limit the quotations go
    first; then the last in rank are only counted, and the message says where to read them.
    """
    ranked = sorted(alerts, key=_rank)
    items = [facts_of(alert, zone) for alert in ranked]
    heading = _heading(ranked, harmless.line(reason))
    key = _key(ranked)
    facts = {"heading": heading, "items": items, "more": "", "brief": False, "key": key}
    return Message(
        key=key,
        title=f"[digest] {heading}",
        text=_fit(_TEMPLATES[style.form], facts, items, style.limit),
        html=fill("digest.html", facts) if style.form is Form.MAIL else "",
        form=style.form,
        severity=max((alert.severity for alert in alerts), default=Severity.INFO),
        headers=headers([alert.key for alert in ranked]),
    )


def _rank(alert: Alert) -> tuple[int, int, float]:
    when = alert.published or alert.found or _EARLIEST
    return -alert.severity, -alert.voices, -when.timestamp() if when > _EARLIEST else 0.0


def _heading(alerts: Sequence[Alert], reason: str) -> str:
    counts = Counter(alert.severity for alert in alerts)
    parts = ", ".join(f"{counts[severity]} {severity.label}" for severity in sorted(counts, reverse=True))
    alerts_ = "1 alert" if len(alerts) == 1 else f"{len(alerts)} alerts"
    return f"{alerts_}: {parts}" + (f" ({reason})" if reason else "")


def _key(alerts: Sequence[Alert]) -> str:
    keys = " ".join(sorted(alert.key + alert.news for alert in alerts))
    return hashlib.blake2s(keys.encode(), digest_size=5).hexdigest()


def _fit(
    template: str, facts: Mapping[str, object], items: Sequence[Mapping[str, object]], limit: int
) -> str:
    """Find, by halving, how many of the items a limit lets be told."""
    text = fill(template, facts)
    if not limit or len(text) <= limit:
        return text
    low, high = 0, len(items)
    while low < high:
        middle = (low + high + 1) // 2
        if len(_first(template, facts, items, middle)) <= limit:
            low = middle
        else:
            high = middle - 1
    return _first(template, facts, items, low)


def _first(
    template: str, facts: Mapping[str, object], items: Sequence[Mapping[str, object]], count: int
) -> str:
    left = len(items) - count
    more = f"And {left} more; see tocsin alerts list." if left else ""
    return fill(template, {**facts, "items": items[:count], "more": more, "brief": True})
