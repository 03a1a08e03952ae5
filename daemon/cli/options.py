"""What several commands take: the configuration, the store."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.config import Config, find, load, locate_database, parse_duration

if TYPE_CHECKING:
    from daemon.store import Store


def duration(value: str) -> timedelta:
    """Read a time span as the configuration writes it."""
    try:
        return parse_duration(value)
    except ValueError:
        raise click.BadParameter(f"«{value}» is no duration: write 12h, 30d or 2w") from None


def code(value: str) -> str:
    """Read a language's code, «pl» or «pt-BR»."""
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*", value):
        raise click.BadParameter(f"«{value}» is no language's code: write en, pl, uk")
    return value


def config_path(ctx: click.Context, named: Path | None = None) -> Path:
    """Choose the configuration file: the one named here, or with --config, or else the usual places."""
    return find(os.environ, Path.cwd(), named or ctx.find_root().obj)


def load_config(ctx: click.Context, named: Path | None = None, *, credentials: bool = True) -> Config:
    """Load it; ConfigError and NotFoundError become a message and exit code 1 at the root.

    Without `credentials`, which only systemd hands out, the channels that need them are not checked.
    """
    return load(config_path(ctx, named), os.environ, forgive=() if credentials else ("credential",))


def look_up_config(ctx: click.Context, named: Path | None = None) -> Config:
    """Load it for a command that sends nothing: the channels' secrets may be the service's alone."""
    return load(config_path(ctx, named), os.environ, forgive=("env", "file", "credential"))


@contextmanager
def open_store(ctx: click.Context) -> Iterator["Store"]:
    """Open the database that the configuration names, which must exist."""
    from daemon.store import Store  # noqa: PLC0415  heavy, and only needed here

    with Store.open(database(ctx)) as store:
        yield store


def database(ctx: click.Context) -> str:
    """Give the database's address, though the rest of the configuration may be in disorder."""
    return locate_database(config_path(ctx), os.environ).reveal()
