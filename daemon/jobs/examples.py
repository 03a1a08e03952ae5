"""Run the rules' own examples, the `tests` of the configuration, as articles would be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.jobs.context import Compute
from daemon.jobs.work import explain, match
from daemon.model import Article, Rule, RuleTest

# Examples that one errand of a worker covers: many rules must not take longer than an errand may.
ERRAND = 500

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Examined:
    """An example of a rule, `index` among the rule's tests, and what came of it.

    `why` says, where it does not hold, what the rule found or where it failed.
    """

    rule: str
    index: int
    test: RuleTest
    holds: bool
    why: str = ""

    @property
    def complaint(self) -> str:
        """What is wrong, as a sentence; "" when nothing is."""
        if self.holds:
            return ""
        test = self.test
        stated = filter(None, (test.source, *test.source_tags, test.section, *test.authors))
        text = test.title or test.body or test.summary or ", ".join(stated)
        shown = text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"
        does = "does not match" if test.matches else "matches"
        return f"the rule «{self.rule}» {does} its example «{shown}»: {self.why}"


async def examine(compute: Compute, rules: Sequence[Rule]) -> tuple[Examined, ...]:
    """Run all examples of the enabled rules, which the workers of `compute` hold."""
    asked = [
        (rule.name, index, test) for rule in rules if rule.enabled for index, test in enumerate(rule.tests)
    ]
    found: list[Examined] = []
    for start in range(0, len(asked), ERRAND):
        found += await compute(ask_examples, asked[start : start + ERRAND])
    return tuple(found)


def ask_examples(asked: Sequence[tuple[str, int, RuleTest]]) -> list[Examined]:
    """Ask this process's rules of their examples."""
    return [_ask(*each) for each in asked]


def _ask(rule: str, index: int, test: RuleTest) -> Examined:
    article = Article(
        title=test.title,
        text=test.body,
        summary=test.summary,
        language=test.language,
        source=test.source,
        source_tags=test.source_tags,
        section=test.section,
        authors=test.authors,
    )
    hit = next((hit for hit in match(article) if hit.rule == rule), None)
    if (hit is not None) is test.matches:
        return Examined(rule, index, test, holds=True)
    why = "; ".join(hit.reasons) if hit else explain(rule, article).near_miss
    return Examined(rule, index, test, holds=False, why=why)
