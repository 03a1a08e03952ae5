"""Reads config.toml and says precisely what is wrong with it."""

from daemon.config.config import Config, DaemonSettings, PollingSettings
from daemon.config.describe import describe
from daemon.config.files import find
from daemon.config.load import load
from daemon.config.schema import schema

__all__ = ["Config", "DaemonSettings", "PollingSettings", "describe", "find", "load", "schema"]
