"""What was to be told, as JSON carries it: an alert's facts, and messages."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from daemon.model import Alert, Form, Message, Piece, Precision, Severity


def payload_of(message: Message) -> dict[str, Any]:
    """Give a message in values that JSON can carry."""
    return {**asdict(message), "severity": int(message.severity), "headers": dict(message.headers)}


def message_of(payload: Mapping[str, Any]) -> Message:
    """Read a message as `payload_of` wrote it."""
    kinds = {"severity": Severity(payload["severity"]), "form": Form(payload["form"])}
    return Message(**{**payload, **kinds})


def facts_of(alert: Alert) -> dict[str, Any]:
    """Give an alert in values that JSON can carry."""
    times = {"published": _written(alert.published), "found": _written(alert.found)}
    return {**asdict(alert), **times, "severity": int(alert.severity)}


def alert_of(facts: Mapping[str, Any], message: Message) -> Alert:
    """Read an alert as `facts_of` wrote it; without facts, what its message tells of it."""
    if not facts:
        return Alert(message.key, "", message.severity, message.title, "")
    kinds = {
        "severity": Severity(facts["severity"]),
        "published": _read(facts["published"]),
        "published_precision": Precision(facts["published_precision"]),
        "found": _read(facts["found"]),
        "quote": tuple(Piece(**piece) for piece in facts["quote"]),
        "reasons": tuple(facts["reasons"]),
    }
    return Alert(**{**facts, **kinds})


def _written(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _read(time: str | None) -> datetime | None:
    return datetime.fromisoformat(time) if time else None
