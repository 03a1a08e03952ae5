"""The process: composition root, ticks, workers, signals, reload, watchdog.

Its face is loaded when it is asked for: a command that only reads the clock here must come at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.runtime.entry import Report, run_daemon, run_once
    from daemon.runtime.pulse import Pulse

_MODULES = {"Pulse": "pulse", "Report": "entry", "run_daemon": "entry", "run_once": "entry"}

__all__ = ["Pulse", "Report", "run_daemon", "run_once"]


def __getattr__(name: str) -> Any:
    """Load what is asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
