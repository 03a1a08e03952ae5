"""The tables of config.toml: every key, its type, its default and what it is for."""

from daemon.config.sections.channels import ChannelTable
from daemon.config.sections.file import ITEMS, SETTINGS, FileTable, IncludeTable, is_secret, schema
from daemon.config.sections.routes import RouteTable
from daemon.config.sections.rules import EntityTable, ListTable, RuleTable, RuleTestTable
from daemon.config.sections.settings import AlertsTable, DaemonTable, PollingTable
from daemon.config.sections.sources import AccessTable, ArticleTable, ListingTable, SourceTable
from daemon.config.sections.table import Table
from daemon.config.sections.web import WebTable

__all__ = [
    "ITEMS",
    "SETTINGS",
    "AccessTable",
    "AlertsTable",
    "ArticleTable",
    "ChannelTable",
    "DaemonTable",
    "EntityTable",
    "FileTable",
    "IncludeTable",
    "ListTable",
    "ListingTable",
    "PollingTable",
    "RouteTable",
    "RuleTable",
    "RuleTestTable",
    "SourceTable",
    "Table",
    "WebTable",
    "is_secret",
    "schema",
]
