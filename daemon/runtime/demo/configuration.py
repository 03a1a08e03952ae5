"""The demonstration's config.toml: the sample with the newsroom for its sources, in a folder like any other.

So every command works on it, and a rule can be edited while it runs.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from daemon.config import Config, load
from daemon.model import Channel, Source
from daemon.runtime.shipped import shipped

FILE = "config.toml"


def configure(folder: Path, sources: Iterable[Source], channels: Iterable[Channel]) -> Config:
    """Write the configuration of a demonstration into its folder, and give it.

    One that is there keeps all but its sources and channels, whose ports may be others now.
    """
    path = folder / FILE
    written = path if path.exists() else shipped(FILE)
    document = tomlkit.parse(written.read_text("utf-8"))
    document["daemon"] = {"contact": "desk@demo.example"}
    document["polling"]["budget"] = "30000/h"  # its sources are polled each second
    document["web"] = {"listen": "127.0.0.1:0"}  # a daemon may be at home at the usual one
    document["sources"] = [_source(source) for source in sources]
    document["channels"] = [{"name": channel.name, "url": channel.url.reveal()} for channel in channels]
    path.touch(mode=0o600)
    path.write_text(tomlkit.dumps(document), "utf-8")
    return load_from(folder)


def load_from(folder: Path) -> Config:
    """Read a demonstration's configuration as it is now."""
    return load(folder / FILE, {})


def _source(source: Source) -> Mapping[str, Any]:
    row: dict[str, Any] = {
        "name": source.name,
        "url": source.url,
        "kind": source.kind.value,
        "language": source.language,
        "tags": list(source.tags),
        "every": "1s",  # the newsroom is this machine's own: nobody there minds haste
        "allow_private": source.allow_private,
    }
    if source.listing.links:
        row["listing"] = {"links": source.listing.links, "date": source.listing.date}
    return row
