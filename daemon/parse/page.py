"""HTML text → a Lexbor tree, whatever was put into the text to make that slow."""

import re
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from daemon.errors import ParseError
from daemon.parse.words import word_set

# Lexbor takes time quadratic in the attributes of one tag: 100,000 of them keep it busy for 30 s. Real
# tags past this length carry embedded images or a script's state, nothing that an article needs.
LONGEST_TAG: Final = 8192
# It is also quadratic in the depth of the tree (200,000 nested divs: 12 s). Real pages stay below 100.
DEEPEST: Final = 512
# Formatting left open is opened again in every block that follows, a copy each.
MOST_COPIES: Final = 1_000_000
# An element takes up to 600 bytes of memory, a word 60 while it is read: so much of a page, scripts left out,
# takes less than 50 MB. Of 1,456 articles' pages the largest has 20,000 tags, and 1.8 million characters with
# its scripts; what comes after so much is not read.
MOST_TAGS: Final = 80_000
_SHORTEST_TAG: Final = len("<p>")
LONGEST_PAGE: Final = 2_000_000
# A page with fewer tags than this takes less than half a second, however it nests.
FEW_TAGS: Final = 20_000

# Comments and scripts, taken whole, their ends in a group; and a picture's tag up to a blank line in it.
# Possessive throughout, so that it stays linear.
_UNREAD: Final = re.compile(
    r"<[sS][cC][rR][iI][pP][tT]\b[^>]*+>(?:[^<]++|<(?!/[sS][cC][rR][iI][pP][tT]\b))*+(</[^>]*+>)?"
    r"|<[sS][tT][yY][lL][eE]\b[^>]*+>(?:[^<]++|<(?!/[sS][tT][yY][lL][eE]\b))*+(</[^>]*+>)?"
    r"|<!--(?:(-?>)|(?:[^-]++|-(?!-!?>))*+(--!?>)?)"
    r"|<[iI][mM][gG]\b[^<>\n]*+(?:\n(?![ \t\r]*\n)[^<>\n]*+)*+(\n)"
)
_PROSE_AFTER: Final = re.compile(r"\s*\n[^<>=]{40}")
# A tag as the HTML standard cuts it: «>» ends it, except in a quoted value; a quote opens a value only
# after «=».
_REST_OF_TAG: Final = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+"""
_TAG: Final = re.compile(rf"<[a-zA-Z]{_REST_OF_TAG}>?")
_IN_A_TAG: Final = re.compile(_REST_OF_TAG)
_BLOCK: Final = re.compile(r"<(?:p|div|br|td|li|body|article|section|main|h[1-6])\b", re.IGNORECASE)
_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*\n\s*")
_LONGEST_TITLE: Final = 200
_NEARBY: Final = 200
_LONGEST_VALUE: Final = 16_384
# A tag of this length may have so many attributes that it takes a third of a second.
_ASKED_EACH: Final = 32_768
_NAME: Final = re.compile(r"<(/?[a-z][^\s/>]*)")
# Formatting with attributes. By the first letter, since most tags have another.
_FORMATTED: Final = re.compile(r"<[bcefinstuBCEFINSTU](?i:ig|ode|m|ont|obr|mall|trike|trong|t|)\s")
_ANY_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")

_VOID: Final = word_set("area base br col embed hr img input link meta param source track wbr")
_FORMATTING: Final = word_set("a b big code em font i nobr s small strike strong tt u")
# What the standard calls special: blocks, which end an open paragraph and shield what is open around them.
_SPECIAL: Final = word_set(
    "address applet article aside blockquote body button caption center colgroup dd details dialog dir "
    "div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup html "
    "iframe li listing main marquee menu nav object ol p pre search section select summary table tbody td "
    "template tfoot th thead title tr ul xmp"
)
_SCOPE: Final = word_set("applet caption html marquee object table td template th")
_TABLE: Final = word_set("table tbody thead tfoot tr td th caption")
# What ends by itself where one of these begins.
_ENDED_BY: Final = {
    "li": word_set("li"),
    "dt": word_set("dt dd"),
    "dd": word_set("dt dd"),
    "td": word_set("td th tr tbody thead tfoot"),
    "th": word_set("td th tr tbody thead tfoot"),
    "tr": word_set("tr tbody thead tfoot"),
    "tbody": word_set("tbody thead tfoot"),
    "thead": word_set("tbody thead tfoot"),
    "p": _SPECIAL,
}
# What a page read flat keeps: tags that cannot nest.
_KEPT_FLAT: Final = word_set("html head body title meta link script h1 h2 h3 h4 h5 h6 br p li")


def open_page(html: str) -> LexborHTMLParser:
    """Parse a page in time linear in its length; ParseError when the parser gives up.

    Scripts and comments are left out, except JSON-LD and the templates in which Blogger's pages hold a post.
    Plain text is read as paragraphs. A page that nests its tags without measure is read flat, each block a
    paragraph: its text counts more than its structure. Of a page of monstrous size the beginning is read.
    """
    html = _first_tags(_UNREAD.sub(_without_unread, html))
    if not _BLOCK.search(html):
        html = _paragraphs(html)
    if len(html) > LONGEST_PAGE or _may_hold_a_long_tag(html):
        html = _TAG.sub(_shortened, html)[:LONGEST_PAGE]
    if _may_nest_long(html) and _nests_without_measure(html):
        html = _ANY_TAG.sub(_flatten, html)
    encoded = html.encode(errors="ignore")
    if b"\0" in encoded:  # sought in bytes, where that takes no time; without it, all of the above holds anew
        return open_page(html.replace("\0", ""))
    try:
        return LexborHTMLParser(encoded, options=LexborDocumentOptions.WO_EVENTS)
    except (SelectolaxError, ValueError, MemoryError) as error:
        raise ParseError("html", f"The page cannot be read as HTML: {error}.") from error


def _first_tags(html: str) -> str:
    """Cut what comes after as many tags as are read."""
    if len(html) <= _SHORTEST_TAG * MOST_TAGS or html.count("<") <= MOST_TAGS:
        return html
    return html[: next(islice(re.finditer("<", html), MOST_TAGS, None)).start()]


def _paragraphs(text: str) -> str:
    """Mark up plain text as a page: its first line the headline, blank lines between paragraphs."""
    first, *others = _BLANK_LINE.split(text.strip())
    tag = "h1" if others and len(first) <= _LONGEST_TITLE else "p"
    return f"<{tag}>{first}</{tag}>" + "".join(f"<p>{each}</p>" for each in others)


def _is_in_a_value(html: str, place: int) -> bool:
    """Tell whether a quote that opened a value before may be open still."""
    start = max(0, place - _LONGEST_VALUE)
    last = html.rfind('"', start, place), html.rfind("'", start, place)
    return any(quote > start and html[quote - 1] == "=" for quote in last)


def _without_unread(match: re.Match[str]) -> str:
    html, start = match.string, match.start()
    # What never ends, or looks like a script within an attribute, is for the parser to judge.
    if match.lastindex is None or _is_in_a_value(html, start):
        return match[0]
    if html[start + 1] == "!":
        return ""
    if html[start + 1] in "iI":
        return _closed_picture(match)
    end = html.find(">", start)
    tag = html[start:end]
    if "ld+json" in tag.lower():
        return match[0]
    return html[end + 1 : match.end()] if "text/template" in tag and _holds_a_post(match) else ""


def _closed_picture(match: re.Match[str]) -> str:
    """Close a picture's tag that a repost cut off: the prose after it would be lost as its attributes."""
    is_cut = match[0].rstrip().endswith(("'", '"')) and _PROSE_AFTER.match(match.string, match.end())
    return f"{match[0]}>" if is_cut else match[0]


def _holds_a_post(template: re.Match[str]) -> bool:
    before = template.string[max(0, template.start() - _NEARBY) : template.start()].rstrip()
    return before.endswith(("itemprop='articleBody'>", 'itemprop="articleBody">'))


def _shortened(match: re.Match[str]) -> str:
    tag = match[0]
    if len(tag) <= LONGEST_TAG:
        return tag
    name = _NAME.match(tag.lower()[:LONGEST_TAG])
    return f"<{name[1][:100]}>" if name else ""


def _flatten(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name in _KEPT_FLAT:
        return match[0]
    return "<p>" if name in _SPECIAL else " "


def _may_hold_a_long_tag(html: str) -> bool:
    """Tell whether some tag is so long that it may be slow.

    It covers one of a few places, and goes on after the value that it may have there: asked at each place,
    for each of the two quotes and none, that needs no look at all the other tags.
    """
    for place in range(_ASKED_EACH, len(html), _ASKED_EACH):
        for start in (place, html.find('"', place) + 1, html.find("'", place) + 1):
            rest = _IN_A_TAG.match(html, start) if start else None
            if rest and rest.end() - start >= LONGEST_TAG:
                return True
    return False


def _may_nest_long(html: str) -> bool:
    """Tell whether there are so many tags that they may nest too deep, counting no more than that needs."""
    tags = html.count("<")
    if tags >= FEW_TAGS or tags**2 < 4 * MOST_COPIES:
        return tags >= FEW_TAGS
    formatted = len(_FORMATTED.findall(html))
    if tags * formatted < MOST_COPIES:
        return False
    opening = tags - html.count("</")
    return opening**2 >= 4 * MOST_COPIES and opening * formatted >= MOST_COPIES


def _nests_without_measure(html: str) -> bool:
    """Follow the stack of open tags as a parser would, without building anything."""
    stack: list[str] = []
    formatting = copies = 0
    for name in _NAME.findall(html.lower()):
        if name[0] == "/":
            _close(stack, name[1:])
            formatting -= name[1:] in _FORMATTING and formatting > 0
        elif name not in _VOID:
            if name in _SPECIAL:
                _end_implied(stack, name)
            copies += formatting
            formatting += name in _FORMATTING and name != "a"
            stack.append(name)
            if len(stack) > DEEPEST or copies > MOST_COPIES:
                return True
    return False


def _close(stack: list[str], name: str) -> None:
    shields = (_SCOPE - _TABLE if name in _TABLE else _SCOPE) if name in _SPECIAL else _SPECIAL
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] == name:
            del stack[place:]
            return
        if stack[place] in shields:
            return


def _end_implied(stack: list[str], name: str) -> None:
    for place in range(len(stack) - 1, -1, -1):
        open_name = stack[place]
        if name in _ENDED_BY.get(open_name, ()):
            del stack[place:]
        elif open_name in _SPECIAL:
            return
