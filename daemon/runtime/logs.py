"""Logs for people on a terminal, and for journald with its priorities."""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

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
            _clean,
            *(_for_journald() if journald else _for_people(colours=stream.isatty())),
            _mask,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    # Libraries speak through the standard library; only their warnings are news.
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # A lost server is told of once, by who lost it, and not with a traceback for each connection.
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)


def hide(texts: Iterable[str]) -> None:
    """Mask these texts in every line from now on, however they got there.

    What a reload replaced stays hidden: work in flight may still speak of it.
    """
    global _hidden  # noqa: PLW0603  what a process must hide is the process's own state
    _hidden = tuple(sorted({*_hidden, *texts}, key=len, reverse=True))


_hidden: tuple[str, ...] = ()


def _for_people(*, colours: bool) -> list[structlog.typing.Processor]:
    plain = structlog.dev.plain_traceback
    return [
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain),
    ]


def _for_journald() -> list[structlog.typing.Processor]:
    return [structlog.processors.format_exc_info, _journal_lines]


def _clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out of strangers' texts what would move a terminal's cursor."""
    return {key: _printable(value) if isinstance(value, str) else value for key, value in event.items()}


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _mask(_logger: WrappedLogger, _method: str, line: Any) -> str:
    # Last of all, since a secret may stand in a traceback or in an argument of any type.
    for text in _hidden:
        line = line.replace(text, "***")
    return str(line)


def _journal_lines(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    priority = PRIORITIES.get(str(event.pop("level", "info")), 6)
    trace = event.pop("exception", "")
    text = " ".join([str(event.pop("event", "")), *(f"{key}={value}" for key, value in event.items())])
    # journald takes each line as a message of its own, so each carries its priority.
    return "\n".join(f"<{priority}>{line}" for line in (*text.splitlines(), *str(trace).splitlines()))


class _Libraries(logging.Handler):
    """Lets libraries speak as we do: masked, with their priority, on the same stream."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        structlog.get_logger().log(record.levelno, text, library=record.name, exc_info=record.exc_info)
