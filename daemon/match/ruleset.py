"""The rules together: an index that asks, for each article, only the rules that may match it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from daemon.errors import NotFoundError
from daemon.match.lexicon import Forms, Lexicon, Reader
from daemon.match.nodes import Node
from daemon.match.plan import Planner
from daemon.match.reading import Reading, in_order, language_code
from daemon.match.rules import RuleError, negative, plan_rule, rule_errors
from daemon.match.why import Explanation, explain, reasons
from daemon.model import Article, Entity, Hit, Rule, WordList


@dataclass(slots=True)
class Compiled:
    """A rule ready to run: `needs` must all occur, then `node` decides."""

    rule: Rule
    node: Node
    needs: frozenset[int]


class RuleSet:
    """Rules ready to be matched; made by `compile_rules`. It pickles."""

    def __init__(self, lexicon: Lexicon, compiled: list[Compiled], calls: dict[int, tuple[int, ...]]) -> None:
        self.lexicon = lexicon
        self.compiled = compiled
        self.calls = calls
        self.warnings: tuple[str, ...] = ()
        self._readers: dict[str, Reader] = {}

    def __getstate__(self) -> dict[str, object]:
        """Leave behind what is only remembered."""
        return {**self.__dict__, "_readers": {}}

    def match(self, article: Article, now: datetime | None = None) -> tuple[Hit, ...]:
        """Give the rules that an article matches, in the rules' order, each with its evidence.

        Without `now`, an article's age is counted to when it was found.
        """
        reading = self.read(article, now)
        present = reading.present
        called = {slot for term in present & self.calls.keys() for slot in self.calls[term]}
        compiled = self.compiled
        return tuple(
            self._hit(compiled[slot], reading)
            for slot in sorted(called)
            if compiled[slot].needs <= present and compiled[slot].node.holds(reading)
        )

    def explain(self, rule_name: str, article: Article, now: datetime | None = None) -> Explanation:
        """Give the rule's tree, true or false at each node; raise NotFoundError for no such rule."""
        for compiled in self.compiled:
            if compiled.rule.name == rule_name:
                return explain(compiled.node, self.read(article, now))
        raise NotFoundError(f"there is no rule «{rule_name}» that is enabled")

    def read(self, article: Article, now: datetime | None = None) -> Reading:
        """Read an article for these rules."""
        language = language_code(article.language)
        reader = self._readers.get(language)
        if reader is None:
            reader = self._readers[language] = Reader(self.lexicon, language)
        return Reading(article, reader.__getitem__, self.lexicon.ids, now)

    def _hit(self, compiled: Compiled, reading: Reading) -> Hit:
        return Hit(
            compiled.rule.name, in_order(compiled.node.spans(reading)), reasons(compiled.node, reading)
        )


def compile_rules(
    rules: Iterable[Rule],
    entities: Iterable[Entity] = (),
    lists: Iterable[WordList] = (),
    forms: Forms | None = None,
) -> RuleSet:
    """Make rules ready to be matched; raise RuleError, a QueryError, for the first that is wrong.

    `forms` is what `expand_forms` gave, in a process of its own; languages that are not in it make do
    with Snowball's stems, and `warnings` says so.
    """
    lexicon = Lexicon(forms or {})
    planner = Planner(lexicon, {e.name: e for e in entities}, {words.name: words for words in lists})
    compiled: list[Compiled] = []
    for rule in rules:
        if rule.enabled:
            node = plan_rule(rule, planner, _raise)
            compiled.append(Compiled(rule, node, node.needs()))
    uses = Counter(term for each in compiled for term in each.needs)
    calls: dict[int, list[int]] = defaultdict(list)
    for slot, each in enumerate(compiled):
        anchor = each.node.anchor(lambda term: uses[term])
        if anchor is None:
            raise negative(each.rule)
        for term in anchor[1]:
            calls[term].append(slot)
    return RuleSet(lexicon, compiled, {term: tuple(slots) for term, slots in calls.items()})


def check_rule(
    rule: Rule, entities: Iterable[Entity] = (), lists: Iterable[WordList] = ()
) -> tuple[RuleError, ...]:
    """Give all that is wrong with a rule, each error with its key, item and place."""
    planner = Planner(Lexicon({}), {e.name: e for e in entities}, {words.name: words for words in lists})
    return tuple(rule_errors(rule, planner))


def _raise(error: RuleError) -> None:
    raise error
