"""The tables of config.toml: every key, its type, its default and what it is for."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Tag
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic.types import Discriminator
from pydantic_core import core_schema

from daemon.config.fields import (
    AliasLanguage,
    Contact,
    Duration,
    HeaderName,
    Key,
    Language,
    Name,
    Rate,
    Selector,
    SeverityWord,
    Text,
    TimeZone,
    WebAddress,
    word_of,
)
from daemon.model import RobotsManners, Severity, SourceKind


class SecretBearing:
    """Marks a text that may be a reference to a secret, or the secret itself."""


class Table(BaseModel):
    """A table of the file: strict types, and no key that is not known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


SecretText = Annotated[
    str,
    SecretBearing(),
    Field(
        min_length=1,
        examples=["env:NAME", "file:PATH", "credential:NAME"],
    ),
]
Texts = list[Text]
Names = list[Name]
Languages = list[Language]
Aliases = Annotated[
    Annotated[list[Text], Tag("list")] | Annotated[dict[AliasLanguage, list[Text]], Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, dict) else "list"),
]


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
        default="2h", validate_default=True, description="No source is left alone for longer."
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


class ListingTable(Table):
    """CSS selectors for a page that lists links; title and date are looked for in each item."""

    links: Selector = Field(description="Selects the links, or the items that hold one.")
    title: Selector | None = Field(default=None, description="Selects the title within an item.")
    date: Selector | None = Field(default=None, description="Selects the date within an item.")
    next_page: Selector | None = Field(default=None, description="Selects the link to the next page.")


class ArticleTable(Table):
    """CSS selectors for article pages that are not read well by themselves."""

    title: Selector | None = Field(default=None, description="Selects the headline.")
    body: Selector | None = Field(default=None, description="Selects the element that holds the text.")
    authors: Selector | None = Field(default=None, description="Selects each author's name.")
    published: Selector | None = Field(default=None, description="Selects the time of publication.")
    remove: Selector | None = Field(default=None, description="Selects what is no part of the text.")


class AccessTable(Table):
    """What a server asks for before it answers; it is sent to the source's own origin only."""

    headers: dict[HeaderName, SecretText] = Field(default={}, description="Headers of your own.")
    cookies: dict[HeaderName, SecretText] = Field(default={}, description="Cookies, such as a session's.")
    username: Text | None = Field(default=None, description="The name for a basic login.")
    password: SecretText | None = Field(default=None, description="The password for a basic login.")
    bearer: SecretText | None = Field(default=None, description="A bearer token, in place of a login.")
    proxy: SecretText | None = Field(
        default=None, description="A proxy for this source: http://host:port or socks5://user:password@host."
    )
    client_certificate: Text | None = Field(
        default=None, description="The path of a PEM file with a certificate and its key."
    )


class SourceTable(Table):
    """Something to poll: one address."""

    name: Name = Field(description="Its name, in the log, in messages and in rules.")
    url: WebAddress = Field(description="The address of a feed, a listing page or a news sitemap.")
    kind: Annotated[SourceKind, word_of(SourceKind)] = Field(
        default=SourceKind.AUTO,
        description="How it publishes; auto finds out.",
        json_schema_extra={"default": "auto"},
    )
    tags: Texts = Field(default=[], description="Words of your own that rules can ask for with source_tags.")
    language: Language | None = Field(
        default=None, description="The language it is written in, if it does not say."
    )
    every: Duration | None = Field(default=None, description="The time between two polls, for this source.")
    priority: float = Field(default=1.0, gt=0, le=100, description="How much it matters beside the others.")
    enabled: bool = Field(default=True, description="false keeps it here without polling it.")
    listing: ListingTable | None = Field(default=None, description="How to read a listing page.")
    article: ArticleTable | None = Field(default=None, description="How to read its article pages.")
    full_text: bool = Field(
        default=True, description="false matches what the feed gives, and fetches no pages."
    )
    allow_private: bool = Field(default=False, description="true allows addresses of your own network.")
    robots: Annotated[RobotsManners, word_of(RobotsManners)] = Field(
        default=RobotsManners.PAGES,
        description="Where robots.txt is obeyed: on pages found; strict: here too; ignore: nowhere.",
        json_schema_extra={"default": "pages"},
    )
    access: Annotated[AccessTable, SecretBearing()] | None = Field(
        default=None, description="Logins, headers, cookies, a proxy."
    )


class EntityTable(Table):
    """A named thing with its aliases, which rules name or write as @name.

    Aliases are a list of texts, or a table of such lists by language: { en = […], uk = […] }.
    """

    name: Key = Field(description="Its name in rules; letters, digits, - and _.")
    label: Text | None = Field(default=None, description="Its name for people.")
    aliases: Aliases = Field(default=[], description="Names that are enough by themselves.")
    weak: Aliases = Field(
        default=[], description="Names that mean it only with one of the context words near."
    )
    context: Aliases = Field(default=[], description="Words that tell it from its namesakes.")
    exclude: Aliases = Field(default=[], description="Phrases that hold a name but mean something else.")
    ambiguous_in: Languages = Field(
        default=[], description="Languages in which its names are everyday words."
    )
    wikidata: Annotated[str, Field(pattern=r"^Q[1-9]\d*$")] | None = Field(
        default=None, description="Its item in Wikidata."
    )


class ListTable(Table):
    """A list of words and phrases that rules share, written #name in a query."""

    name: Key = Field(description="Its name in queries; letters, digits, - and _.")
    terms: Annotated[Texts, Field(min_length=1)] = Field(description="The words and phrases.")


class RuleTestTable(Table):
    """An example that the rule must, or must not, match."""

    title: str = Field(default="", description="The article's headline.")
    body: str = Field(default="", description="The article's text.")
    language: Language | None = Field(default=None, description="The article's language.")
    expect: Literal["match", "no match"] = Field(default="match", description="What must come of it.")


class RuleTable(Table):
    """A watch rule: a question asked of every article. All of its conditions must hold."""

    name: Name = Field(description="Its name, in messages and in the ledger.")
    query: Text | None = Field(
        default=None, description='A query: drone NEAR/5 (airport OR border) -"toy drone".'
    )
    any: Texts = Field(
        default=[], description="At least one of these words or phrases (or at_least of them)."
    )
    all: Texts = Field(default=[], description="All of these.")
    none: Texts = Field(default=[], description="None of these.")
    near: Texts = Field(default=[], description="All of these, near each other.")
    near_words: int = Field(default=4, ge=0, le=100, description="How many words may stand between them.")
    at_least: int = Field(default=1, ge=1, description="How many of any are needed.")
    fields: Annotated[list[Literal["title", "summary", "body", "author", "section"]], Field(min_length=1)] = (
        Field(default=["title", "summary", "body"], description="Where to look.")
    )
    entities: list[Key] = Field(default=[], description="At least one of these entities.")
    forms: Literal["inflect", "exact"] = Field(
        default="inflect", description="Whether word forms count, or only the words."
    )
    sources: Names = Field(default=[], description="Only articles from these sources.")
    source_tags: Texts = Field(default=[], description="Only articles from sources with one of these tags.")
    languages: Languages = Field(default=[], description="Only articles in these languages.")
    sections: Texts = Field(default=[], description="Only articles from these sections of their sites.")
    authors: Texts = Field(default=[], description="Only articles by these authors.")
    max_age: Duration | None = Field(default=None, description="Only articles not older than this.")
    min_length: int = Field(default=0, ge=0, description="Only articles of at least so many words.")
    severity: SeverityWord = Field(
        default=Severity.NOTICE, description="How much it matters.", json_schema_extra={"default": "notice"}
    )
    channels: Names = Field(
        default=[], description="Who is told. Without it: every channel that takes all rules."
    )
    tags: Texts = Field(default=[], description="Words of your own that channels can subscribe to.")
    enabled: bool = Field(default=True, description="false keeps it here without asking it.")
    tests: list[RuleTestTable] = Field(default=[], description="Examples that it must, or must not, match.")


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


class IncludeTable(Table):
    """What stands above all sections."""

    include: Texts = Field(
        default=[], description="More files to read, with sources, entities, lists, rules and channels."
    )


class FileTable(IncludeTable):
    """Tocsin's configuration."""

    daemon: DaemonTable = Field(default_factory=DaemonTable, description="Where it lives, how it speaks.")
    polling: PollingTable = Field(default_factory=PollingTable, description="How sources are polled.")
    alerts: AlertsTable = Field(default_factory=AlertsTable, description="How much is too much.")
    sources: list[SourceTable] = Field(default=[], description="What is polled.")
    entities: list[EntityTable] = Field(default=[], description="Named things that rules ask for.")
    lists: list[ListTable] = Field(default=[], description="Words and phrases that rules share.")
    rules: list[RuleTable] = Field(default=[], description="What is asked of every article.")
    channels: list[ChannelTable] = Field(default=[], description="Who is told.")


ITEMS: dict[str, type[Table]] = {
    "sources": SourceTable,
    "entities": EntityTable,
    "lists": ListTable,
    "rules": RuleTable,
    "channels": ChannelTable,
}
SETTINGS: dict[str, type[Table]] = {"daemon": DaemonTable, "polling": PollingTable, "alerts": AlertsTable}
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
