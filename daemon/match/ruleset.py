"""The rules together, ready to be asked of articles."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from daemon.errors import NotFoundError
from daemon.match.index import Compiled, Index
from daemon.match.lexicon import Forms, Lexicon, Reader
from daemon.match.plan import Planner
from daemon.match.reading import Reading, language_code
from daemon.match.rules import RuleError, negative, plan_rule, repeated
from daemon.match.why import Explanation, evidence, explain, named
from daemon.model import Article, Entity, Hit, Rule, WordList

_NAME = attrgetter("rule.name")


class RuleSet:
    """Rules ready to be matched; made by `compile_rules`. It pickles."""

    def __init__(
        self, lexicon: Lexicon, compiled: dict[str, Compiled], index: Index, shared: Mapping[str, object]
    ) -> None:
        self.lexicon = lexicon
        self.compiled = compiled
        self.index = index
        self.shared = shared
        self._readers: dict[str, Reader] = {}

    def __getstate__(self) -> dict[str, object]:
        """Leave behind what is only remembered."""
        return {**self.__dict__, "_readers": {}}

    @property
    def outgrown(self) -> bool:
        """Whether more rules have come and gone than are there: time to begin anew."""
        return self.index.ever > 2 * len(self.compiled)

    def match(self, article: Article, now: datetime | None = None) -> tuple[Hit, ...]:
        """Give the rules that an article matches, by name, each with its evidence.

        Without `now`, an article's age is counted to when it was found.
        """
        reading = self.read(article, now)
        found = sorted(self.index.holding(reading), key=_NAME)
        return tuple([_hit(each, reading) for each in found])

    def matching(self, article: Article, now: datetime | None = None) -> list[str]:
        """Name the rules that an article matches, as `match` does, without order and evidence."""
        return [each.rule.name for each in self.index.holding(self.read(article, now))]

    def explain(self, rule_name: str, article: Article, now: datetime | None = None) -> Explanation:
        """Give the rule's tree, true or false at each node; raise NotFoundError for no such rule."""
        if rule_name not in self.compiled:
            raise NotFoundError(f"there is no enabled rule «{rule_name}»")
        return explain(self.compiled[rule_name].node, self.read(article, now))

    def read(self, article: Article, now: datetime | None = None) -> Reading:
        """Read an article for these rules."""
        language = language_code(article.language)
        reader = self._readers.get(language)
        if reader is None or reader.full:
            reader = self._readers[language] = Reader(self.lexicon, language)
        return Reading(article, reader, self.lexicon.facts, now)


def _hit(each: Compiled, reading: Reading) -> Hit:
    spans, reasons = evidence(each.node, reading)
    # Few rules ask for entities: the others' trees, which may be large, need not be walked.
    entities = named(each.node, reading) if each.refs and any(ref[0] == "@" for ref in each.refs) else ()
    return Hit(each.rule.name, spans, reasons, entities)


def compile_rules(
    rules: Iterable[Rule],
    entities: Iterable[Entity] = (),
    lists: Iterable[WordList] = (),
    *,
    forms: Forms | None = None,
    previous: RuleSet | None = None,
) -> RuleSet:
    """Make rules ready to be matched; raise RuleError, a QueryError, for the first that is wrong.

    `forms` is what `expand` gave; languages that are not in it make do with Snowball's stems:
    `lacks` says so. What has not changed since `previous` is taken over.
    """
    forms = forms or {}
    if previous is None or previous.outgrown or previous.lexicon.forms.keys() != forms.keys():
        previous = RuleSet(Lexicon(forms), {}, Index(), {})
    planner = Planner(previous.lexicon.copy(forms), _by_name(entities), _by_name(lists))
    shared = planner.shared()
    changed = {
        name
        for name in shared.keys() | previous.shared.keys()
        if shared.get(name) != previous.shared.get(name)
    }
    old = previous.compiled
    compiled: dict[str, Compiled] = {}
    added = []
    for rule in rules:
        if not rule.enabled:
            continue
        if rule.name in compiled:
            raise repeated(rule)
        known = old.get(rule.name)
        if known and (known.rule is rule or known.rule == rule) and known.refs.isdisjoint(changed):
            compiled[rule.name] = known
        else:
            compiled[rule.name] = _plan(rule, planner)
            added.append(compiled[rule.name])
    gone = [each for name, each in old.items() if compiled.get(name) is not each]
    # The forms are in the lexicon now; which languages they were of is all that the next edit asks.
    planner.lexicon.forms = {language: {} for language in forms}
    index = previous.index.changed(gone, added, planner.lexicon.cost)
    return RuleSet(planner.lexicon, compiled, index, shared)


def _plan(rule: Rule, planner: Planner) -> Compiled:
    planner.refs.clear()
    node = plan_rule(rule, planner, _raise)
    if node.anchor(planner.lexicon.cost) is None:
        raise negative(rule)
    return Compiled(rule, node, frozenset(planner.refs))


def _raise(error: RuleError) -> None:
    raise error


Thing = TypeVar("Thing", Entity, WordList)


def _by_name(things: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.name: thing for thing in things}
