"""Where a table stands in the files, for what shows only when the program runs."""

from daemon.config.config import Config
from daemon.config.files import read_document
from daemon.config.places import Path
from daemon.errors import ConfigError, Problem


def places(config: Config, section: str) -> dict[str, str]:
    """Tell where each table of a section stands, by its name: «config.toml:12»."""
    found = {}
    for file in config.files:
        try:
            document = read_document(file)
        except ConfigError:
            continue
        for index, table in enumerate(document.data.get(section, ())):
            problem = document.problem((section, index, "name"), "")
            found[str(table.get("name"))] = f"{problem.file}:{problem.line}"
    return found


def rule_problem(config: Config, rule: str, key: Path, message: str, hint: str = "") -> Problem:
    """Say what is wrong with one of a rule's keys, or with all of it when the key is ().

    The files are read again: most configurations never need their places. The place is not known when
    they have changed meanwhile.
    """
    for file in config.files:
        try:
            document = read_document(file)
        except ConfigError:
            continue
        for index, table in enumerate(document.data.get("rules", ())):
            if table.get("name") == rule:
                return document.problem(("rules", index, *key), message, hint)
    return Problem(str(config.files[0]) if config.files else "", 0, 0, message, hint=hint)
