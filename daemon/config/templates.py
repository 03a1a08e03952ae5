"""The users' own message templates: read, and tried, when the configuration is."""

from collections.abc import Callable, Mapping
from pathlib import Path

from daemon.alert import TemplateFault, check_digest_template, check_template
from daemon.config.sections import ChannelTable
from daemon.config.tables import Read, Tables
from daemon.errors import Problem

_LARGEST = 100_000


TEMPLATES: Mapping[str, Callable[[str], TemplateFault | None]] = {
    "template": check_template,
    "digest_template": check_digest_template,
}
"""The keys of a channel that name one, each with how it is tried."""


def read_templates(tables: Tables, home: Path) -> Mapping[Path, str]:
    """Give the texts of all templates that channels name; what is wrong with one joins the problems."""
    found: dict[Path, str] = {}
    tried: set[tuple[str, Path]] = set()
    for channel in tables.of(ChannelTable):
        for key, path in template_paths(channel.table, home).items():
            if (key, path) not in tried:
                tried.add((key, path))
                found[path] = _read(tables, channel, key, path)
    return found


def template_paths(table: ChannelTable, home: Path) -> Mapping[str, Path]:
    """Give where the templates are that a channel names, by key."""
    named = {key: getattr(table, key) for key in TEMPLATES}
    return {key: home / path for key, path in named.items() if path}


def _read(tables: Tables, channel: Read[ChannelTable], key: str, path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        problem = channel.problem((key,), f"{path} cannot be read: {why}", "correct the path")
        tables.problems.append(problem)
        return ""
    if len(text) > _LARGEST:
        tables.problems.append(channel.problem((key,), f"{path} is too long", "shorten it"))
    elif fault := TEMPLATES[key](text):
        excerpt = "".join(text.split("\n")[fault.line - 1 : fault.line])
        tables.problems.append(Problem(str(path), fault.line, 1, fault.message, excerpt, fault.hint))
    return text
