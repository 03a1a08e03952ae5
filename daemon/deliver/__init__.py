"""Messages reach their targets: one target, one attempt, one classified outcome."""

from daemon.deliver.address import telltale
from daemon.deliver.deliverer import Deliverer, check
from daemon.deliver.logbook import Landing, Logbook

__all__ = ["Deliverer", "Landing", "Logbook", "check", "telltale"]
