"""Logs for people on a terminal, and for journald with its priorities."""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from daemon.model import Secret

# sd-daemon(3): a line that begins with <N> is taken with syslog priority N.
PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


def setup_logs(level: str, environ: Mapping[str, str], stream: TextIO | None = None) -> None:
    """Send logs to standard error: coloured on a terminal, prefixed under journald, plain elsewhere."""
    stream = stream or sys.stderr
    journald = "JOURNAL_STREAM" in environ and not stream.isatty()
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info if journald else _keep,
            *([] if journald else [structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)]),
            _masker,
            _journal_line
            if journald
            else structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    # Libraries speak through the standard library; only their warnings are news.
    logging.basicConfig(level=logging.WARNING, stream=stream, format="<4>%(name)s: %(message)s", force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


_secrets: frozenset[str] = frozenset()


def hide(secrets: Iterable[Secret]) -> None:
    """Mask these texts in every line from now on, however they got there."""
    global _secrets  # noqa: PLW0603  what a process must hide is the process's own state
    _secrets = frozenset(text for secret in secrets if len(text := secret.reveal()) > 3)  # noqa: PLR2004  shorter ones would mask ordinary words


def _keep(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return event


def _masker(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: _mask(value) for key, value in event.items()}


def _mask(value: object) -> object:
    if not isinstance(value, str):
        return value
    for secret in _secrets:
        value = value.replace(secret, "***")
    return value


def _journal_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    priority = PRIORITIES.get(str(event.pop("level", "info")), 6)
    trace = event.pop("exception", "")
    text = " ".join([str(event.pop("event", "")), *(f"{key}={value}" for key, value in event.items())])
    # journald takes each line as a message of its own, so each carries its priority.
    return "\n".join(f"<{priority}>{line}" for line in [text, *str(trace).splitlines()])
