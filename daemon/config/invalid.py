"""What pydantic refuses, as problems with a place and a cure."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from daemon.config.document import Document
from daemon.config.places import Path
from daemon.config.suggest import did_you_mean
from daemon.errors import Problem

_TYPES = {
    "string_type": ("a text", 'put it in quotes: "…"'),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "int_type": ("a whole number", "write it without quotes"),
    "float_type": ("a number", "write it without quotes"),
    "list_type": ("a list", 'write ["…", "…"]'),
    "model_type": ("a table", "write its keys below a [section], or in braces"),
    "dict_type": ("a table", "write its keys below a [section], or in braces"),
}
# What a rule, an entity or a list is sometimes given, and how that is said here.
_INSTEAD = {
    "lists": 'write any = ["#name"], or #name in the query',
    "description": "write it as a comment, after #",
    "regex": "write query = '/…/'",
}
_LIMITS = {
    "greater_than": ("must be more than {gt}", "raise it"),
    "greater_than_equal": ("must be {ge} or more", "raise it"),
    "less_than_equal": ("must be {le} or less", "lower it"),
    "string_too_short": ("must not be empty", "fill it in, or delete it"),
    "string_too_long": ("has more than {max_length} characters", "shorten it"),
    "too_short": ("must not be empty", "add what belongs there"),
    "finite_number": ("must be an ordinary number", "write one such as 1.5"),
}
_KINDS = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


def problems_in(
    document: Document, path: Path, table: type[BaseModel], raw: Any, error: ValidationError
) -> Iterator[Problem]:
    """Turn each refusal into a problem; `path` leads to `raw`, the data that was refused."""
    for detail in error.errors(include_url=False):
        inner = _fit(detail["loc"], raw, missing=detail["type"] == "missing")
        yield _problem(document, (*path, *inner), table, inner, detail)


def _problem(
    document: Document, path: Path, table: type[BaseModel], inner: Path, detail: ErrorDetails
) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    key = str(path[-1])
    if kind == "tocsin":
        at_key = detail["loc"][-1] == "[key]"
        return document.problem(path, _named(inner, context["message"]), context["hint"], at_key=at_key)
    if kind == "extra_forbidden":
        known = _keys_at(table, inner[:-1])
        near = _INSTEAD.get(key) or did_you_mean(key, known) or f"known here: {', '.join(known)}"
        return document.problem(path, f"unknown key «{key}»", near, at_key=True)
    if kind == "missing":
        return document.problem(path[:-1], f"«{key}» is missing", f"add {key} = … to this table")
    if kind == "literal_error":
        words = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        near = did_you_mean(str(detail["input"]), words) or f"write one of: {', '.join(words)}"
        return document.problem(path, _named(inner, "not one of the words for it"), near)
    if kind in _TYPES:
        wanted, hint = _TYPES[kind]
        if isinstance(detail["input"], dict) and kind == "list_type":
            hint = f"write [{{ … }}], or a table [[{path[0]}.{key}]] for each"
        found = _KINDS.get(type(detail["input"]), "something else")
        return document.problem(path, _named(inner, f"should be {wanted}, not {found}"), hint)
    message, hint = _LIMITS.get(kind, ("not a valid value", "compare it with the sample config.toml"))
    return document.problem(path, _named(inner, message.format(**context)), hint)


def _named(path: Path, message: str) -> str:
    """Say which key is meant: the last of the path that is a word."""
    words = [part for part in path if isinstance(part, str)]
    return f"{words[-1]}: {message}" if words else message


def _fit(loc: tuple[int | str, ...], raw: Any, *, missing: bool) -> Path:
    """Keep what leads through the data; pydantic also names the branch of a union that it tried."""
    path: list[int | str] = []
    for index, part in enumerate(loc):
        within = part in raw if isinstance(raw, dict) else isinstance(raw, list) and isinstance(part, int)
        if within:
            raw = raw[part]
            path.append(part)
        elif missing and index == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _keys_at(table: type[BaseModel], path: Path) -> list[str]:
    """List the keys of the table that a path leads to, from the models."""
    for part in path:
        if isinstance(part, str):
            table = _model_in(table.model_fields[part].annotation)
    return list(table.model_fields)


def _model_in(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in annotation.__args__ if part is not type(None))
    return next(inner)
