"""A rule that stands in no file yet, checked as if it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import tomlkit

from daemon.config.build import build_rule
from daemon.config.config import Config
from daemon.config.document import Document
from daemon.config.excerpt import show_line
from daemon.config.files import read_document
from daemon.config.questions import facts_of
from daemon.config.sections import RuleTable
from daemon.config.tables import Read, Tables
from daemon.errors import ConfigError, NotFoundError, Problem
from daemon.match import RuleError, check_rules
from daemon.model import Rule, RuleTest

_HEADER = "[[rules]]\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as somebody is writing it; `keys` are its other keys as config.toml writes them."""

    name: str
    query: str = ""
    keys: str = ""

    @property
    def text(self) -> str:
        """It as a table of a configuration."""
        asked = f"query = {_quoted(self.query)}\n" if self.query.strip() else ""
        return f"{_HEADER}name = {_quoted(self.name)}\n{asked}{self.keys.strip()}\n"

    def with_test(self, test: RuleTest) -> "Draft":
        """Add an example to its keys."""
        written = tomlkit.dumps({"rules": [{"tests": [_test(test)]}]})
        return replace(
            self, keys=f"{self.keys.strip()}\n\n{written.removeprefix(_HEADER).strip()}\n".lstrip()
        )


def _quoted(text: str) -> str:
    return tomlkit.item(text).as_string()


def read_draft(draft: Draft, config: Config) -> tuple[Rule, Mapping[str, Any]]:
    """Give the rule that a draft is, and its table as data.

    `config` has the entities and lists that it may name. Raises ConfigError with all that is wrong; each
    problem's `file` is the part of the draft that it is in: «name», «query» or «keys».
    """
    try:
        document = Document("draft", draft.text, lambda _: False)
    except ConfigError as error:
        raise ConfigError(tuple(_in_part(draft, each) for each in error.problems)) from None
    tables = Tables()
    tables.add(document, included=True)
    problems = [*tables.problems, *_foreign(document)]
    if not problems:
        (read,) = tables.of(RuleTable)
        rule = build_rule(read.table)
        asked = replace(rule, enabled=True)
        facts = facts_of([source.name for source in config.sources], config.sources)
        problems = [
            _asked_wrong(draft, read, error)
            for error in check_rules((asked,), config.entities, config.lists, facts)
        ]
    if problems:
        raise ConfigError(tuple(dict.fromkeys(_in_part(draft, each) for each in problems)))
    return rule, document.data["rules"][0]


def draft_of(config: Config, name: str) -> Draft:
    """Give a rule of the configuration as a draft, as its file writes it; NotFoundError for no such rule."""
    for file in config.files:
        rows = read_document(file).data.get("rules", ()) if file.suffix == ".toml" else ()
        if row := next((row for row in rows if row.get("name") == name), None):
            return _draft(row)
    for rule in config.rules:
        if rule.name == name:
            return _draft(_row(rule))
    raise NotFoundError(f"there is no rule «{name}» in the configuration")


def _draft(row: Mapping[str, Any]) -> Draft:
    others = {key: value for key, value in row.items() if key not in {"name", "query"}}
    keys = tomlkit.dumps({"rules": [others]}).removeprefix(_HEADER).strip() if others else ""
    return Draft(row["name"], row.get("query", ""), keys)


def _row(rule: Rule) -> dict[str, Any]:
    """Name what a rule does not leave at its default."""
    plain = Rule(rule.name)
    changed = {
        item.name: getattr(rule, item.name)
        for item in fields(Rule)
        if getattr(rule, item.name) != getattr(plain, item.name)
    }
    row = {key: list(value) if isinstance(value, tuple) else value for key, value in changed.items()}
    if rule.max_age is not None:
        row["max_age"] = f"{rule.max_age // timedelta(minutes=1)}m"
    if "severity" in row:
        row["severity"] = rule.severity.label
    if rule.tests:
        row["tests"] = [_test(test) for test in rule.tests]
    return {"name": rule.name} | row


def _test(test: RuleTest) -> dict[str, str | list[str]]:
    told: dict[str, str | list[str]] = {
        "title": test.title,
        "body": test.body,
        "summary": test.summary,
        "language": test.language,
        "source": test.source,
        "source_tags": list(test.source_tags),
        "section": test.section,
        "authors": list(test.authors),
        "expect": "match" if test.matches else "no match",
    }
    return {key: value for key, value in told.items() if value}


def _foreign(document: Document) -> Iterator[Problem]:
    """Find what is no key of this one rule."""
    for section in document.data.keys() - {"rules"}:
        yield document.problem((section,), "only the keys of one rule belong here", at_key=True)
    if len(document.data["rules"]) > 1:
        yield document.problem(("rules", 1), "only one rule belongs here", "write its keys alone")


def _asked_wrong(draft: Draft, read: Read[RuleTable], error: RuleError) -> Problem:
    if error.key == "query":
        before = draft.query[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        excerpt = show_line(draft.query.split("\n")[line - 1], column)
        return Problem("query", line, column, error.message, excerpt, error.hint)
    key = (error.key,) if error.index is None else (error.key, error.index)
    if error.key == "name":
        return Problem("query", 1, 1, error.message, hint=error.hint)
    return read.problem(key, f"{error.key}: {error.message}", error.hint, position=error.position)


def _in_part(draft: Draft, problem: Problem) -> Problem:
    """Tell where in its part of the draft a problem of the whole table is."""
    if problem.file != "draft":
        return problem
    first = draft.text.index("\n", len(_HEADER)) + 1  # what follows the name
    lines_before = draft.text.count("\n", 0, first) + bool(draft.query.strip())
    if problem.line > lines_before:
        return replace(problem, file="keys", line=problem.line - lines_before)
    part = "query" if problem.line == lines_before and draft.query.strip() else "name"
    return replace(problem, file=part, line=1, column=1, excerpt="")
