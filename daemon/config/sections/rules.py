"""What is asked: [[entities]], [[lists]], [[rules]]."""

from typing import Annotated, Literal

from pydantic import Field

from daemon.config.fields import (
    Duration,
    Item,
    Key,
    Language,
    Name,
    SeverityWord,
    Text,
)
from daemon.config.sections.table import Aliases, Languages, Names, Table, Texts
from daemon.model import Severity


class EntityTable(Table):
    """A named thing with its aliases, which rules name or write as @name.

    Aliases are a list of texts, or a table of such lists by language: { en = […], uk = […] }.
    """

    name: Key = Field(description="Its name in rules; letters, digits, - and _.")
    label: Text | None = Field(default=None, description="Its name for people.")
    aliases: Aliases = Field(default=[], description="Names that are enough by themselves.")
    weak: Aliases = Field(
        default=[], description="Names that mean it only with one of the context words near."
    )
    context: Aliases = Field(default=[], description="Words that tell it from its namesakes.")
    exclude: Aliases = Field(
        default=[], description="Phrases with a name, or words beside it, that tell a namesake."
    )
    ambiguous_in: Languages = Field(
        default=[], description="Languages in which its names are everyday words."
    )
    wikidata: Item | None = Field(default=None, description="Its item in Wikidata.")


class ListTable(Table):
    """A list of words and phrases that rules share, written #name in a query."""

    name: Key = Field(description="Its name in queries; letters, digits, - and _.")
    terms: Annotated[Texts, Field(min_length=1)] = Field(description="The words and phrases.")


class RuleTestTable(Table):
    """An example that the rule must, or must not, match."""

    title: str = Field(default="", description="The article's headline.")
    body: str = Field(default="", description="The article's text.")
    summary: str = Field(default="", description="The article's summary.")
    language: Language | None = Field(default=None, description="The article's language.")
    source: str = Field(default="", description="The name of the source it is from.")
    source_tags: Texts = Field(default=[], description="The tags of that source.")
    section: str = Field(default="", description="The section of its site that it stands in.")
    authors: Texts = Field(default=[], description="Who wrote it.")
    expect: Literal["match", "no match"] = Field(default="match", description="What must come of it.")


class RuleTable(Table):
    """A watch rule: a question asked of every article. All of its conditions must hold."""

    name: Name = Field(description="Its name, in messages and in the ledger.")
    query: Text | None = Field(
        default=None, description='A query: drone NEAR/5 (airport OR border) -"toy drone".'
    )
    any: Texts = Field(
        default=[], description="At least one of these words or phrases (or at_least of them)."
    )
    all: Texts = Field(default=[], description="All of these.")
    none: Texts = Field(default=[], description="None of these.")
    near: Texts = Field(default=[], description="All of these, near each other.")
    near_words: int = Field(default=4, ge=0, le=100, description="How many words may stand between them.")
    at_least: int = Field(default=1, ge=1, description="How many of any are needed.")
    fields: Annotated[list[Literal["title", "summary", "body", "author", "section"]], Field(min_length=1)] = (
        Field(default=["title", "summary", "body"], description="Where to look.")
    )
    entities: list[Key] = Field(default=[], description="At least one of these entities.")
    forms: Literal["inflect", "exact"] = Field(
        default="inflect", description="Whether word forms count, or only the words."
    )
    sources: Names = Field(default=[], description="Only articles from these sources.")
    source_tags: Texts = Field(default=[], description="Only articles from sources with one of these tags.")
    languages: Languages = Field(default=[], description="Only articles in these languages.")
    sections: Texts = Field(default=[], description="Only articles from these sections of their sites.")
    authors: Texts = Field(default=[], description="Only articles by these authors.")
    max_age: Duration | None = Field(default=None, description="Only articles not older than this.")
    min_length: int = Field(default=0, ge=0, description="Only articles of at least so many words.")
    severity: SeverityWord = Field(
        default=Severity.NOTICE, description="How much it matters.", json_schema_extra={"default": "notice"}
    )
    channels: Names = Field(
        default=[], description="Who is told. Without it: every channel that takes all rules."
    )
    tags: Texts = Field(default=[], description="Words of your own that channels can subscribe to.")
    enabled: bool = Field(default=True, description="false keeps it here without asking it.")
    tests: list[RuleTestTable] = Field(default=[], description="Examples that it must, or must not, match.")
