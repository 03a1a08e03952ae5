"""What is watched: sources, and what opens them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from daemon.model.secret import Secret


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
