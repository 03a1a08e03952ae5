"""What several commands take: the configuration."""

import os
from pathlib import Path

import click

from daemon.config import Config, find, load


def config_path(ctx: click.Context, named: Path | None = None) -> Path:
    """Choose the configuration file: the one named here, or with --config, or else the usual places."""
    return find(os.environ, Path.cwd(), named or ctx.find_root().obj)


def load_config(ctx: click.Context, named: Path | None = None) -> Config:
    """Load it; ConfigError and NotFoundError become a message and exit code 1 at the root."""
    return load(config_path(ctx, named), os.environ)
