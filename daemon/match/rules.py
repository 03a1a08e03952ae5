"""What a rule asks, its keys put together, with errors that name the key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from daemon.errors import QueryError
from daemon.match import nodes
from daemon.match.nodes import Node
from daemon.match.parser import parse_item, parse_query
from daemon.match.plan import Planner
from daemon.match.query import WORD_FIELDS, How, In, Is, Near, Not, Or, Ref, walk
from daemon.match.query import Node as Said
from daemon.model import Rule

_FORMS = {"inflect": How.FORMS, "exact": How.EXACT}


class RuleError(QueryError):
    """What is wrong with one rule, entity or list.

    `name` is whose, `key` which of its keys, `index` which item of that key (None for a single value);
    `position` counts characters within that value.
    """

    def __init__(self, name: str, key: str, index: int | None, error: QueryError) -> None:
        super().__init__(error.position, error.message, error.hint)
        self.name = name
        self.key = key
        self.index = index

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process."""
        return _rebuilt, ((self.name, self.key, self.index), (self.position, self.message, self.hint))


def _rebuilt(place: tuple[str, str, int | None], error: tuple[int, str, str]) -> RuleError:
    return RuleError(*place, QueryError(*error))


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a rule asks, and the key that asks it."""

    key: str
    index: int | None
    said: Said


def plan_rule(rule: Rule, planner: Planner, report: Callable[[RuleError], object]) -> Node:
    """Give the node of a rule; `report` is told each error, and may raise it."""
    how = _FORMS.get(rule.forms)
    if how is None:
        report(_error(rule, "forms", f"there are no forms «{rule.forms}»", 'write "inflect" or "exact"'))
        how = How.FORMS
    for index, field in enumerate(rule.fields):
        if field not in WORD_FIELDS:
            hint = "the fields are " + ", ".join(WORD_FIELDS)
            report(_error(rule, "fields", f"there is no field «{field}»", hint, index))
    fields = tuple(field for field in rule.fields if field in WORD_FIELDS)
    planned = []
    for part in _parts(rule, report):
        try:
            planned.append(planner.plan(part.said, fields, how))
        except QueryError as error:
            item = part.index if part.key == "query" else _failing(part, planner, fields, how)
            report(RuleError(rule.name, part.key, item, error))
    planned += _limits(rule)
    return planned[0] if len(planned) == 1 else nodes.AllOf(tuple(planned))


def _failing(part: Part, planner: Planner, fields: tuple[str, ...], how: How) -> int | None:
    """Find which item of a key cannot be planned."""
    plan = planner.placed if isinstance(part.said, Near) else planner.plan
    for index, item in enumerate(getattr(part.said, "parts", ())):
        try:
            plan(item, fields, how)
        except QueryError:
            return index
    return part.index


def said_by(rule: Rule) -> Iterator[Said]:
    """Visit all that a rule says, as far as it parses."""
    for part in _parts(rule, lambda _: None):
        yield from walk(part.said)


def _error(rule: Rule, key: str, message: str, hint: str, index: int | None = None) -> RuleError:
    return RuleError(rule.name, key, index, QueryError(0, message, hint))


def negative(rule: Rule) -> RuleError:
    """Give the error of a rule that no word would call."""
    key = "query" if rule.query else "none" if rule.none else "name"
    message = "the rule does not say what must be there"
    sides = (
        [part for part in walk(parse_query(rule.query).root) if isinstance(part, Or)] if rule.query else []
    )
    for side in [each for part in sides for each in part.parts]:
        if isinstance(side, Not):
            hint = "each side of an OR must say so: write (drone OR UAV) -sport"
            return RuleError(rule.name, key, None, QueryError(side.at, message, hint))
    return _error(rule, key, message, "add a word, a phrase, an entity or a source")


def repeated(rule: Rule) -> RuleError:
    """Give the error of a second rule of one name."""
    return _error(rule, "name", f"there are two rules «{rule.name}»", "give one of them another name")


def _parts(rule: Rule, report: Callable[[RuleError], object]) -> Iterator[Part]:
    yield from _facts(rule, report)
    if rule.query:
        try:
            yield Part("query", None, parse_query(rule.query).root)
        except QueryError as error:
            report(RuleError(rule.name, "query", None, error))
    items = {key: list(_items(rule, key, report)) for key in ("all", "any", "near", "none")}
    for index, said in enumerate(items["all"]):
        yield Part("all", index, said)
    if items["any"]:
        yield Part("any", None, Or(tuple(items["any"]), rule.at_least))
    if rule.at_least > max(len(rule.any), 1):
        report(_error(rule, "at_least", f"there are only {len(rule.any)} in any", "lower it, or add words"))
    if len(rule.near) == 1:
        report(_error(rule, "near", "near wants two words or more", "add what it should stand near"))
    elif items["near"]:
        yield Part("near", None, Near(tuple(items["near"]), rule.near_words))
    if rule.entities:
        refs = tuple(Ref("@", name) for name in rule.entities)
        yield Part("entities", None, Or(refs))
    for index, said in enumerate(items["none"]):
        yield Part("none", index, Not(said))


def _items(rule: Rule, key: str, report: Callable[[RuleError], object]) -> Iterator[Said]:
    for index, item in enumerate(getattr(rule, key)):
        try:
            yield parse_item(item)
        except QueryError as error:
            report(RuleError(rule.name, key, index, error))


def _facts(rule: Rule, report: Callable[[RuleError], object]) -> Iterator[Part]:
    stated = {"sources": "source", "source_tags": "tag", "languages": "lang"}
    for key, fact in stated.items():
        if values := getattr(rule, key):
            yield Part(key, None, Or(tuple(Is(fact, value) for value in values)))
    for key, field in (("sections", "section"), ("authors", "author")):
        if items := tuple(_items(rule, key, report)):
            yield Part(key, None, In((field,), Or(items)))


def _limits(rule: Rule) -> Iterator[Node]:
    if rule.max_age is not None:
        yield nodes.Younger(rule.max_age, f"not older than {_duration(rule.max_age)}")
    if rule.min_length:
        yield nodes.Longer(rule.min_length, f"{rule.min_length} words or more")


def _duration(age: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "days"), (timedelta(hours=1), "hours")):
        if not age % unit:
            return f"{age // unit} {name}"
    return f"{age // timedelta(minutes=1)} minutes"
