"""What is asked: rules, entities, lists, and the hits that answer."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum


class Severity(IntEnum):
    """How much a rule matters; it orders."""

    INFO = 10
    NOTICE = 20
    HIGH = 30
    CRITICAL = 40

    @property
    def label(self) -> str:
        """The word that the configuration uses."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class RuleTest:
    """An example that a rule must, or must not, match: an article, in as much of it as matters."""

    title: str = ""
    body: str = ""
    language: str = ""
    matches: bool = True
    summary: str = ""
    source: str = ""
    source_tags: tuple[str, ...] = ()
    section: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A watch rule: a question asked of every article.

    `query` is in the query language; `any`, `all`, `none` hold words and phrases; both together must
    hold. `sources`, `source_tags`, `languages`, `sections` and `authors` narrow the articles asked.
    """

    name: str
    query: str = ""
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    near_words: int = 4
    at_least: int = 1
    fields: tuple[str, ...] = ("title", "summary", "body")
    entities: tuple[str, ...] = ()
    forms: str = "inflect"
    sources: tuple[str, ...] = ()
    source_tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    max_age: timedelta | None = None
    min_length: int = 0
    severity: Severity = Severity.NOTICE
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    enabled: bool = True
    tests: tuple[RuleTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of an entity, in one language or, with "", in all."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing. `aliases` are enough by themselves; `weak` ones need `context` near them."""

    name: str
    label: str = ""
    aliases: tuple[Alias, ...] = ()
    weak: tuple[Alias, ...] = ()
    context: tuple[Alias, ...] = ()
    exclude: tuple[Alias, ...] = ()
    ambiguous_in: tuple[str, ...] = ()
    wikidata: str = ""


@dataclass(frozen=True, slots=True)
class WordList:
    """A named list of words and phrases that rules share."""

    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Where something matched: character offsets into the original text of `field`."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that an article matches, with the evidence. Reasons are sentences for people.

    `entities` are those that the rule asks for and the article names.
    """

    rule: str
    spans: tuple[Span, ...] = ()
    reasons: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
