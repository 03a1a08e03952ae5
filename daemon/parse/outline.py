"""A Lexbor tree → an outline: the page's blocks and the lines of text in them, nothing else."""

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse.words import beside_hint, word_set

# Never text: a page's machinery.
DROPPED: Final = word_set(
    "script style noscript template iframe object embed svg canvas audio video button select textarea input "
    "map dialog menu head -comment"
)
INLINE: Final = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr  q rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr img picture source math"
)
_HINTED: Final = ("class", "id", "itemprop", "role")
HEADINGS: Final = word_set("h1 h2 h3 h4 h5 h6")
_PRUNED: Final = word_set("nav footer aside")
# An article with what surrounds it is at least this share as long as what surely stands beside it.
_MUST_REMAIN: Final = 0.2
# What a reader opens by a click: an accordion's answers, the content behind a tab.
_UNFOLDS: Final = re.compile(r"\bregion\b|\btabpanel\b|accordion|collaps")
_WIDE: Final = "\u2e80"
_LONGEST_HINT: Final = 300  # class strings of 200 kB exist, and are an attack on whoever matches them


@dataclass(slots=True, eq=False)
class Line:
    """A run of text without a break in it. `linked` counts the characters inside links."""

    text: str
    linked: int

    @property
    def length(self) -> int:
        """Its characters, doubled in scripts that write a word in one or two of them."""
        return len(self.text) * 2 if self.text[len(self.text) // 2] >= _WIDE else len(self.text)


@dataclass(slots=True, eq=False)
class Block:
    """A block element: what it is called, what it holds in order, and sums over all of that.

    `prose` is the weight of its own lines, `weight` that of all below it, `beside` the word that tells it
    from the article; these are for whoever judges the outline.
    """

    tag: str
    hint: str = ""
    hidden: bool = False
    items: "list[Block | Line]" = field(default_factory=list)
    size: int = 0
    linked: int = 0
    prose: int = 0
    weight: int = 0
    beside: str = ""


class _Outliner:
    """Gathers text into lines, and lines into blocks, while a tree is walked."""

    def __init__(self, *, pruned: bool) -> None:
        self.pruned = pruned
        self.root = self.block = Block("body")
        self.above: list[Block] = []
        self.pieces: list[str] = []
        self.links = 0
        self.linked = 0
        self.unread = 0  # characters in what was pruned

    def end_line(self) -> None:
        pieces = self.pieces
        text = " ".join((pieces[0] if len(pieces) == 1 else "".join(pieces)).split())
        pieces.clear()
        if text:
            block, length = self.block, len(text)
            linked = min(self.linked, length)
            block.items.append(Line(text, linked))
            block.size += length
            block.linked += linked
        self.linked = 0

    def enter(self, node: LexborNode, tag: str) -> bool:
        """Open a block; False when there is nothing in it for an article."""
        if self.pieces:
            self.end_line()
        hint = ""
        hidden = False
        if attributes := node.attributes:
            hint = _hint(attributes)
            hidden = _is_hidden(attributes, hint)
        if self.pruned and (
            tag in _PRUNED or hidden or (hint and tag not in HEADINGS and beside_hint(hint).isupper())
        ):
            self.unread += len(node.text_lexbor())
            return False
        block = Block(tag, hint, hidden)
        self.block.items.append(block)
        self.above.append(self.block)
        self.block = block
        return True

    def leave(self) -> None:
        if self.pieces:
            self.end_line()
        block, parent = self.block, self.above.pop()
        if block.items:
            parent.size += block.size
            parent.linked += block.linked
        else:
            parent.items.pop()
        self.block = parent


def _hint(attributes: dict[str, str | None]) -> str:
    names = [name for key in _HINTED if key in attributes and (name := attributes[key])]
    return " ".join(names)[:_LONGEST_HINT].lower() if names else ""


def _is_hidden(attributes: dict[str, str | None], hint: str) -> bool:
    style = attributes.get("style")
    if not (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style and "display:none" in style[:_LONGEST_HINT].replace(" ", "").lower())
    ):
        return False
    # React sends parts of a page hidden, and puts them in place later.
    return not ((attributes.get("id") or "").startswith("S:") or _UNFOLDS.search(hint))


def outline(tree: LexborHTMLParser) -> Block:
    """Outline the page's body.

    What surely stands beside an article is left out, unread: that halves the work. Where it was most of the
    page, the page is outlined again, whole.
    """
    if tree.body is None:
        return Block("body")
    page, unread = _outline(tree.body, pruned=True)
    if page.size < _MUST_REMAIN * unread:
        page, _ = _outline(tree.body, pruned=False)
    return page


def outline_of(node: LexborNode) -> Block:
    """Outline one element, whole."""
    return _outline(node, pruned=False)[0]


def _outline(body: LexborNode, *, pruned: bool) -> tuple[Block, int]:  # noqa: C901 - one loop, a branch for each kind of node
    outliner = _Outliner(pruned=pruned)
    pieces, end_line, enter, leave = outliner.pieces, outliner.end_line, outliner.enter, outliner.leave
    # The elements that are open; no recursion, for pages nest deep.
    path: list[tuple[LexborNode, str]] = []
    node = body.first_child
    while node is not None or path:
        if node is None:
            node, tag = path.pop()
            if tag == "a":
                outliner.links -= 1
            elif tag not in INLINE:
                leave()
        elif (tag := node.tag or "") == "-text":
            text = node.text_content or ""
            pieces.append(text)
            if outliner.links:
                outliner.linked += len(text.strip())
        elif tag in DROPPED:
            pass
        elif (child := node.first_child) is None:
            if pieces and tag not in INLINE:
                end_line()
        elif tag in INLINE or enter(node, tag):
            outliner.links += tag == "a"
            path.append((node, tag))
            node = child
            continue
        node = node.next
    if pieces:
        end_line()
    return outliner.root, outliner.unread
