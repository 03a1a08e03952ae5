"""Who is told beside those who subscribe: [[routes]]."""

from typing import Annotated

from pydantic import Field

from daemon.config.fields import Key, Name, SeverityWord
from daemon.config.sections.table import Languages, Names, Table, Texts
from daemon.model import Severity


class RouteTable(Table):
    """Alerts that meet all of its conditions go to its channels too. Every route is tried."""

    name: Name | None = Field(default=None, description="Its name, in the reasons that are given.")
    channels: Annotated[Names, Field(min_length=1)] = Field(description="Who is told.")
    rules: Names = Field(default=[], description="Only alerts of these rules.")
    rule_tags: Texts = Field(default=[], description="Only alerts of rules with one of these tags.")
    min_severity: SeverityWord = Field(
        default=Severity.INFO, description="Nothing below this.", json_schema_extra={"default": "info"}
    )
    sources: Names = Field(default=[], description="Only articles from these sources.")
    source_tags: Texts = Field(default=[], description="Only articles from sources with one of these tags.")
    entities: list[Key] = Field(default=[], description="Only what was found by one of these entities.")
    languages: Languages = Field(default=[], description="Only articles in these languages.")
