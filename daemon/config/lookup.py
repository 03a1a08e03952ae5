"""Where a rule stands in the files, for what shows only when it is asked of articles."""

from daemon.config.config import Config
from daemon.config.files import read_document
from daemon.config.places import Path
from daemon.errors import ConfigError, Problem


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
