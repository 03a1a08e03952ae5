"""The configuration as the rest of the program sees it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.errors import Problem
from daemon.model import Channel, Entity, Route, Rule, Secret, Source, Timetable, WordList


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """The program itself. `database` is an SQLAlchemy address; `state_directory` may not exist yet.

    `heartbeat` is when the operator hears that all is alive, `canary` how often an article of Tocsin's own
    goes through the pipe; None is never.
    """

    database: Secret
    state_directory: Path
    time_zone: ZoneInfo
    contact: str = ""
    operator_channel: str = ""
    log_level: str = "info"
    heartbeat: Timetable | None = None
    canary: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """How sources are polled unless they say otherwise; `timeout` is around a whole request."""

    budget: float = 1000.0
    floor: timedelta = timedelta(minutes=5)
    cap: timedelta = timedelta(minutes=150)
    max_age: timedelta = timedelta(hours=24)
    timeout: timedelta = timedelta(seconds=30)
    concurrency: int = 20


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What is too much: a changed rule that would ring more often on one day is refused."""

    max_per_day: int = 200


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the desk is open, if it is, and for whom; `listen` is an address of this machine and a port.

    `names` are the hosts' names by which browsers reach it. What comes from the addresses or networks of
    `trusted_proxy` names its user in the header `user_header`, "" if it names none.
    """

    enabled: bool = True
    listen: str = "127.0.0.1:8420"
    names: tuple[str, ...] = ()
    trusted_proxy: tuple[str, ...] = ()
    user_header: str = ""

    @property
    def host(self) -> str:
        """Give the host of `listen`."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def is_private(self) -> bool:
        """Whether nobody beyond this machine can reach the desk."""
        return self.host == "localhost" or ip_address(self.host).is_loopback


@dataclass(frozen=True)
class Config:
    """What the user wants, checked. Two are equal when they mean the same, secrets included.

    `files` are those that were read, main file first; `directories` are where a change shows, new
    included files too; `sought` is all that was looked at, files of secrets among it. `reached` gives the
    channels that each enabled rule may reach, by its name. `unresolved` are the secrets that could not be
    looked up, where `load` was asked to forgive it.
    """

    daemon: DaemonSettings
    polling: PollingSettings
    alerts: AlertSettings = AlertSettings()
    web: WebSettings = WebSettings()
    sources: tuple[Source, ...] = ()
    entities: tuple[Entity, ...] = ()
    lists: tuple[WordList, ...] = ()
    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    routes: tuple[Route, ...] = ()
    reached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Path, ...] = field(default=(), compare=False)
    directories: frozenset[Path] = field(default=frozenset(), compare=False)
    sought: frozenset[Path] = field(default=frozenset(), compare=False)
    unresolved: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that no log may show; addresses of channels are secrets in every part."""
        access = (secret for source in self.sources for secret in source.access.secrets)
        return (self.daemon.database, *(channel.url for channel in self.channels), *access)

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits that change with the meaning; a secret's text has no part in them."""
        meaning = (
            self.daemon,
            self.polling,
            self.alerts,
            self.web,
            self.sources,
            self.entities,
            self.lists,
            self.rules,
            self.channels,
            self.routes,
        )
        return hashlib.sha256(repr(meaning).encode()).hexdigest()[:12]
