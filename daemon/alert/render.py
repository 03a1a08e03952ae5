"""Tocsin's templates, and the facts of an alert as they may print them: made harmless, cut, in words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from daemon.alert import harmless
from daemon.alert.harmless import Safe
from daemon.model import Alert, Piece, Precision, Severity

_TITLE = 200  # characters; the longest honest headlines have about 150
_NAME = 80  # characters of a rule's or a source's name
_REASON = 300

# Of a bar above a mail and of the word itself, in white on it.
COLOURS = {
    Severity.INFO: "#5f6670",
    Severity.NOTICE: "#1c64b8",
    Severity.HIGH: "#b35300",
    Severity.CRITICAL: "#c92a2a",
}

ESCAPES: dict[str, Callable[[str], str]] = {
    "txt": harmless.plain,
    "md": harmless.markdown,
    "html": harmless.visible,  # and then HTML's own escape, by autoescape
}


def fill(template: str, facts: Mapping[str, object]) -> str:
    """Write a template out, everything that it prints escaped for the format that its name ends in."""
    return _environment(template.rpartition(".")[2]).get_template(f"{template}.j2").render(facts)


@cache
def _environment(suffix: str) -> Environment:
    return prepared(_Environment(loader=PackageLoader("daemon.alert")), suffix)


def prepared(environment: Environment, suffix: str) -> Environment:
    """Let what an environment's templates print be escaped for a format, once."""
    escape = ESCAPES[suffix]
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.autoescape = suffix == "html"  # for the others, unknown to Jinja, `finalize` escapes
    environment.finalize = lambda value: value if isinstance(value, Safe | Markup) else escape(str(value))
    return environment


def concat(parts: Iterable[str]) -> Safe:
    """Put together what a macro or a block printed: it is escaped by then."""
    return Safe("".join(parts))


class _Environment(Environment):
    concat = staticmethod(concat)


def facts_of(alert: Alert, zone: tzinfo) -> dict[str, object]:
    """Give what a template can say of an alert, with its times in the reader's zone."""
    return {
        "key": alert.key,
        "title": harmless.line(alert.title, _TITLE) or "(no title)",
        "url": Safe(harmless.web_address(alert.url)),
        "source": harmless.line(alert.source, _NAME) or "unnamed source",
        "severity": alert.severity.label,
        "colour": COLOURS[alert.severity],
        "rule": harmless.line(alert.rule, _NAME),
        "published": _moment(alert.published, zone, alert.published_precision),
        "found": _found(alert, zone),
        "quote": [_visible(piece) for piece in alert.quote],
        "reasons": [harmless.line(reason, _REASON) for reason in alert.reasons],
        "voices": _voices(alert),
        "news": harmless.line(alert.news, _REASON),
    }


def _visible(piece: Piece) -> Piece:
    text = harmless.visible(piece.text)
    if not piece.marked:
        return Piece(text)
    # Markdown's bold begins and ends at a letter; nothing in bold is a row of asterisks.
    return Piece(text.strip(), marked=bool(text.strip()))


def _voices(alert: Alert) -> str:
    voices = f"{alert.voices} independent voices" if alert.voices > 1 else ""
    copies = f"{alert.copies} {'copy' if alert.copies == 1 else 'copies'}" if alert.copies else ""
    return ", ".join(filter(None, (voices, copies)))


def _moment(time: datetime | None, zone: tzinfo, precision: Precision = Precision.SECOND) -> str:
    if time is None:
        return "at an unknown time"
    # A date without a time is the publisher's own: moving it to a zone would change it.
    if precision is Precision.YEAR:
        return f"{time:%Y}"
    if precision is Precision.MONTH:
        return f"{time:%b %Y}"
    if precision is Precision.DAY:
        return f"{time.day} {time:%b %Y}"
    local = time.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def _found(alert: Alert, zone: tzinfo) -> str:
    """Tell the time alone when the date is that of publication, told before it."""
    found, published = _moment(alert.found, zone), _moment(alert.published, zone, alert.published_precision)
    date, comma, time = found.partition(", ")
    return time if comma and published.startswith(f"{date}, ") else found
