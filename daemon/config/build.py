"""Turns valid tables into the nouns that the program works with."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar

from daemon.config.config import AlertSettings, DaemonSettings, PollingSettings, WebSettings
from daemon.config.sections import (
    AlertsTable,
    ChannelTable,
    DaemonTable,
    EntityTable,
    ListTable,
    PollingTable,
    RouteTable,
    RuleTable,
    RuleTestTable,
    SourceTable,
    Table,
    WebTable,
)
from daemon.model import (
    Access,
    Alias,
    ArticleSelectors,
    Channel,
    Entity,
    ListingSelectors,
    Route,
    Rule,
    RuleTest,
    Secret,
    Source,
    SourceKind,
    WordList,
)

NounT = TypeVar("NounT")


def build_source(table: SourceTable, access: Access) -> Source:
    """A source that says how its list is read is a listing."""
    made: dict[str, Any] = {"access": access}
    if table.listing:
        made["listing"] = _noun(ListingSelectors, table.listing)
        made["kind"] = SourceKind.LISTING
    if table.article:
        made["article"] = _noun(ArticleSelectors, table.article)
    return _noun(Source, table, **made)


def build_entity(table: EntityTable) -> Entity:
    """Aliases come as a list, or as lists by language; «*» is any language."""
    made = {key: _aliases(getattr(table, key)) for key in ("aliases", "weak", "context", "exclude")}
    return _noun(Entity, table, **made)


def build_list(table: ListTable) -> WordList:
    return _noun(WordList, table)


def build_rule(table: RuleTable) -> Rule:
    return _noun(Rule, table, tests=tuple(_rule_test(test) for test in table.tests))


def build_channel(
    table: ChannelTable, url: Secret | None, time_zone: tzinfo, templates: Mapping[str, str]
) -> Channel:
    """A channel without a time zone of its own has the daemon's; `templates` are its files' texts, by key."""
    made = {"url": url or Secret(""), "time_zone": table.time_zone or time_zone}
    own = {"template": "", "digest_template": "", **templates}
    return _noun(Channel, table, **made, **own)


def build_route(table: RouteTable) -> Route:
    return _noun(Route, table)


def build_polling(table: PollingTable) -> PollingSettings:
    return _noun(PollingSettings, table)


def build_alerts(table: AlertsTable) -> AlertSettings:
    return _noun(AlertSettings, table)


def build_web(table: WebTable) -> WebSettings:
    return _noun(WebSettings, table)


def build_daemon(table: DaemonTable, database: Secret | None, state_directory: Path) -> DaemonSettings:
    """The database is a file in the state directory, unless the table names another."""
    address = database or Secret(f"sqlite:///{state_directory / 'tocsin.db'}")
    return _noun(DaemonSettings, table, state_directory=state_directory, database=address)


def _rule_test(table: RuleTestTable) -> RuleTest:
    told = table.model_dump(exclude={"expect", "language", "source_tags", "authors"})
    return RuleTest(
        **told,
        language=table.language or "",
        source_tags=tuple(table.source_tags),
        authors=tuple(table.authors),
        matches=table.expect == "match",
    )


def _aliases(written: list[str] | dict[str, list[str]]) -> tuple[Alias, ...]:
    if isinstance(written, list):
        return tuple(Alias(text) for text in written)
    return tuple(
        Alias(text, "" if language == "*" else language)
        for language, texts in written.items()
        for text in texts
    )


def _noun(noun: type[NounT], table: Table, **made: Any) -> NounT:
    """Fill a noun from the table whose keys are its fields; what is absent keeps the noun's default."""
    values = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table if value is not None
    }
    return noun(**(values | made))
