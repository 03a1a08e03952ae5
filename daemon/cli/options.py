"""What several commands take: the configuration, the store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from daemon.config import Config, find, load, parse_duration
from daemon.store import Store


def duration(value: str) -> timedelta:
    """Read a time span as the configuration writes it."""
    try:
        return parse_duration(value)
    except ValueError:
        raise click.BadParameter(f"«{value}» is no duration: write 12h, 30d or 2w") from None


def config_path(ctx: click.Context, named: Path | None = None) -> Path:
    """Choose the configuration file: the one named here, or with --config, or else the usual places."""
    return find(os.environ, Path.cwd(), named or ctx.find_root().obj)


def load_config(ctx: click.Context, named: Path | None = None) -> Config:
    """Load it; ConfigError and NotFoundError become a message and exit code 1 at the root."""
    return load(config_path(ctx, named), os.environ)


@contextmanager
def open_store(ctx: click.Context) -> Iterator[Store]:
    """Open the database that the configuration names, which must exist."""
    config = load_config(ctx)
    with Store.open(config.daemon.database.reveal()) as store:
        yield store
