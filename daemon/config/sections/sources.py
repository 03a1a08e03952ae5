"""The sources: [[sources]]."""

from typing import Annotated

from pydantic import Field

from daemon.config.fields import (
    Duration,
    HeaderName,
    Language,
    Name,
    Selector,
    Text,
    WebAddress,
    word_of,
)
from daemon.config.sections.table import SecretBearing, SecretText, Table, Texts
from daemon.model import RobotsManners, SourceKind


class ListingTable(Table):
    """CSS selectors for a page that lists links; title and date are looked for in each item."""

    links: Selector = Field(description="Selects the links, or the items that hold one.")
    title: Selector | None = Field(default=None, description="Selects the title within an item.")
    date: Selector | None = Field(default=None, description="Selects the date within an item.")
    next_page: Selector | None = Field(default=None, description="Selects the link to the next page.")


class ArticleTable(Table):
    """CSS selectors for article pages that are not read well by themselves."""

    title: Selector | None = Field(default=None, description="Selects the headline.")
    body: Selector | None = Field(default=None, description="Selects the element that holds the text.")
    authors: Selector | None = Field(default=None, description="Selects each author's name.")
    published: Selector | None = Field(default=None, description="Selects the time of publication.")
    remove: Selector | None = Field(default=None, description="Selects what is no part of the text.")


class AccessTable(Table):
    """What a server asks for before it answers; it is sent to the source's own origin only."""

    headers: dict[HeaderName, SecretText] = Field(default={}, description="Headers of your own.")
    cookies: dict[HeaderName, SecretText] = Field(default={}, description="Cookies, such as a session's.")
    username: Text | None = Field(default=None, description="The name for a basic login.")
    password: SecretText | None = Field(default=None, description="The password for a basic login.")
    bearer: SecretText | None = Field(default=None, description="A bearer token, in place of a login.")
    proxy: SecretText | None = Field(
        default=None, description="A proxy for this source: http://host:port or socks5://user:password@host."
    )
    client_certificate: Text | None = Field(
        default=None, description="The path of a PEM file with a certificate and its key."
    )


class SourceTable(Table):
    """Something to poll: one address."""

    name: Name = Field(description="Its name, in the log, in messages and in rules.")
    url: WebAddress = Field(description="The address of a feed, a listing page or a news sitemap.")
    kind: Annotated[SourceKind, word_of(SourceKind)] = Field(
        default=SourceKind.AUTO,
        description="How it publishes; auto finds out.",
        json_schema_extra={"default": "auto"},
    )
    tags: Texts = Field(default=[], description="Words of your own that rules can ask for with source_tags.")
    language: Language | None = Field(
        default=None, description="The language it is written in, if it does not say."
    )
    every: Duration | None = Field(default=None, description="The time between two polls, for this source.")
    priority: float = Field(default=1.0, gt=0, le=100, description="How much it matters beside the others.")
    enabled: bool = Field(default=True, description="false keeps it here without polling it.")
    listing: ListingTable | None = Field(default=None, description="How to read a listing page.")
    article: ArticleTable | None = Field(default=None, description="How to read its article pages.")
    full_text: bool = Field(
        default=True, description="false matches what the feed gives, and fetches no pages."
    )
    allow_private: bool = Field(default=False, description="true allows addresses of your own network.")
    robots: Annotated[RobotsManners, word_of(RobotsManners)] = Field(
        default=RobotsManners.PAGES,
        description="Where robots.txt is obeyed: on pages found; strict: here too; ignore: nowhere.",
        json_schema_extra={"default": "pages"},
    )
    access: Annotated[AccessTable, SecretBearing()] | None = Field(
        default=None, description="Logins, headers, cookies, a proxy."
    )
