"""Messages reach their targets: one target, one attempt, one classified outcome."""

from daemon.deliver.deliverer import Deliverer, check

__all__ = ["Deliverer", "check"]
