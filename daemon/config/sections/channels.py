"""Who is told: [[channels]]."""

from pydantic import Field

from daemon.config.fields import (
    Name,
    SeverityWord,
)
from daemon.config.sections.table import Names, SecretText, Table, Texts
from daemon.model import Severity


class ChannelTable(Table):
    """Where to tell. A channel with neither rules nor tags takes every rule that names no channel."""

    name: Name = Field(description="Its name, in rules and in the log.")
    url: SecretText = Field(
        description="An Apprise address, or better a reference to one: env:NAME, file:PATH, credential:NAME."
    )
    tags: Texts = Field(default=[], description="Takes the rules that have one of these tags.")
    min_severity: SeverityWord = Field(
        default=Severity.INFO, description="Takes nothing below this.", json_schema_extra={"default": "info"}
    )
    rules: Names = Field(default=[], description="Takes these rules.")
    enabled: bool = Field(default=True, description="false keeps it here without using it.")
