"""What is wrong with a rule, an entity or a list, all of it at once, each with its key and place."""

from collections.abc import Iterable, Iterator

from daemon.errors import QueryError
from daemon.match.lexicon import Lexicon
from daemon.match.parser import parse_item, read_words
from daemon.match.plan import Planner
from daemon.match.query import How, Ref, walk
from daemon.match.rules import RuleError, negative, plan_rule
from daemon.model import Entity, Rule, WordList


def check_rules(
    rules: Iterable[Rule], entities: Iterable[Entity] = (), lists: Iterable[WordList] = ()
) -> tuple[RuleError, ...]:
    """Give all that is wrong with the enabled rules, in their order."""
    planner = Planner(Lexicon({}), {e.name: e for e in entities}, {words.name: words for words in lists})
    errors: list[RuleError] = []
    for rule in rules:
        if rule.enabled:
            before = len(errors)
            node = plan_rule(rule, planner, errors.append)
            if len(errors) == before and node.anchor(lambda _: 1.0) is None:
                errors.append(negative(rule))
    return tuple(errors)


def check_entity(entity: Entity) -> tuple[RuleError, ...]:
    """Give the names, the context and the exclusions of an entity that hold no word."""
    return tuple(_entity_errors(entity))


def _entity_errors(entity: Entity) -> Iterator[RuleError]:
    if not entity.aliases and not entity.weak:
        message = f"the entity «{entity.name}» has no name by which it could be found"
        yield RuleError(entity.name, "name", None, QueryError(0, message, 'add aliases = ["…"]'))
    for key in ("aliases", "weak", "context", "exclude"):
        for index, alias in enumerate(getattr(entity, key)):
            try:
                read_words(alias.text, 0, How.EXACT)
            except QueryError as error:
                yield RuleError(entity.name, key, index, error)


def check_list(words: WordList) -> tuple[RuleError, ...]:
    """Give the terms of a list that cannot be looked for."""
    return tuple(_list_errors(words))


def _list_errors(words: WordList) -> Iterator[RuleError]:
    for index, term in enumerate(words.terms):
        try:
            item = parse_item(term)
        except QueryError as error:
            yield RuleError(words.name, "terms", index, error)
        else:
            if any(isinstance(part, Ref) for part in walk(item)):
                wrong = QueryError(0, "a list names no other list or entity", "name it in the rule")
                yield RuleError(words.name, "terms", index, wrong)
