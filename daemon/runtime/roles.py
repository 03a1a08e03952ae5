"""What a process is for, where several share a database."""

from enum import StrEnum


class Role(StrEnum):
    """What a process is for. Alone on its database, it is for all."""

    ALL = "all"
    SCHEDULER = "scheduler"
    WORKER = "worker"
    DELIVERER = "deliverer"

    @property
    def leads(self) -> bool:
        """Whether it stands for election, and lets the store follow its configuration."""
        return self in {Role.ALL, Role.SCHEDULER}

    @property
    def works(self) -> bool:
        return self in {Role.ALL, Role.WORKER}

    @property
    def delivers(self) -> bool:
        return self in {Role.ALL, Role.DELIVERER}
