"""Words one alert for one form of message."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from daemon.alert import harmless
from daemon.alert.harmless import Safe
from daemon.model import Alert, Form, Message, Piece, Precision

TITLE = 200
"""Characters of a title. The longest honest headlines have about 150."""

_REASON = 300
_REPEAT = "Possibly a repeat: an earlier attempt to send this alert was not confirmed."

_TEMPLATES = {Form.PLAIN: "plain.txt.j2", Form.MARKDOWN: "markdown.md.j2", Form.SHORT: "short.txt.j2"}
_ESCAPES: dict[Form, Callable[[str], str]] = {
    Form.PLAIN: harmless.plain,
    Form.MARKDOWN: harmless.markdown,
    Form.SHORT: harmless.plain,
}


def word(alert: Alert, form: Form, *, zone: tzinfo, repeat: bool = False) -> Message:
    """Write the message that tells an alert, with its times in the reader's zone.

    `repeat` marks one that may have arrived before.
    """
    facts = _facts(alert, zone, repeat=repeat)
    text = _environment(Form.PLAIN if form is Form.MAIL else form)
    return Message(
        key=alert.key,
        title=_subject(alert),
        text=text.get_template(_TEMPLATES[Form.PLAIN if form is Form.MAIL else form]).render(facts),
        form=form,
        severity=alert.severity,
        headers=_headers(alert),
    )


@cache
def _environment(form: Form) -> Environment:
    """Make an environment in which whatever a template prints is escaped for the form."""
    escape = _ESCAPES[form]
    return Environment(  # noqa: S701 - `finalize` escapes, for formats that autoescape does not know
        loader=PackageLoader("daemon.alert"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Safe) else escape(str(value)),
    )


def _facts(alert: Alert, zone: tzinfo, *, repeat: bool) -> dict[str, object]:
    return {
        "key": alert.key,
        "title": harmless.line(alert.title, TITLE) or "(no title)",
        "url": Safe(harmless.web_address(alert.url)),
        "source": harmless.line(alert.source, TITLE),
        "severity": alert.severity.label,
        "rule": harmless.line(alert.rule, TITLE),
        "published": _moment(alert.published, zone, alert.published_precision),
        "found": _moment(alert.found, zone),
        "quote": [Piece(harmless.visible(piece.text), marked=piece.marked) for piece in alert.quote],
        "reasons": [harmless.line(reason, _REASON) for reason in alert.reasons],
        "repeat": _REPEAT if repeat else "",
    }


def _subject(alert: Alert) -> str:
    title = harmless.plain(harmless.line(alert.title, TITLE)) or "(no title)"
    return f"[{alert.severity.label}] {harmless.plain(harmless.line(alert.rule, 60))}: {title}"


def _headers(alert: Alert) -> Mapping[str, str]:
    """Tell the alert's key to programs. Mails that answer to one id are shown as one thread."""
    return {"X-Tocsin-Alert": alert.key, "References": f"<{alert.key}@tocsin.invalid>"}


def _moment(time: datetime | None, zone: tzinfo, precision: Precision = Precision.SECOND) -> str:
    if time is None:
        return "at an unknown time"
    if precision in {Precision.YEAR, Precision.MONTH, Precision.DAY}:
        # A date without a time is the publisher's own date: moving it to a zone would change it.
        return {Precision.YEAR: f"{time:%Y}", Precision.MONTH: f"{time:%b %Y}"}.get(
            precision, f"{time.day} {time:%b %Y}"
        )
    local = time.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"
