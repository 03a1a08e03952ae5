"""The configuration as people may see it: plain values in the file's own words, secrets masked."""

import re
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daemon.config.config import Config
from daemon.config.fields import show_duration
from daemon.config.sections import ITEMS, SETTINGS
from daemon.model import Quiet, Secret, Severity, Timetable

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://).*", re.IGNORECASE | re.DOTALL)


def describe(config: Config) -> dict[str, Any]:
    """Give each section as JSON can hold it: all settings, and of each item what is not its default."""
    settings = {section: _plain(getattr(config, section), whole=True) for section in SETTINGS}
    items = {section: [_plain(item) for item in getattr(config, section)] for section in ITEMS}
    return settings | items


def _plain(value: Any, *, whole: bool = False) -> Any:
    if isinstance(value, Path | ZoneInfo | Quiet | Timetable):
        return str(value)
    if is_dataclass(value):
        held = {field.name: (getattr(value, field.name), field.default) for field in fields(value)}
        return {name: _plain(inner) for name, (inner, default) in held.items() if whole or inner != default}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, timedelta):
        return show_duration(value)
    if isinstance(value, Severity):
        return value.label
    return _masked(value.reveal()) if isinstance(value, Secret) else value


def _masked(secret: str) -> str:
    """Show a file's path, since a file has no password; of anything else only the service's name."""
    if secret.startswith("sqlite:"):
        return secret
    match = _ADDRESS.fullmatch(secret)
    return f"{match[1]}***" if match else "***"
