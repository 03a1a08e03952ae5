"""What a page says about its article in meta tags, JSON-LD and its visible head."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse import jsonld
from daemon.parse.address import join
from daemon.parse.headline import without_section
from daemon.parse.microdata import read_marked, source_of, told_by
from daemon.parse.people import is_house, read_people
from daemon.parse.title import find_title, told_titles

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
    marked = {} if article else read_marked(tree)
    site = (
        _first(meta, ("og:site_name", "application-name"))
        or _publisher(article, objects)
        or told_by(marked.get("publisher"))
    )
    author = article.get("author") or article.get("creator")
    bylines = _bylines(meta, author, objects)
    authors = _first_people(bylines, site)
    host = host_of(url or canonical)
    title, heading = find_title(tree, nodes, told_titles(nodes, meta, article), site, host)
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
        image=join(base, _image(meta, article, objects) or source_of(marked.get("image"))),
        section=_first(meta, _SECTIONS)
        or next(iter(jsonld.texts(article.get("articleSection"))), "")
        or told_by(marked.get("articleSection")),
        tags=_tags(meta, article, told_by(marked.get("keywords"))),
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
