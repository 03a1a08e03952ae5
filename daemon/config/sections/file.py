"""The file as a whole: its tables, its schema, and which of its keys may hold secrets."""

from functools import cache
from typing import Any

from pydantic import Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from daemon.config.sections.channels import ChannelTable
from daemon.config.sections.routes import RouteTable
from daemon.config.sections.rules import EntityTable, ListTable, RuleTable
from daemon.config.sections.settings import AlertsTable, DaemonTable, PollingTable
from daemon.config.sections.sources import SourceTable
from daemon.config.sections.table import SecretBearing, Table, Texts
from daemon.config.sections.web import WebTable


class IncludeTable(Table):
    """What stands above all sections."""

    include: Texts = Field(
        default=[],
        description="More files to read, with sources, entities, lists, rules, channels and routes.",
    )


class FileTable(IncludeTable):
    """Tocsin's configuration."""

    daemon: DaemonTable = Field(default_factory=DaemonTable, description="Where it lives, how it speaks.")
    polling: PollingTable = Field(default_factory=PollingTable, description="How sources are polled.")
    alerts: AlertsTable = Field(default_factory=AlertsTable, description="How much is too much.")
    web: WebTable = Field(default_factory=WebTable, description="The desk in a browser.")
    sources: list[SourceTable] = Field(default=[], description="What is polled.")
    entities: list[EntityTable] = Field(default=[], description="Named things that rules ask for.")
    lists: list[ListTable] = Field(default=[], description="Words and phrases that rules share.")
    rules: list[RuleTable] = Field(default=[], description="What is asked of every article.")
    channels: list[ChannelTable] = Field(default=[], description="Who is told.")
    routes: list[RouteTable] = Field(default=[], description="Who is told beside those who subscribe.")


ITEMS: dict[str, type[Table]] = {
    "sources": SourceTable,
    "entities": EntityTable,
    "lists": ListTable,
    "rules": RuleTable,
    "channels": ChannelTable,
    "routes": RouteTable,
}
SETTINGS: dict[str, type[Table]] = {
    "daemon": DaemonTable,
    "polling": PollingTable,
    "alerts": AlertsTable,
    "web": WebTable,
}
_SECTIONS = frozenset(FileTable.model_fields)


def schema() -> dict[str, Any]:
    """Describe config.toml as a JSON Schema, for editors that complete and check as you type."""
    described = FileTable.model_json_schema(schema_generator=_WithoutNull)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


class _WithoutNull(GenerateJsonSchema):
    """TOML has no null: a key that may be absent has its type alone, and no default."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def is_secret(path: tuple[str | int, ...]) -> bool:
    """Tell whether the value at a key path may be a secret: a key not known may well hold one."""
    if not path or path[0] not in _SECTIONS:
        return bool(path)
    key = next((part for part in path[1:] if isinstance(part, str)), None)
    return key is not None and key not in _plain_keys(str(path[0]))


@cache
def _plain_keys(section: str) -> frozenset[str]:
    table = (ITEMS | SETTINGS).get(section)
    fields = table.model_fields.items() if table else ()
    return frozenset(
        key
        for key, field in fields
        if not any(isinstance(mark, SecretBearing) for mark in _marks(field.annotation, field.metadata))
    )


def _marks(annotation: Any, metadata: list[Any]) -> list[Any]:
    """Collect a field's annotations, those inside «… | None» too."""
    inner = [
        mark for part in getattr(annotation, "__args__", ()) for mark in getattr(part, "__metadata__", ())
    ]
    return [*metadata, *inner]
