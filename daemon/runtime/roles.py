"""What a process is for, where several share a database."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Post:
    """A process's role among others, and the name by which people know it; "" where it is alone."""

    role: Role = Role.ALL
    node: str = ""


ALONE = Post()
