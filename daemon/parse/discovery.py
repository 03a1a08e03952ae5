"""What a site offers to be polled: feeds, sitemaps, channel pages, listings behind a page."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.model import SourceKind
from daemon.parse.address import base_of, join
from daemon.parse.charset import decode
from daemon.parse.page import open_page
from daemon.parse.plain import one_line

_FEED_TYPE = re.compile(r"rss|atom|rdf|feed|^(?:application|text)/(?:xml|json)$")
_FEED_ADDRESS = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[/._?-]|$|\d)|\.(?:rss|atom|rdf)$|[?&]format=(?:rss|feed|atom)",
    re.IGNORECASE,
)
_FEED_HOST = re.compile(r"(?:feeds?\d?|rss)\.", re.IGNORECASE)
_READER = re.compile(r"feed:(?:(?://)?(?=https?:)|(?=//))", re.IGNORECASE)  # opens a reader of feeds
_COMMENTS = re.compile(r"comments?|kommentar|коммент|comentario|/replies", re.IGNORECASE)
_TELEGRAM = re.compile(r"https?://(?:t|telegram)\.me/(?:s/)?([A-Za-z]\w{3,31})/?(?:[?#].*)?$")
_NO_CHANNEL = {"share", "joinchat", "addstickers", "proxy", "socks", "login", "iv"}
# Where sites keep what they do not announce: the common systems first. Whoever asks should look.
_USUAL = (
    ("/feed", SourceKind.FEED),
    ("/rss", SourceKind.FEED),
    ("/rss.xml", SourceKind.FEED),
    ("/feed.xml", SourceKind.FEED),
    ("/atom.xml", SourceKind.FEED),
    ("/index.xml", SourceKind.FEED),
    ("/news-sitemap.xml", SourceKind.SITEMAP),
    ("/sitemap-news.xml", SourceKind.SITEMAP),
    ("/sitemap.xml", SourceKind.SITEMAP),
)
_POSTS = "per_page=30&_embed=author,wp:term"
_TELLING = {"article", "h1", "h2", "h3", "h4"}  # tags of news, class or none
_STEPS = 3  # tags that describe where a link sits, its own among them
_MOST = 3  # listings that are offered of one page
_LONGEST = 120  # characters of a link that count; a longer one is a whole item
_FEWEST = 5  # links that look alike before they are taken for a listing
_SHORTEST = 25  # characters of a headline, on average; menus are shorter
_CLASS = re.compile(r"-?[A-Za-z_][\w-]{0,60}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that a page points to.

    `why` says in a sentence where it was found. A `certain` one is announced by the page; the others
    are worth a look. `links` is the selector, when the page itself is a listing. An `interface` is for
    programs: heavier than a feed, and worth it only where it lists more.
    """

    url: str
    kind: SourceKind
    title: str = ""
    why: str = ""
    certain: bool = False
    links: str = ""
    interface: bool = False


def discover(body: bytes, *, url: str, content_type: str | None = None) -> tuple[Candidate, ...]:
    """List what could be polled behind a page, best first; `url` is the page's own address.

    Feeds that the page announces come first, those of comments after the others, then its sitemap; then
    feeds and channels that it links to, WordPress's list of posts, listings of headlines on the page
    itself, and the places where sites usually keep feeds and sitemaps, which are guesses until somebody
    fetches them. The body of a robots.txt gives the sitemaps that it names.
    """
    text = decode(body, content_type)
    if url.endswith("/robots.txt"):
        return tuple(_in_robots(text, url))
    page = open_page(text)
    base = base_of(page, url)
    found: dict[str, Candidate] = {}
    for candidate in (
        *_announced(page, base),
        *_sitemaps(page, base),
        *_linked(page, base),
        *_interfaces(page, base),
        *_listings(page, base, url),
        *_usual(url, page),
    ):
        found.setdefault(candidate.url + candidate.links, candidate)
    return tuple(found.values())


def _in_robots(text: str, url: str) -> Iterator[Candidate]:
    named = re.findall(r"(?mi)^[ \t]*sitemap[ \t]*:[ \t]*([^\s#]\S{0,2000})", text)
    for address in dict.fromkeys(join(url, each) for each in named):
        yield Candidate(
            address, SourceKind.SITEMAP, why="The site's robots.txt names this sitemap.", certain=True
        )


def _announced(page: LexborHTMLParser, base: str) -> list[Candidate]:
    found = []
    for link in page.css("link[rel][href]"):
        address = _address(link, base)
        if _announces_feed(link, address) and "oembed" not in address and "/wp-json/" not in address:
            title = one_line(_attribute(link, "title"))
            found.append(
                Candidate(address, SourceKind.FEED, title, "The page announces this feed.", certain=True)
            )
    return sorted(found, key=lambda feed: bool(_COMMENTS.search(f"{feed.url} {feed.title}")))


def _announces_feed(link: LexborNode, address: str) -> bool:
    """Tell whether a link names a feed: by its relation, its type, or, without one, by its address."""
    relations = _attribute(link, "rel").lower().split()
    if not address or "feed" in relations or "service.feed" in relations:
        return bool(address)
    kind = _attribute(link, "type").lower().partition(";")[0].strip()
    is_feed = _FEED_TYPE.search(kind) if kind else _FEED_ADDRESS.search(_path(address))
    return "alternate" in relations and is_feed is not None


def _sitemaps(page: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for link in page.css('link[rel~="sitemap" i][href]'):
        if address := _address(link, base):
            why = "The page announces this sitemap."
            yield Candidate(address, SourceKind.SITEMAP, _title(page), why, certain=True)


def _address(link: LexborNode, base: str) -> str:
    """Give where a link leads; "" if that is a place on the page, or none on the web."""
    given = _attribute(link, "href").strip()
    if scheme := _READER.match(given):
        given = ("http:" if given.startswith("//", scheme.end()) else "") + given[scheme.end() :]
    address = join(base, given)
    try:
        is_web = urlsplit(address).scheme in ("", "http", "https")
    except ValueError:  # an unfinished IPv6 address
        return ""
    return address if is_web and not given.startswith("#") else ""


def _path(address: str) -> str:
    return address.partition("//")[2].partition("/")[2]


def _linked(page: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for link in page.css("a[href]"):
        address = _address(link, base)
        channel = _TELEGRAM.match(address)
        if channel and channel[1].lower() not in _NO_CHANNEL:
            preview = f"https://t.me/s/{channel[1]}"
            yield Candidate(
                preview, SourceKind.TELEGRAM, channel[1], "The page links to this Telegram channel."
            )
        elif _leads_to_feed(address, base):
            why = "The page links to this address, which looks like a feed's."
            yield Candidate(address, SourceKind.FEED, one_line(link.text()), why)


def _interfaces(page: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    """Find WordPress's interface; without pretty addresses its path is a parameter."""
    for link in page.css("link[rel='https://api.w.org/'][href]"):
        root = join(base, _attribute(link, "href"))
        address = f"{root.rstrip('/')}/wp/v2/posts{'&' if '?' in root else '?'}{_POSTS}"
        why = "The site's WordPress lists its posts here, often more of them than its feed does."
        yield Candidate(address, SourceKind.FEED, why=why, interface=True)


def _leads_to_feed(address: str, base: str) -> bool:
    """Tell whether an address looks like a feed's of the same site, or of a host that serves feeds."""
    try:
        host, home = urlsplit(address).hostname or "", urlsplit(base).hostname or ""
    except ValueError:
        return False
    if host != home and _FEED_HOST.match(host):
        return True
    return host.split(".")[-2:] == home.split(".")[-2:] and _FEED_ADDRESS.search(_path(address)) is not None


def _listings(page: LexborHTMLParser, base: str, url: str) -> list[Candidate]:
    """Find links that sit alike and read like headlines, each kind of seat as a selector."""
    seats: dict[str, dict[str, str]] = {}
    for link in page.css("a[href]"):
        label, address = one_line(link.text(separator=" ")), join(base, _attribute(link, "href"))
        if label and address.startswith("http") and (selector := _seat(link)):
            seats.setdefault(selector, {}).setdefault(address, label)
    weights = {seat: _headline_weight(labels.values()) for seat, labels in seats.items()}
    best = sorted((seat for seat in weights if weights[seat]), key=lambda seat: -weights[seat])[:_MOST]
    return [
        Candidate(
            url,
            SourceKind.LISTING,
            "",
            f"{len(seats[seat])} links on the page sit and read like headlines.",
            links=seat,
        )
        for seat in best
    ]


def _headline_weight(labels: Collection[str]) -> int:
    """Weigh links by their text; 0 if they are too few or too short to be headlines."""
    weight = sum(min(_width(label), _LONGEST) for label in labels)
    return weight if len(labels) >= _FEWEST and weight >= _SHORTEST * len(labels) else 0


def _width(text: str) -> int:
    """Measure a text in Latin letters: a Chinese or Korean character says as much as two or more."""
    return len(text) if text.isascii() else sum(1 + (char >= "\u2e80") for char in text)


def _seat(link: LexborNode) -> str:
    """Describe where a link sits by the two nearest tags with a class, or else by telling ones, if any."""
    classed, telling = ["a" + _class(link)], ["a"]
    node = link.parent
    while node is not None and node.tag != "body" and len(classed) < _STEPS:
        if mark := _class(node):
            classed.append(f"{node.tag}{mark}")
        elif node.tag in _TELLING and len(telling) < _STEPS:
            telling.append(node.tag)
        node = node.parent
    steps = classed if len(classed) > 1 or "." in classed[0] else telling
    return " ".join(reversed(steps)) if steps != ["a"] else ""


def _class(node: LexborNode) -> str:
    """Give a node's first class as a selector, leaving out those that number the items."""
    for name in _attribute(node, "class").split():
        if _CLASS.fullmatch(name) and not any(char.isdigit() for char in name):
            return f".{name}"
    return ""


def _usual(url: str, page: LexborHTMLParser) -> Iterator[Candidate]:
    for place, kind in _USUAL:
        title = _title(page) if kind is SourceKind.SITEMAP else ""
        yield Candidate(join(url, place), kind, title, "A guess: sites often keep one here.")


def _title(page: LexborHTMLParser) -> str:
    """Give the page's title, by which a sitemap goes, since it does not tell its name."""
    heading = page.css_first("title")
    return one_line(heading.text()) if heading else ""


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
