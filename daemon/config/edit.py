"""Changes config.toml without touching what is there: comments and order stay as they are."""

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from daemon.config.files import read_document
from daemon.config.loading import load
from daemon.config.places import scan
from daemon.errors import ConflictError, TocsinError
from daemon.model import Alias, Entity, Source, SourceKind

# A rule's lines: its header, and all up to a header of something else.
_RULE = re.compile(r"^\[\[rules\]\].*\n(?:(?!\[(?!\[?rules\.)).*(?:\n|\Z))*", re.MULTILINE)


def add_entities(path: Path, entities: Iterable[Entity]) -> tuple[str, str]:
    """Give the text of a configuration before and after entities are added, as `_add` does."""
    return _add(path, "entities", [_row(entity) for entity in entities])


def add_sources(path: Path, sources: Iterable[Source]) -> tuple[str, str]:
    """Give the text of a configuration before and after sources are added, as `_add` does."""
    return _add(path, "sources", map(_source_row, sources))


def write_sources(sources: Iterable[Source]) -> str:
    """Write sources as they stand in a configuration."""
    return _written("sources", [_source_row(source) for source in sources]) + "\n"


def put_rule(path: Path, row: Mapping[str, Any]) -> tuple[str, str]:
    """Give the text of a configuration before and after a rule is put in it; nothing is written.

    A rule of this name gets the keys of `row`, and what does not change stays as it is written; else it
    is added. Raises ConfigError when the file is no TOML, ConflictError when it cannot be changed so.
    """
    document = read_document(path)
    names = [rule.get("name") for rule in document.data.get("rules", ())]
    if row["name"] not in names:
        return _add(path, "rules", [row])
    index, rules = names.index(row["name"]), document.data["rules"]
    after = _edited_there(document.text, index, rules, row)
    if after is None:
        after = _edited(document.text, index, row)
        changed = [*rules[:index], dict(row), *rules[index + 1 :]]
        if _loaded(after) != {**document.data, "rules": changed}:
            raise ConflictError("the rule is written in a way that cannot be changed here: change it by hand")
    return document.text, after


def _edited_there(text: str, index: int, rules: list[Any], row: Mapping[str, Any]) -> str | None:
    """Edit a rule's own lines alone, since to parse all the rest takes long.

    None where they are not found, or say not all of the rule, or anything else, or where another header,
    in a text of several lines, only looks like one.
    """
    headed = list(_RULE.finditer(text))
    if len(headed) != len(rules):
        return None
    found = headed[index]
    lines = _without_last_remarks(found[0])
    if _loaded(lines) != {"rules": [rules[index]]}:
        return None
    edited = _edited(lines, 0, row)
    whole = text[: found.start()] + edited + text[found.start() + len(lines) :]
    return whole if _loaded(edited) == {"rules": [dict(row)]} else None


def _without_last_remarks(lines: str) -> str:
    """Leave off what stands before the next header, and is most likely about that."""
    kept = lines.splitlines(keepends=True)
    while kept and not kept[-1].partition("#")[0].strip():
        kept.pop()
    return "".join(kept)


def _edited(text: str, index: int, row: Mapping[str, Any]) -> str:
    """Edit a rule; "" where tomlkit, which reads less than tomllib does, cannot."""
    with suppress(TOMLKitError):
        edited = tomlkit.parse(text)
        _change(edited["rules"][index], row)
        return tomlkit.dumps(edited)
    return ""


def _change(table: Any, row: Mapping[str, Any]) -> None:
    """Give a table these keys; its tests are added to where they only grew, so that comments stay."""
    for key in [key for key in table if key not in row]:
        del table[key]
    for key, value in row.items():
        old = table[key].unwrap() if key in table else None
        if key == "tests" and old and value[: len(old)] == old:
            for test in value[len(old) :]:
                table[key].append(tomlkit.item(test))
        elif old != value:
            table[key] = value


def _loaded(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _add(path: Path, section: str, rows: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Give the text of a configuration before and after tables are added; nothing is written.

    Raises ConfigError when the file is no TOML, ConflictError when it cannot be added to.
    """
    document = read_document(path)
    before = document.text
    places = scan(before)
    ends = [place.end for key, place in places.items() if key[0] == section]
    # After the section's last table with all its keys, where a table must begin; or after everything.
    at = before.find("\n", max(ends)) if ends else -1
    head, tail = (before[:at], before[at:]) if at >= 0 else (before.rstrip("\n"), "\n")
    after = f"{head}\n\n{_written(section, rows)}".lstrip("\n") + tail
    _require_unharmed(section, dict(document.data), after)
    return before, after


def replace_file(path: Path, text: str, environ: Mapping[str, str]) -> None:
    """Put a new text in the place of a configuration, all at once, if it checks.

    Raises ConfigError, with the places in the new text, when it does not, and TocsinError where it cannot be
    written; the file is then as it was.
    """
    # Whoever edits it may not see what the service sees.
    load(path, environ, text=text, forgive=("env", "file", "credential"))
    path = path.resolve()  # a link stays a link
    if b"\r\n" in path.read_bytes():
        text = text.replace("\n", "\r\n")
    try:
        _put(path, text)
    except OSError as error:
        raise TocsinError(
            f"{path} cannot be written: {error.strerror}. It is as it was: see that its folder can be written"
            " and has room, or write the tables by hand"
        ) from None


def _put(path: Path, text: str) -> None:
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


def _require_unharmed(section: str, old: dict[str, Any], after: str) -> None:
    new = _loaded(after) or {}  # not to be read for entities = [{…}], say
    kept = len(old.get(section, ()))
    if new.pop(section, [])[:kept] != old.pop(section, []) or new != old:
        raise ConflictError(
            f"the file is written in a way that cannot be added to: add the {section} by hand"
        )


def _written(section: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Write tables, those within them below each."""
    return "\n\n".join(tomlkit.dumps({section: [row]}).strip("\n") for row in rows)


def _source_row(source: Source) -> dict[str, Any]:
    """Name what a source does not leave at its default, as far as a command sets it."""
    row: dict[str, Any] = {"name": source.name, "url": source.url}
    if source.kind is not SourceKind.AUTO and not source.listing.links:
        row["kind"] = source.kind.value
    if source.allow_private:
        row["allow_private"] = True
    if source.tags:
        row["tags"] = list(source.tags)
    if source.listing.links:
        row["listing"] = tomlkit.inline_table().append("links", source.listing.links)
    return row


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
