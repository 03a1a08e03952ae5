"""The users' own message templates: read, and tried, when the configuration is."""

from collections.abc import Mapping
from pathlib import Path

from daemon.alert import check_template
from daemon.config.sections import ChannelTable
from daemon.config.tables import Read, Tables
from daemon.errors import Problem

_LARGEST = 100_000


def read_templates(tables: Tables, home: Path) -> Mapping[Path, str]:
    """Give the texts of all templates that channels name; what is wrong with one joins the problems."""
    found: dict[Path, str] = {}
    for channel in tables.of(ChannelTable):
        if channel.table.template:
            path = home / channel.table.template
            if path not in found:
                found[path] = _read(tables, channel, path)
    return found


def _read(tables: Tables, channel: Read[ChannelTable], path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        problem = channel.problem(("template",), f"{path} cannot be read: {why}", "correct the path")
        tables.problems.append(problem)
        return ""
    if len(text) > _LARGEST:
        tables.problems.append(channel.problem(("template",), f"{path} is too long", "shorten it"))
    elif fault := check_template(text):
        excerpt = "".join(text.split("\n")[fault.line - 1 : fault.line])
        tables.problems.append(Problem(str(path), fault.line, 1, fault.message, excerpt, fault.hint))
    return text
