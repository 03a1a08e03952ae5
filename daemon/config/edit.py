"""Adds to config.toml without touching what is there: comments and order stay as they are."""

import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from daemon.config.files import read_document
from daemon.config.loading import load
from daemon.config.places import scan
from daemon.errors import ConflictError
from daemon.model import Alias, Entity


def add_entities(path: Path, entities: Iterable[Entity]) -> tuple[str, str]:
    """Give the text of a configuration before and after entities are added; nothing is written.

    Raises ConfigError when the file is no TOML, ConflictError when it cannot be added to.
    """
    before = read_document(path).text
    places = scan(before)
    ends = [place.end for key, place in places.items() if key[0] == "entities"]
    # After the last entity with all its keys, where a table must begin; or after everything.
    at = before.find("\n", max(ends)) if ends else -1
    head, tail = (before[:at], before[at:]) if at >= 0 else (before.rstrip("\n"), "\n")
    after = f"{head}\n\n{_written(entities)}".lstrip("\n") + tail
    _require_unharmed(before, after)
    return before, after


def replace_file(path: Path, text: str, environ: Mapping[str, str]) -> None:
    """Put a new text in the place of a configuration, all at once, if it checks.

    Raises ConfigError, with the places in the new text, when it does not; the file is then as it was.
    """
    # Whoever edits may not see the service's secrets.
    load(path, environ, forgive=("env", "file", "credential"), text=text)
    path = path.resolve()  # a link stays a link
    if b"\r\n" in path.read_bytes():
        text = text.replace("\n", "\r\n")
    # Not *.toml: a running daemon looks at all of those, and takes up the file when it has its name.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _require_unharmed(before: str, after: str) -> None:
    old = tomllib.loads(before)
    try:
        new = tomllib.loads(after)
    except tomllib.TOMLDecodeError:  # entities = [{…}], say
        new = {}
    kept = len(old.get("entities", ()))
    if new.pop("entities", [])[:kept] != old.pop("entities", []) or new != old:
        raise ConflictError("the file is written in a way that cannot be added to: add the entity by hand")


def _written(entities: Iterable[Entity]) -> str:
    """Write entities as tables, their names by language below each."""
    return "\n\n".join(tomlkit.dumps({"entities": [_row(entity)]}).strip("\n") for entity in entities)


def _row(entity: Entity) -> dict[str, Any]:
    row: dict[str, Any] = {"name": entity.name, "label": entity.label, "wikidata": entity.wikidata}
    for key in ("aliases", "weak"):
        if names := _by_language(getattr(entity, key)):
            row[key] = names
    return row


def _by_language(names: Iterable[Alias]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alias in names:
        found.setdefault(alias.language or "*", []).append(alias.text)
    return found
