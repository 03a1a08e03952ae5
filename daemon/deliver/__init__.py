"""Messages reach their targets: one target, one attempt, one classified outcome."""

from daemon.deliver.address import telltale
from daemon.deliver.deliverer import Deliverer, check

__all__ = ["Deliverer", "check", "telltale"]
