"""Whether the rules' questions can be asked, told by the room that will ask them."""

from collections.abc import Iterator

from daemon.config.config import Config
from daemon.config.sections import RuleTable
from daemon.config.tables import Read, Tables
from daemon.errors import Problem
from daemon.match import RuleError, check_rule, compile_rules
from daemon.model import Alias, Entity, WordList


def check_questions(tables: Tables, config: Config) -> Iterator[Problem]:
    """Find the enabled rules that ask nothing, or something that cannot be asked."""
    if tables.unnamed & {"entities", "lists"}:
        return
    # What is bad in itself stands in as a word, so that it is not missing here too.
    entities = {name: Entity(name, aliases=(Alias(name),)) for name in tables.names["entities"]}
    entities |= {entity.name: entity for entity in config.entities}
    lists = {name: WordList(name, (name,)) for name in tables.names["lists"]}
    lists |= {words.name: words for words in config.lists}
    try:
        compile_rules({rule.name: rule for rule in config.rules}.values(), entities.values(), lists.values())
    except RuleError as error:
        first = error
    else:
        return
    for read, rule in zip(tables.of(RuleTable), config.rules, strict=True):
        errors = check_rule(rule, entities.values(), lists.values()) if rule.enabled else ()
        for wrong in errors or ([first] if first.name == rule.name else []):
            if wrong.key != "entities" or all(name in entities for name in rule.entities):
                yield _problem(read, wrong)


def _problem(read: Read[RuleTable], error: RuleError) -> Problem:
    key = (error.key,) if error.index is None else (error.key, error.index)
    message = f"{error.key}: {error.message}" if error.key != "name" else error.message
    return read.problem(key, message, error.hint, position=error.position if error.key != "name" else None)
