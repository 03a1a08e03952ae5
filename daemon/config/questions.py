"""Whether the rules' questions can be asked, told by the room that will ask them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from daemon.config.config import Config
from daemon.config.sections import EntityTable, ListTable, RuleTable, SourceTable, Table
from daemon.config.tables import Read, Tables
from daemon.errors import Problem
from daemon.match import RuleError, check_entity, check_list, check_rules, left_out_in_vain
from daemon.model import Alias, Entity, Source, WordList

TableT = TypeVar("TableT", bound=Table)
Item = TypeVar("Item", Entity, WordList)


def check_questions(tables: Tables, config: Config) -> Iterator[Problem]:
    """Find the enabled rules that ask nothing, and what cannot be asked in a rule, an entity or a list."""
    bad: set[object] = set()
    for item, problem in (
        *_check_items(tables, EntityTable, config.entities, check_entity),
        *_check_items(tables, ListTable, config.lists, check_list),
    ):
        bad.add(item)
        yield problem
    if tables.unnamed & {"entities", "lists"}:
        return
    # What is bad in itself stands in as a word, so that it is not missing here too.
    entities = {name: Entity(name, aliases=(Alias(name),)) for name in tables.names["entities"]}
    entities |= {entity.name: entity for entity in config.entities if entity not in bad}
    lists = {name: WordList(name, (name,)) for name in tables.names["lists"]}
    lists |= {words.name: words for words in config.lists if words not in bad}
    rules = {rule.name: (read, rule) for read, rule in zip(tables.of(RuleTable), config.rules, strict=True)}
    asked = [rule for _, rule in rules.values()]
    for error in check_rules(asked, entities.values(), lists.values(), _facts(tables)):
        read, rule = rules[error.name]
        if error.key != "entities" or all(name in entities for name in rule.entities):
            yield _problem(read, error)


def left_out(config: Config) -> tuple[str, ...]:
    """Warn of each source and tag that an enabled rule leaves out, and that there is none of."""
    names = [source.name for source in config.sources]
    return left_out_in_vain(config.rules, facts_of(names, config.sources))


def _facts(tables: Tables) -> dict[str, list[str]]:
    """Give the sources and their tags that a query may name, unless some of them could not be read."""
    facts = facts_of(tables.names["sources"], [read.table for read in tables.of(SourceTable)])
    unknown = {"source": tables.unnamed, "tag": tables.broken}
    return {fact: values for fact, values in facts.items() if "sources" not in unknown[fact]}


def facts_of(names: Iterable[str], sources: Iterable[Source | SourceTable]) -> dict[str, list[str]]:
    """Give what a query may ask an article's source to be: its name, one of its tags."""
    return {"source": list(names), "tag": list(dict.fromkeys(tag for each in sources for tag in each.tags))}


def _check_items(
    tables: Tables, kind: type[TableT], items: Iterable[Item], check: Callable[[Item], Iterable[RuleError]]
) -> Iterator[tuple[Item, Problem]]:
    for read, item in zip(tables.of(kind), items, strict=True):
        for error in check(item):
            yield item, _problem(read, error)


def _problem(read: Read[Any], error: RuleError) -> Problem:
    key = (error.key,) if error.index is None else (error.key, error.index)
    message = f"{error.key}: {error.message}" if error.key != "name" else error.message
    return read.problem(key, message, error.hint, position=error.position if error.key != "name" else None)
