"""A Lexbor tree → an outline: the page's blocks and the lines of text in them, nothing else."""

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, create_tag

from daemon.parse.plain import without_marks
from daemon.parse.words import beside_hint, is_main, word_set

# How characters are read, printed above them: within the text they would part its words.
READINGS: Final = word_set("rt rp rtc")
# Never text: a page's machinery, and those.
DROPPED: Final = READINGS | word_set(
    "script style noscript template iframe object embed svg canvas audio video button select textarea input "
    "map dialog menu head title"
)
INLINE: Final = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby s "
    "samp small span strike strong sub sup time tt u var wbr img picture source math meta link"
)
# What is no block, by the numbers that Lexbor gives the names: a node tells its number sooner than its name.
_TEXT: Final = 2  # LXB_TAG__TEXT
_COMMENT: Final = 4  # LXB_TAG__EM_COMMENT
_LINK: Final = create_tag("a").tag_id
_INLINE: Final = frozenset(create_tag(name).tag_id for name in INLINE)
_DROPPED: Final = frozenset(create_tag(name).tag_id for name in DROPPED) | {_COMMENT}
HEADINGS: Final = word_set("h1 h2 h3 h4 h5 h6")
_BESIDE_TAGS: Final = word_set("nav aside footer figcaption form")
_NOT_PROSE: Final = HEADINGS | {"nav", "footer"}
_PRUNED: Final = word_set("nav footer aside")
# Words for what leads elsewhere: a block that is called so and holds prose is what they lead to.
_LEADING: Final = word_set("toc table-of-contents menu submenu NAV NAVIGATION NAVBAR PAGINATION")
# Words that also tell what kind of article it is, of a block around the headline: «Comment», «Sponsored».
_KINDS: Final = word_set("COMMENT COMMENTS DISCUSSION RELATED RECOMMENDED TRENDING POPULAR SPONSORED")
_NAMING: Final = ("class", "id", "itemprop", "role")
_MAY_HIDE: Final = word_set("hidden aria-hidden style")
# A line of this length is prose; what is shorter may be a label, a byline or a button.
SHORTEST_PROSE: Final = 40
# An article with what surrounds it is at least this share as long as what surely stands beside it.
_MUST_REMAIN: Final = 0.2
# A page that shows so much prose elsewhere shows its article there, however long its menus or comments are.
_ENOUGH_PROSE: Final = 3000
# What a reader opens by a click: an accordion's answers, the content behind a tab.
_UNFOLDS: Final = re.compile(r"\bregion\b|\btabpanel\b|accordion|collaps")
WIDE: Final = "\u2e80"
_LONGEST_NAME: Final = 300  # class strings of 200 kB exist, and are an attack on whoever matches them


@dataclass(slots=True, eq=False)
class Line:
    """A run of text without a break in it. `linked` counts the characters inside links."""

    text: str
    linked: int

    @property
    def length(self) -> int:
        """Its characters, doubled in scripts that write a word in one or two of them."""
        return len(self.text) * 2 if self.text[len(self.text) // 2] >= WIDE else len(self.text)


class Block:
    """A block element: what it is called, what it holds in order, and sums over all of that.

    `beside` is the word that tells it from the article, `prose` the weight of its own lines, `weight` that of
    all below it, for whoever judges the outline. (No dataclass, since that takes twice as long to make.)
    """

    __slots__ = ("beside", "items", "linked", "name", "prose", "size", "tag", "weight")

    def __init__(self, tag: str, name: str = "", beside: str = "") -> None:
        self.tag = tag
        self.name = name
        self.beside = beside
        self.items: list[Block | Line] = []
        self.size = self.linked = self.prose = self.weight = 0


@dataclass(slots=True)
class Outline:
    """A page's blocks, parents before children, each with its parent: blocks do not know theirs.

    And its lines in order, each with the tag of its block.
    """

    root: Block
    blocks: list[Block]
    parents: list[Block]
    lines: list[tuple[Line, str]]
    around_headline: frozenset[int] = frozenset()  # the elements around the first one, for Lexbor


def _named(attributes: dict[str, str | None]) -> tuple[str, str]:
    """The first name that the attributes give a block, and the word in all of them that sets it beside."""
    name = (attributes.get("class") or "")[:_LONGEST_NAME]
    names = [name]
    if len(attributes) > 1 or not name:
        names = [name for key in _NAMING if (name := (attributes.get(key) or "")[:_LONGEST_NAME])]
    for name in names:
        if word := beside_hint(name):
            return names[0], "" if any(_outweighs(each, word) for each in names) else word
    return names[0] if names else "", ""


def _outweighs(names: str, word: str) -> bool:
    """Whether names tell of the article itself, or that it is only hidden until a reader opens it."""
    return is_main(names) or (word == "hidden" and _UNFOLDS.search(names.lower()) is not None)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    if not (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style and "display:none" in style[:_LONGEST_NAME].replace(" ", "").lower())
    ):
        return False
    # React sends parts of a page hidden, and puts them in place later.
    if (attributes.get("id") or "").startswith("S:"):
        return False
    names = " ".join((attributes.get(key) or "")[:_LONGEST_NAME] for key in _NAMING)
    return not _UNFOLDS.search(names.lower())


def outline(tree: LexborHTMLParser) -> Outline:
    """Outline the page's body.

    What surely stands beside an article is left out, unread: that halves the work. Where it was most of the
    page, and little prose is left, the page is outlined again, whole.
    """
    if tree.body is None:
        root = Block("body")
        return Outline(root, [root], [root], [])
    page, unread = _outline(tree.body, pruned=True)
    if page.root.size < _MUST_REMAIN * unread and page.root.weight < _ENOUGH_PROSE:
        page, _ = _outline(tree.body, pruned=False)
    return page


def outline_of(node: LexborNode) -> Block:
    """Outline one element, whole."""
    return _outline(node, pruned=False)[0].root


def _outline(body: LexborNode, *, pruned: bool) -> tuple[Outline, int]:  # noqa: C901, PLR0912 - one loop, a branch for each kind of node
    """Gather text into lines, and lines into blocks; count the characters of what is pruned."""
    # All in local names, since the loop goes round for each node of a page.
    block = Block("body")
    page = Outline(block, [block], [block], [], _around_headline(body))
    pieces: list[str] = []
    links = linked = unread = 0
    # The elements that are open, a block with the one around it; no recursion, for pages nest deep.
    path: list[tuple[LexborNode, Block | None]] = []
    node = body.first_child
    while node is not None or path:
        if node is None:
            node, around = path.pop()
            if around is None:
                links -= node.tag_id == _LINK
            else:
                if pieces:
                    linked = _end_line(page, block, pieces, linked, path)
                block = _leave(block, around)
        elif (tag := node.tag_id) == _TEXT:
            text = node.text_content or ""
            if pieces or not text.isspace():
                pieces.append(text)
                linked += len(text.strip()) if links else 0
        elif tag in _INLINE:
            if (child := node.first_child) is not None:
                links += tag == _LINK
                path.append((node, None))
                node = child
                continue
        elif tag not in _DROPPED:
            if pieces:
                linked = _end_line(page, block, pieces, linked, path)
            if (child := node.first_child) is not None:
                if inner := _enter(page, block, node, pruned=pruned):
                    path.append((node, block))
                    block, node = inner, child
                    continue
                unread += len(node.text_lexbor())
        node = node.next
    if pieces:
        _end_line(page, block, pieces, linked, path)
    block.weight += block.prose
    return page, unread


def _enter(page: Outline, around: Block, node: LexborNode, *, pruned: bool) -> Block | None:
    """Open a block; None when there is nothing in it for an article."""
    tag = node.tag or ""
    name = word = ""
    is_hidden = False
    if attributes := node.attributes:
        name, word = _named(attributes)
        is_hidden = not _MAY_HIDE.isdisjoint(attributes) and _is_hidden(attributes)
    if word and tag in HEADINGS:  # the name of a heading is made of what it says
        word = ""
    if word in _KINDS and (tag == "main" or node.mem_id in page.around_headline):
        word = ""
    if pruned and (is_hidden or tag in _PRUNED or word.isupper()):
        return None
    block = Block(tag, name, "hidden" if is_hidden else tag if tag in _BESIDE_TAGS else word)
    page.blocks.append(block)
    page.parents.append(around)
    return block


def _around_headline(body: LexborNode) -> frozenset[int]:
    """What the first heading of the first order stands in."""
    around = set()
    node = body.css_first("h1")
    while node is not None and (node := node.parent) is not None:
        around.add(node.mem_id)
    return frozenset(around)


def _leave(block: Block, around: Block) -> Block:
    """Close a block, which counts only if it holds something; gives the one around it."""
    if block.items:
        block.weight += block.prose
        if block.beside in _LEADING and block.weight > block.size / 2:
            block.beside = ""
        around.items.append(block)
        around.size += block.size
        around.linked += block.linked
        around.weight += block.weight
    return around


def _end_line(
    page: Outline, block: Block, pieces: list[str], linked: int, path: list[tuple[LexborNode, Block | None]]
) -> int:
    """Make a line of the pieces, and use them up; gives what is linked in the next line so far, nothing."""
    text = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
    pieces.clear()
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
        if not text.isprintable():
            text = without_marks(text)
    if not (length := len(text)):
        return 0
    line = Line(text, min(linked, length))
    block.items.append(line)
    page.lines.append((line, block.tag))
    block.size += length
    block.linked += line.linked
    if length >= SHORTEST_PROSE // 2 and block.tag not in _NOT_PROSE and not _captions_others(block, path):
        length = line.length
        own = length - line.linked
        if length >= SHORTEST_PROSE and line.linked < own:
            block.prose += own
    return 0


def _captions_others(block: Block, path: list[tuple[LexborNode, Block | None]]) -> bool:
    """Tell whether this says something of a picture that surely stands beside the article."""
    return block.tag == "figcaption" and any(around and around.tag in _PRUNED for _, around in path)
