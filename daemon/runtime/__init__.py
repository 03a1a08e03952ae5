"""The process: composition root, ticks, workers, signals, reload, watchdog."""

from daemon.runtime.entry import Report, run_daemon, run_once
from daemon.runtime.pulse import Pulse

__all__ = ["Pulse", "Report", "run_daemon", "run_once"]
