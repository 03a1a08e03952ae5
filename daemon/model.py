"""The nouns that every room shares: frozen values, no behaviour beyond what they are.

Times are aware and in UTC; an absent text is "", an absent time None. A language is a lower-case
ISO 639 code ("pl"), "" when unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Secret:
    """A text that no log, error or table may show; `reveal` it only where it is used."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


# --- what is watched -------------------------------------------------------------------------


class SourceKind(StrEnum):
    """How a source publishes; `AUTO` finds out from what it serves."""

    AUTO = "auto"
    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"
    TELEGRAM = "telegram"


class RobotsManners(StrEnum):
    """Where robots.txt is obeyed: on the pages found, on the source's own address too, or nowhere."""

    PAGES = "pages"
    STRICT = "strict"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class ListingSelectors:
    """CSS selectors for a listing page: `links` is needed, the others are read within each item."""

    links: str = ""
    title: str = ""
    date: str = ""
    next_page: str = ""


@dataclass(frozen=True, slots=True)
class ArticleSelectors:
    """CSS selectors for an article page that the extractor does not read well by itself."""

    title: str = ""
    body: str = ""
    authors: str = ""
    published: str = ""
    remove: str = ""


NO_SECRET = Secret("")


@dataclass(frozen=True, slots=True)
class Access:
    """What a server asks for before it answers: sent to the source's own origin, never past it.

    `client_certificate` is the path of a PEM file that holds a certificate and its key. `proxy` is an
    http, https or socks5 address.
    """

    headers: tuple[tuple[str, Secret], ...] = ()
    cookies: tuple[tuple[str, Secret], ...] = ()
    username: str = ""
    password: Secret = NO_SECRET
    bearer: Secret = NO_SECRET
    proxy: Secret = NO_SECRET
    client_certificate: str = ""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All of them that are set."""
        named = (secret for _, secret in (*self.headers, *self.cookies))
        return tuple(s for s in (*named, self.password, self.bearer, self.proxy) if s != NO_SECRET)


OPEN_ACCESS = Access()


@dataclass(frozen=True, slots=True)
class Source:
    """Something to poll: one address. `every` fixes the interval; without it Tocsin learns one."""

    name: str
    url: str
    kind: SourceKind = SourceKind.AUTO
    tags: tuple[str, ...] = ()
    language: str = ""
    every: timedelta | None = None
    priority: float = 1.0
    enabled: bool = True
    listing: ListingSelectors = ListingSelectors()
    article: ArticleSelectors = ArticleSelectors()
    full_text: bool = True
    allow_private: bool = False
    robots: RobotsManners = RobotsManners.PAGES
    access: Access = OPEN_ACCESS


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it later whether anything changed."""

    etag: str = ""
    last_modified: str = ""


NO_VALIDATORS = Validators()


# --- what is published -----------------------------------------------------------------------


class Precision(StrEnum):
    """How precisely a publisher gave a time."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that a source listed; `id` is the publisher's own and may be "".

    `forwarded_from` and `views` are a channel page's: whose message it was, how many have seen it.
    """

    id: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: Precision = Precision.SECOND
    updated: datetime | None = None
    language: str = ""
    categories: tuple[str, ...] = ()
    image: str = ""
    forwarded_from: str = ""
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a source listed at one time, whatever its format.

    `url` is the page that the feed is about. `next_page` continues the list into the past. `ttl` is
    the publisher's wish for how long to wait. The entries of an index are sitemaps, not pages.
    """

    title: str = ""
    url: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    next_page: str = ""
    ttl: timedelta | None = None
    is_index: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """The text and metadata behind an entry: plain text, paragraphs split by a blank line.

    The parser fills what the page tells; `source`, `source_tags` and `found` (when Tocsin first saw
    the entry) are filled in by whoever asked for the page.
    """

    url: str = ""
    canonical_url: str = ""
    title: str = ""
    text: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: Precision = Precision.SECOND
    modified: datetime | None = None
    language: str = ""
    site_name: str = ""
    image: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    paywalled: bool | None = None
    source: str = ""
    source_tags: tuple[str, ...] = ()
    found: datetime | None = None


# --- what is asked ---------------------------------------------------------------------------


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
    """An example that a rule must, or must not, match."""

    title: str = ""
    body: str = ""
    language: str = ""
    matches: bool = True


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
    """A rule that an article matches, with the evidence. Reasons are sentences for people."""

    rule: str
    spans: tuple[Span, ...] = ()
    reasons: tuple[str, ...] = ()


# --- what is told ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Channel:
    """Where to tell: an Apprise address, with its manners."""

    name: str
    url: Secret
    tags: tuple[str, ...] = ()
    min_severity: Severity = Severity.INFO
    rules: tuple[str, ...] = ()
    enabled: bool = True


class Fate(StrEnum):
    """What became of an entry, in one word. Every entry is in exactly one of these states."""

    NEW = "new"
    BACKLOG = "backlog"
    DUPLICATE = "duplicate"
    NO_RULE = "no_rule"
    SUPPRESSED = "suppressed"
    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fate and why: `reason` is a sentence for people, made where the decision is made."""

    fate: Fate
    reason: str


class DeliveryState(StrEnum):
    """How far a delivery has come. `FAILED` will be tried again; `DEAD` will not, unless asked."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that tell one thing. `rung` names the rules that have rung for it already."""

    id: int
    title: str
    first_seen: datetime
    rung: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quotation; `marked` where the rule matched."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """The decision to tell a story because of a rule, with all that a message says about it.

    `key` is short, safe in a mail header, and the same whenever the same article rings the same rule.
    `quote` is the sentence that matched; texts are as published, not yet made safe for any format.
    `voices` are the independent publishers that tell the story, `copies` the reprints of them.
    """

    key: str
    rule: str
    severity: Severity
    title: str
    url: str
    source: str = ""
    published: datetime | None = None
    published_precision: Precision = Precision.SECOND
    found: datetime | None = None
    quote: tuple[Piece, ...] = ()
    reasons: tuple[str, ...] = ()
    voices: int = 1
    copies: int = 0


class Form(StrEnum):
    """How a target wants its messages written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    MAIL = "mail"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Style:
    """What a target can show: messages in a form, of so many characters at most (0: no limit)."""

    form: Form = Form.PLAIN
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """What one target is sent: `text` in its `form`; `html`, in a mail, says the same.

    `key` is stable across retries. `thread` is the receipt of an earlier message of the alert, under
    which a target that can, shows this one.
    """

    key: str
    title: str
    text: str
    html: str = ""
    form: Form = Form.PLAIN
    thread: str = ""
    severity: Severity = Severity.NOTICE
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt to deliver.

    `unknown` means that the message may have arrived although no confirmation did. `detail` holds no
    secret. `retry_after` is the target's own wish, `receipt` its own name for the message it took.
    """

    ok: bool
    kind: str = "sent"
    detail: str = ""
    permanent: bool = False
    unknown: bool = False
    retry_after: timedelta | None = None
    receipt: str = ""
