"""The demonstration: a newsroom on loopback, the daemon that watches it, and who is told."""

from daemon.runtime.demo.folder import own_folder
from daemon.runtime.demo.show import Shown, show

__all__ = ["Shown", "own_folder", "show"]
