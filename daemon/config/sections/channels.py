"""Who is told: [[channels]]."""

from typing import Annotated

from pydantic import Field

from daemon.config.fields import (
    Duration,
    Key,
    Name,
    SeverityWord,
    Text,
    TimeZone,
    word_of,
)
from daemon.config.hours import QuietHours, TimetableText
from daemon.config.sections.table import Names, SecretText, Table, Texts
from daemon.model import FollowUps, Mode, Severity


class ChannelTable(Table):
    """Where to tell. Without rules, tags, entities and routes it takes every rule that names no channel."""

    name: Name = Field(description="Its name, in rules and in the log.")
    url: SecretText = Field(
        description="An Apprise address, or better a reference to one: env:NAME, file:PATH, credential:NAME."
    )
    tags: Texts = Field(default=[], description="Takes the rules that have one of these tags.")
    min_severity: SeverityWord = Field(
        default=Severity.INFO, description="Takes nothing below this.", json_schema_extra={"default": "info"}
    )
    rules: Names = Field(default=[], description="Takes these rules.")
    entities: list[Key] = Field(default=[], description="Takes what was found by one of these entities.")
    enabled: bool = Field(default=True, description="false keeps it here without using it.")
    mode: Annotated[Mode, word_of(Mode)] = Field(
        default=Mode.INSTANT,
        description="instant tells at once, digest at the times of `digest`.",
        json_schema_extra={"default": "instant"},
    )
    digest: TimetableText | None = Field(
        default=None, description="When digests come: 07:30 weekdays; 08:00,18:00; 09:00 mon,thu."
    )
    quiet: QuietHours | None = Field(
        default=None, description="Hours in which all but critical alerts are held: 22:00-07:00."
    )
    group_wait: Duration | None = Field(
        default=None, description="How long an alert waits for others of its story, to come as one message."
    )
    max_per_hour: int | None = Field(
        default=None, ge=1, description="Messages within an hour; what exceeds them becomes a ranked digest."
    )
    follow_ups: Annotated[FollowUps, word_of(FollowUps)] = Field(
        default=FollowUps.ALL,
        description="What is told after an alert: none, voices (who else tells it), all (corrections too).",
        json_schema_extra={"default": "all"},
    )
    time_zone: TimeZone | None = Field(
        default=None, description="The zone of its hours and times. Default: that of [daemon]."
    )
    canary: bool = Field(
        default=False, description="true has it take the canary of [daemon], which shows that alerts arrive."
    )
    template: Text | None = Field(
        default=None, description="The path of a Jinja2 template for its messages, from this file's folder."
    )
    digest_template: Text | None = Field(
        default=None, description="The path of a Jinja2 template for its digests, from this file's folder."
    )
