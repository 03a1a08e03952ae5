"""Reads config.toml and says precisely what is wrong with it."""

from daemon.config.config import AlertSettings, Config, DaemonSettings, PollingSettings, WebSettings
from daemon.config.draft import Draft, draft_of, read_draft
from daemon.config.edit import add_entities, add_sources, put_rule, replace_file, write_sources
from daemon.config.fields import address_fault, parse_duration
from daemon.config.files import find
from daemon.config.loading import load, locate_database
from daemon.config.lookup import places, rule_problem
from daemon.config.masked import describe
from daemon.config.questions import left_out
from daemon.config.sections import schema
from daemon.config.suggest import did_you_mean

__all__ = [
    "AlertSettings",
    "Config",
    "DaemonSettings",
    "Draft",
    "PollingSettings",
    "WebSettings",
    "add_entities",
    "add_sources",
    "address_fault",
    "describe",
    "did_you_mean",
    "draft_of",
    "find",
    "left_out",
    "load",
    "locate_database",
    "parse_duration",
    "places",
    "put_rule",
    "read_draft",
    "replace_file",
    "rule_problem",
    "schema",
    "write_sources",
]
