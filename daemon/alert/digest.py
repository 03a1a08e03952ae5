"""Words many alerts as one message: what was held for a quiet hour, a digest's hour, or a full budget."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from daemon.alert import harmless
from daemon.alert.message import headers
from daemon.alert.own import SAMPLES, TemplateFault, check, fill_own
from daemon.alert.render import facts_of, fill
from daemon.model import Alert, Form, Message, Severity, Style

_TEMPLATES = {
    Form.PLAIN: "digest.txt",
    Form.MAIL: "digest.txt",
    Form.MARKDOWN: "digest.md",
    Form.SHORT: "digest_short.txt",
}
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def digest(
    alerts: Sequence[Alert], style: Style, *, zone: tzinfo, reason: str = "", template: str = ""
) -> Message:
    """Write one message that tells many alerts, ranked by severity, voices and freshness.

    `reason` says why they come together («held overnight»). Over the style's limit the quotations go
    first; then the last in rank are only counted, and the message says where to read them. `template` is
    the user's own; where it fails, or does not fit, Tocsin's stands in.
    """
    ranked = sorted(alerts, key=_rank)
    facts = _facts(ranked, zone, reason)
    is_mail = style.form is Form.MAIL
    return Message(
        key=facts["key"],
        title=f"[digest] {facts['heading']}",
        text=_text(facts, style, "" if is_mail else template),
        html=(fill_own(template, Form.MAIL, facts) or fill("digest.html", facts)) if is_mail else "",
        form=style.form,
        severity=max((alert.severity for alert in alerts), default=Severity.INFO),
        headers=headers([alert.key for alert in ranked]),
    )


def check_digest_template(text: str) -> TemplateFault | None:
    """Say what is wrong with a template for digests, as `check_template` does."""
    digests = ([SAMPLES[0]], [*SAMPLES, *SAMPLES])
    return check(text, [_facts(each, UTC, "held") for each in digests])


def _facts(ranked: Sequence[Alert], zone: tzinfo, reason: str) -> dict[str, Any]:
    """Give what a template can say of a digest."""
    return {
        "heading": _heading(ranked, harmless.line(reason)),
        "items": [facts_of(alert, zone) for alert in ranked],
        "more": "",
        "brief": False,
        "key": _key(ranked),
    }


def _text(facts: Mapping[str, Any], style: Style, template: str) -> str:
    """Write the text, by the user's template if that does not fail on these facts, or within the limit."""
    own = _fit(partial(fill_own, template, style.form), facts, style) if template else ""
    if own and (not style.limit or harmless.size(own, style.form) <= style.limit):
        return own
    return _fit(partial(fill, _TEMPLATES[style.form]), facts, style)


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


def _fit(write: Callable[[Mapping[str, Any]], str], facts: Mapping[str, Any], style: Style) -> str:
    """Find, by halving, how many of the items a limit lets be told."""
    text = write(facts)
    if not style.limit or harmless.size(text, style.form) <= style.limit:
        return text
    low, high = 0, len(facts["items"])
    while low < high:
        middle = (low + high + 1) // 2
        if harmless.size(write(_first(facts, middle)), style.form) <= style.limit:
            low = middle
        else:
            high = middle - 1
    return write(_first(facts, low))


def _first(facts: Mapping[str, Any], count: int) -> Mapping[str, Any]:
    items: list[object] = facts["items"]
    left = len(items) - count
    more = f"And {left} more; see tocsin alerts list." if left else ""
    return {**facts, "items": items[:count], "more": more, "brief": True}
