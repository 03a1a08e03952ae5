"""The settings of the whole program: [daemon], [polling], [alerts]."""

from typing import Literal

from pydantic import Field

from daemon.config.fields import (
    Contact,
    Duration,
    Name,
    Rate,
    Text,
    TimeZone,
)
from daemon.config.hours import HeartbeatText
from daemon.config.sections.table import SecretText, Table


class DaemonTable(Table):
    """The program itself."""

    state_directory: Text | None = Field(
        default=None,
        description="Where the database lives. Default: $STATE_DIRECTORY, else var beside the file.",
    )
    database: SecretText | None = Field(
        default=None, description="An SQLAlchemy address. Default: tocsin.db in the state directory."
    )
    time_zone: TimeZone = Field(
        default="UTC", validate_default=True, description="The time zone that people read times in."
    )
    contact: Contact | None = Field(
        default=None,
        description="An address at which a site's owner reaches you; it is part of the User-Agent.",
    )
    operator_channel: Name | None = Field(
        default=None, description="The channel that is told when something is wrong with Tocsin or a source."
    )
    heartbeat: HeartbeatText | None = Field(
        default=None, description="When the operator channel hears that all is alive: daily 08:00."
    )
    canary: Duration | None = Field(
        default=None,
        description="How often an article of Tocsin's own goes through the whole pipe to each channel with "
        "canary = true.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much the log says."
    )


class PollingTable(Table):
    """How often sources are polled: Tocsin learns each one's rhythm and spends a budget of requests."""

    budget: Rate = Field(
        default="1000/h",
        validate_default=True,
        description="The requests that polling may make, over all sources: so many per h, d or m.",
    )
    floor: Duration = Field(
        default="5m", validate_default=True, description="No source is polled sooner, but the fastest."
    )
    cap: Duration = Field(
        default="2h30m", validate_default=True, description="No source is left alone for longer."
    )
    max_age: Duration = Field(
        default="24h",
        validate_default=True,
        description="An entry that is older when it is first seen never rings.",
    )
    timeout: Duration = Field(
        default="30s", validate_default=True, description="The most that one request may take."
    )
    concurrency: int = Field(
        default=20, ge=1, le=200, description="How many requests may be under way at once."
    )


class AlertsTable(Table):
    """Limits that keep rules from flooding."""

    max_per_day: int = Field(
        default=200,
        ge=1,
        description="A new or changed rule that would have rung more often on one of the last days "
        "is refused.",
    )
