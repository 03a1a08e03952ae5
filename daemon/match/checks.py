"""What is wrong with a rule, an entity or a list, all of it at once, each with its key and place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from daemon.errors import QueryError
from daemon.match.lexer import quoted
from daemon.match.lexicon import Lexicon
from daemon.match.parser import parse_item, parse_name, parse_query
from daemon.match.plan import Planner
from daemon.match.query import And, In, Is, Not, Or, Ref, walk
from daemon.match.query import Node as Said
from daemon.match.rules import RuleError, negative, plan_rule
from daemon.match.text import fold
from daemon.model import Alias, Entity, Rule, WordList

_NOUNS = {"source": "source", "tag": "source with the tag"}
Known = Mapping[str, Mapping[str, str]]
"""The sources and tags that there are, as they are written by how they are compared."""


def check_rules(
    rules: Iterable[Rule],
    entities: Iterable[Entity] = (),
    lists: Iterable[WordList] = (),
    facts: Mapping[str, Collection[str]] | None = None,
) -> tuple[RuleError, ...]:
    """Give all that is wrong with the enabled rules, in their order.

    `facts` are the sources and tags that there are, under `source` and `tag`, so far as they are known. Of
    those that there are not, only what a rule asks for is wrong: `left_out_in_vain` tells of the rest.
    """
    planner = Planner(Lexicon({}), {e.name: e for e in entities}, {words.name: words for words in lists})
    known = _by_fold(facts or {})
    errors: list[RuleError] = []
    for rule in rules:
        if rule.enabled:
            before = len(errors)
            node = plan_rule(rule, planner, errors.append)
            if len(errors) == before and node.anchor(lambda _: 1.0) is None:
                errors.append(negative(rule))
            if len(errors) == before:
                errors += _strangers(rule, known)
    return tuple(errors)


def left_out_in_vain(rules: Iterable[Rule], facts: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Give a sentence for each source and tag that an enabled rule leaves out, and that there is none of.

    Such a rule rings all the same: `check_rules` refuses only what would keep one from ringing.
    """
    known = _by_fold(facts)
    return tuple(
        f"«{rule.name}» leaves out in vain: {error.message} ({error.hint})"
        for rule in rules
        if rule.enabled
        for error in _strangers(rule, known, left_out=True)
    )


def _by_fold(facts: Mapping[str, Collection[str]]) -> Known:
    return {fact: {fold(name): name for name in names} for fact, names in facts.items()}


def _strangers(rule: Rule, known: Known, *, left_out: bool = False) -> Iterator[RuleError]:
    """Find the sources and tags that a query asks for, or leaves out, and that there are none of."""
    query = rule.query.lower()
    if not any(f"{fact}:" in query for fact in known):
        return
    for node, negated in _stated(parse_query(rule.query).root):
        if negated is left_out and node.fact in known and fold(node.value) not in known[node.fact]:
            yield RuleError(rule.name, "query", None, _stranger(node, known[node.fact]))


def _stranger(node: Is, known: Mapping[str, str]) -> QueryError:
    near = get_close_matches(fold(node.value), known, 1)
    some = ", ".join(list(known.values())[:8]) or "none"
    hint = f"did you mean «{known[near[0]]}»?" if near else f"there are: {some}"
    return QueryError(node.at, f"there is no {_NOUNS[node.fact]} {quoted(node.value)}", hint)


def _stated(node: Said, *, negated: bool = False) -> Iterator[tuple[Is, bool]]:
    """Visit what a query says of the article itself, and whether that is to be left out."""
    match node:
        case Is():
            yield node, negated
        case Not(part):
            yield from _stated(part, negated=not negated)
        case In(_, part):
            yield from _stated(part, negated=negated)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _stated(part, negated=negated)
        case _:
            pass


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
                parse_name(alias.text, alias.language)
            except QueryError as error:
                yield RuleError(entity.name, key, index, error)
    for index, alias in enumerate(entity.exclude):
        if any(_same(alias, name) for name in (*entity.aliases, *entity.weak)):
            message = f"{quoted(alias.text)} is one of the names, which would never count"
            hint = "write the whole phrase in which it is another's, such as FK Zapad"
            yield RuleError(entity.name, "exclude", index, QueryError(0, message, hint))


def _same(one: Alias, other: Alias) -> bool:
    return fold(one.text) == fold(other.text) and one.language in {"", other.language}


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
