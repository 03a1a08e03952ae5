"""What a page says about its article in meta tags, JSON-LD and its visible head."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse import jsonld
from daemon.parse.address import join
from daemon.parse.headline import choose_headline, without_section
from daemon.parse.outline import READINGS, WIDE
from daemon.parse.people import is_house, read_people
from daemon.parse.plain import resolved, without_marks
from daemon.parse.words import word_set

_TITLES: Final = ("og:title", "twitter:title", "dc.title", "title")
_MOST_HEADINGS: Final = 30
_MOST_PARTS: Final = 200  # of a heading; one left open would hold the page
_BREAKS: Final = word_set("br div p")
_SPEAKING: Final = 'base[href], meta[content], link[rel="canonical"], script[type*="ld+json" i], title, h1'
_AUTHORS: Final = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "citation_authors",
    "dc.creator",
    "byl",
    "authors",
)
_SECTIONS: Final = ("article:section", "parsely-section", "og:section")
_IMAGES: Final = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_SURNAME_FIRST: Final = re.compile(r"^([^,]+),\s*([^,]+)$")
# Labels that a page sends to Twitter with a value each: «Written by», and then the author.
_LABELLED: Final = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
_WRITTEN_BY: Final = re.compile(
    r"(?:written|posted) by|author|autor|(?:verfasst|geschrieben|veröffentlicht) von|escrito por|écrit par|"
    r"scritto da|napisane przez|автор|yazan|skriven av|geschreven door",
    re.IGNORECASE,
)
# Names of dates, without the prefix of their vocabulary and without what is no letter.
_PUBLISHED: Final = re.compile(
    r"(?:publi(?:shed|sh|cation)|pub|issued|released?|posted|article|original)(?:time|date|on|at)?$"
    r"|^(?:dc|dcterms|sailthru|bt|cXenseParse|parsely)?(?:terms)?date(?:published|created|issued|time)?$|created$",
    re.IGNORECASE,
)
_MODIFIED: Final = re.compile(r"modified(?:time|date|on|at)?$|updated(?:time)?$|lastmod", re.IGNORECASE)


@dataclass(slots=True)
class Metadata:
    """The raw words of a page about itself; dates still as they are written."""

    title: str = ""
    heading: str = ""  # the line of the page that is the title, with all that stands in it
    summary: str = ""
    authors: tuple[str, ...] = ()
    house: tuple[str, ...] = ()  # the site or its desk, where a page names that as its author
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    canonical_url: str = ""
    site_name: str = ""
    image: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    paywalled: bool | None = None
    body: str = ""  # the whole text, for pages that show it only by script


def read_metadata(tree: LexborHTMLParser, url: str) -> Metadata:
    """Read all of it, the more trustworthy place first: JSON-LD, then meta tags, then the page."""
    nodes: dict[str | None, list[LexborNode]] = {}
    for node in tree.css(_SPEAKING):  # once for all, since a walk through the tree costs more than the choice
        nodes.setdefault(node.tag, []).append(node)
    objects = jsonld.read_objects([node.text_lexbor() for node in nodes.get("script", ())])
    meta = _meta(nodes.get("meta", ()))
    base = next((join(url, node.attributes.get("href") or "") for node in nodes.get("base", ())), url)
    canonical = _canonical(nodes.get("link", ()), meta, base)
    article = jsonld.find_article(objects, (url, canonical))
    marked = {} if article else _marked(tree)
    site = (
        _first(meta, ("og:site_name", "application-name"))
        or _publisher(article, objects)
        or _told(marked.get("publisher"))
    )
    author = article.get("author") or article.get("creator")
    bylines = _bylines(meta, author, objects)
    authors = _first_people(bylines, site)
    host = host_of(url or canonical)
    title, heading = _title(tree, nodes, _titles(nodes, meta, article), site, host)
    return Metadata(
        title=without_section(title, url or canonical),
        heading=heading,
        summary=_first(meta, ("og:description", "description", "twitter:description")),
        authors=authors,
        house=() if authors else _house([*bylines, jsonld.texts(author)]),
        published=tuple(_told_dates(meta, article, _PUBLISHED, "datePublished")),
        modified=tuple(_told_dates(meta, article, _MODIFIED, "dateModified")),
        canonical_url=canonical,
        site_name=site,
        image=join(base, _image(meta, article, objects) or _source(marked.get("image"))),
        section=_first(meta, _SECTIONS)
        or next(iter(jsonld.texts(article.get("articleSection"))), "")
        or _told(marked.get("articleSection")),
        tags=_tags(meta, article, _told(marked.get("keywords"))),
        language=_declared_language(tree, meta, article),
        paywalled=_paywalled(article, meta),
        body=next(iter(jsonld.texts(article.get("articleBody"))), "") or jsonld.updates(article),
    )


def host_of(address: str) -> str:
    """The host in an address; "" when there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # an unfinished IPv6 address
        return ""


def _publisher(article: dict[str, Any], objects: list[dict[str, Any]]) -> str:
    """The publisher's name; what only refers to one that is described nowhere has none."""
    names = jsonld.texts(jsonld.resolved(article.get("publisher"), objects))
    return next((name for name in names if "://" not in name and not name.startswith("#")), "")


def _meta(nodes: Iterable[LexborNode]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in nodes:
        attributes = node.attributes
        content = (attributes.get("content") or "").strip()
        for name in ("property", "name", "itemprop", "http-equiv"):
            key = attributes.get(name)
            if key and content:
                found.setdefault(key.strip().lower(), []).append(content)
    return found


def _first(meta: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _line(node: LexborNode | None) -> str:
    """What an element says, in one line."""
    if node is None:
        return ""
    if node.child is None or (node.child.is_text_node and node.child.next is None):
        return _together(node)
    if (text := node.text_lexbor()) and max(text) >= WIDE and node.css_first("rt") is not None:
        node.strip_tags([*READINGS])
    return without_marks(" ".join(_spaced(node).split()))


def _together(node: LexborNode) -> str:
    return without_marks(" ".join(node.text_lexbor().split()))


def _spaced(node: LexborNode) -> str:
    """What an element says, its lines apart: a line may be an element whose style alone makes it one."""
    said = ""
    for part in islice(node.traverse(include_text=True), _MOST_PARTS):
        text = (part.text_content or "") if part.is_text_node else ""
        is_new_line = part.tag in _BREAKS or (said[-1:].islower() and text[:1].isupper())
        said += f" {text}" if is_new_line else text
    return said


def _titles(
    nodes: dict[str | None, list[LexborNode]], meta: dict[str, list[str]], article: dict[str, Any]
) -> list[str]:
    told = [*jsonld.texts(article.get("headline")), *(meta[name][0] for name in _TITLES if name in meta)]
    told += [_line(node) for node in nodes.get("title", [])[:1]]
    return [text for each in told if (text := without_marks(resolved(" ".join(each.split()))))]


def _title(
    tree: LexborHTMLParser, nodes: dict[str | None, list[LexborNode]], told: list[str], site: str, host: str
) -> tuple[str, str]:
    """The title, and the line of the page that says it, where one does."""
    lines: dict[str, str] = {}

    def headings(found: list[LexborNode]) -> list[str]:
        shown = {text: _together(node) for node in found[:_MOST_HEADINGS] if (text := _line(node))}
        lines.update(shown)
        return list(shown)

    title, heading = choose_headline(
        headings(nodes.get("h1", [])), lambda: headings(tree.css("h2")), told, site, host
    )
    return title, lines.get(heading, title)


def _bylines(meta: dict[str, list[str]], author: Any, objects: list[dict[str, Any]]) -> list[list[str]]:
    """What the page declares of its authors, organisations left out, the more trustworthy place first."""
    told = jsonld.texts(jsonld.people(jsonld.resolved(author, objects)))
    labelled = [
        meta[data][0]
        for label, data in _LABELLED
        if data in meta and label in meta and _WRITTEN_BY.match(meta[label][0])
    ]
    # What libraries read names «Doe, Jane».
    cited = [_SURNAME_FIRST.sub(r"\2 \1", name) for name in meta.get("citation_author", ())]
    return [told, *(meta[name] for name in _AUTHORS if name in meta), cited, labelled]


def _first_people(bylines: list[list[str]], site: str) -> tuple[str, ...]:
    """The people of the first place that names any, or of one that names them all and more."""
    found: tuple[str, ...] = ()
    for line in bylines:
        names = read_people(line, site=site)
        if len(names) > len(found) and set(names) >= set(found):
            found = names
    return found


def _house(bylines: list[list[str]]) -> tuple[str, ...]:
    """Who is said to have written it where that is nobody's name: «Staff and news service reports»."""
    names = (" ".join(name.split()) for line in bylines for name in line)
    return _first_people(bylines, "") or next(((name,) for name in names if is_house(name)), ())


def _told_dates(
    meta: dict[str, list[str]], article: dict[str, Any], names: re.Pattern[str], key: str
) -> Iterator[str]:
    yield from jsonld.texts(article.get(key))
    for name, dates in meta.items():
        if names.search("".join(filter(str.isalpha, name))):
            yield from dates


def _canonical(links: Iterable[LexborNode], meta: dict[str, list[str]], base: str) -> str:
    address = next((href for link in links if (href := link.attributes.get("href"))), "") or _first(
        meta, ("og:url",)
    )
    return join(base, address)


def _image(meta: dict[str, list[str]], article: dict[str, Any], objects: list[dict[str, Any]]) -> str:
    told = jsonld.addresses([article.get("image"), article.get("thumbnailUrl")], objects)
    return _first(meta, _IMAGES) or next(iter(told), "")


def _marked(tree: LexborHTMLParser) -> dict[str, LexborNode]:
    """What microdata or RDFa marks as a property of something on the page, the first of each name."""
    found: dict[str, LexborNode] = {}
    for node in tree.css("[itemprop], [typeof] [property]"):
        names = f"{node.attributes.get('itemprop') or ''} {node.attributes.get('property') or ''}"
        for name in names.split():
            found.setdefault(name, node)
    return found


def _told(node: LexborNode | None) -> str:
    """What an element, or the name in it, says to machines, else to readers."""
    if node is None:
        return ""
    named = node.css_first('[itemprop~="name"], [property~="name"]') or node
    return (named.attributes.get("content") or _line(named)).strip()


def _source(node: LexborNode | None) -> str:
    """Where a picture lies that an element is or holds."""
    places = (node, node.css_first('[itemprop~="url"], img')) if node is not None else ()
    given = (place.attributes for place in places if place is not None)
    return next(
        (told for has in given if (told := has.get("content") or has.get("src") or has.get("href"))), ""
    )


def _tags(meta: dict[str, list[str]], article: dict[str, Any], marked: str) -> tuple[str, ...]:
    told = (
        meta.get("article:tag", [])
        or jsonld.texts(article.get("keywords"))
        or meta.get("news_keywords", [])
        or meta.get("parsely-tags", [])
        or [marked]
    )
    tags = [tag.strip() for text in told for tag in re.split("[,;]", text)]
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _declared_language(tree: LexborHTMLParser, meta: dict[str, list[str]], article: dict[str, Any]) -> str:
    html = tree.css_first("html")
    declared = (
        (html.attributes.get("lang") or html.attributes.get("xml:lang") or "") if html is not None else ""
    )
    return (
        declared
        or next(iter(jsonld.texts(article.get("inLanguage"))), "")
        or _first(meta, ("content-language", "language", "dc.language", "og:locale"))
    )


def _paywalled(article: dict[str, Any], meta: dict[str, list[str]]) -> bool | None:
    free = jsonld.is_free(article)
    if free is None:
        free = _first(meta, ("isaccessibleforfree",))
    if isinstance(free, str):  # a word, or schema.org's address of one
        free = {"true": True, "false": False}.get(free.strip().lower().rpartition("/")[2])
    return None if not isinstance(free, bool) else not free
