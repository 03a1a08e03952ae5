"""The rules together: an index that asks, for each article, only the rules that may match it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from daemon.errors import NotFoundError
from daemon.match.lexicon import Forms, Lexicon, Reader
from daemon.match.nodes import Node
from daemon.match.plan import Planner
from daemon.match.reading import Reading, language_code
from daemon.match.rules import RuleError, negative, plan_rule, repeated, rule_errors
from daemon.match.stems import lacking
from daemon.match.why import Explanation, evidence, explain
from daemon.model import Article, Entity, Hit, Rule, WordList


@dataclass(slots=True, eq=False)
class Compiled:
    """A rule ready to run; `calls` are the terms under which the index has it, `refs` the names it uses."""

    rule: Rule
    node: Node
    calls: tuple[int, ...]
    refs: frozenset[str]


Calls = dict[int, tuple[tuple[tuple[int, ...], Compiled], ...]]
"""For each term that calls rules: what else must occur, and the rule."""


class RuleSet:
    """Rules ready to be matched; made by `compile_rules`. It pickles.

    `warnings` are sentences about what these rules cannot find as they are installed.
    """

    def __init__(
        self, lexicon: Lexicon, compiled: dict[str, Compiled], calls: Calls, shared: Mapping[str, object]
    ) -> None:
        self.lexicon = lexicon
        self.compiled = compiled
        self.calls = calls
        self.shared = shared
        self.warnings: tuple[str, ...] = lacking(lexicon.unknown_forms)
        self._readers: dict[str, Reader] = {}

    def __getstate__(self) -> dict[str, object]:
        """Leave behind what is only remembered."""
        return {**self.__dict__, "_readers": {}}

    def match(self, article: Article, now: datetime | None = None) -> tuple[Hit, ...]:
        """Give the rules that an article matches, by name, each with its evidence.

        Without `now`, an article's age is counted to when it was found.
        """
        reading = self.read(article, now)
        present, calls = reading.present, self.calls
        occur = present.issuperset
        called = {each for term in present & calls.keys() for needs, each in calls[term] if occur(needs)}
        found = [each for each in called if each.node.holds(reading)]
        found.sort(key=lambda each: each.rule.name)
        return tuple(Hit(each.rule.name, *evidence(each.node, reading)) for each in found)

    def explain(self, rule_name: str, article: Article, now: datetime | None = None) -> Explanation:
        """Give the rule's tree, true or false at each node; raise NotFoundError for no such rule."""
        if rule_name not in self.compiled:
            raise NotFoundError(f"there is no enabled rule «{rule_name}»")
        return explain(self.compiled[rule_name].node, self.read(article, now))

    def read(self, article: Article, now: datetime | None = None) -> Reading:
        """Read an article for these rules."""
        language = language_code(article.language)
        reader = self._readers.get(language)
        if reader is None:
            reader = self._readers[language] = Reader(self.lexicon, language)
        return Reading(article, reader.__getitem__, self.lexicon.ids, now)


def compile_rules(
    rules: Iterable[Rule],
    entities: Iterable[Entity] = (),
    lists: Iterable[WordList] = (),
    *,
    forms: Forms | None = None,
    previous: RuleSet | None = None,
) -> RuleSet:
    """Make rules ready to be matched; raise RuleError, a QueryError, for the first that is wrong.

    `forms` is what `expand` gave; languages that are not in it make do with Snowball's stems, and
    `warnings` says so. What has not changed since `previous` is taken over.
    """
    forms = forms or {}
    if previous is None or previous.lexicon.forms.keys() != forms.keys():
        previous = RuleSet(Lexicon(forms), {}, {}, {})
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
    return RuleSet(planner.lexicon, compiled, _calls(previous.calls, gone, added, planner.lexicon), shared)


def check_rule(
    rule: Rule, entities: Iterable[Entity] = (), lists: Iterable[WordList] = ()
) -> tuple[RuleError, ...]:
    """Give all that is wrong with a rule, each error with its key, item and place."""
    return tuple(rule_errors(rule, Planner(Lexicon({}), _by_name(entities), _by_name(lists))))


def _plan(rule: Rule, planner: Planner) -> Compiled:
    planner.refs.clear()
    node = plan_rule(rule, planner, _raise)
    if node.anchor(planner.lexicon.cost) is None:
        raise negative(rule)
    return Compiled(rule, node, (), frozenset(planner.refs))


def _calls(calls: Calls, gone: list[Compiled], added: list[Compiled], lexicon: Lexicon) -> Calls:
    """Give the index without the rules that are gone and with the new ones, each under its rarest term.

    Rare is what few rules ask for: the words that many rules share are common in texts, too.
    """
    left = set(gone)
    changed = {
        term: [call for call in calls[term] if call[1] not in left] for each in gone for term in each.calls
    }
    for each in added:
        _, anchor = each.node.anchor(lexicon.cost) or (0, ())
        each.calls = tuple(term for term, _ in anchor)
        for term, needs in anchor:
            changed.setdefault(term, list(calls.get(term, ()))).append((needs, each))
    return calls | {term: tuple(called) for term, called in changed.items()}


def _raise(error: RuleError) -> None:
    raise error


Thing = TypeVar("Thing", Entity, WordList)


def _by_name(things: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.name: thing for thing in things}
