"""A Lexbor tree → an outline: the page's blocks and the lines of text in them, nothing else."""

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
_PRUNED: Final = word_set("nav footer aside")
# The share of the page's characters (white space and all) that makes up an article with what surrounds it.
_MUST_REMAIN: Final = 0.1
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

    def end_line(self) -> None:
        text = " ".join("".join(self.pieces).split())
        if text:
            linked = min(self.linked, len(text))
            self.block.items.append(Line(text, linked))
            self.block.size += len(text)
            self.block.linked += linked
        self.pieces.clear()
        self.linked = 0

    def add(self, text: str, *, in_link: bool = False) -> None:
        self.pieces.append(text)
        if self.links or in_link:
            self.linked += len(text.strip())

    def enter(self, node: LexborNode, tag: str) -> bool:
        """Open a block; False when there is nothing in it for an article."""
        if self.pieces:
            self.end_line()
        if self.pruned and (tag in _PRUNED or _is_code(node, tag)):
            return False
        hint = ""
        hidden = False
        if attributes := node.attributes:
            names = [name for key in _HINTED if (name := attributes.get(key))]
            hint = " ".join(names)[:_LONGEST_HINT].lower()
            hidden = _is_hidden(attributes)
            if self.pruned and (hidden or beside_hint(hint).isupper()):
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
        parent.size += block.size
        parent.linked += block.linked
        if not block.items:
            parent.items.pop()
        self.block = parent


def _is_code(node: LexborNode, tag: str) -> bool:
    return tag == "pre" and node.first_child is not None and node.first_child.tag == "code"


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if (attributes.get("id") or "").startswith("S:"):
        return False  # React sends parts of a page hidden, and puts them in place later
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and "display:none" in style[:_LONGEST_HINT].replace(" ", "").lower()


def outline(tree: LexborHTMLParser) -> Block:
    """Outline the page's body.

    What surely stands beside an article is left out, unread: that halves the work. Where it was most of the
    page, the page is outlined again, whole.
    """
    if tree.body is None:
        return Block("body")
    page = _outline(tree.body, pruned=True)
    if page.size < _MUST_REMAIN * len(tree.body.text_lexbor()):
        page = _outline(tree.body, pruned=False)
    return page


def outline_of(node: LexborNode) -> Block:
    """Outline one element, whole."""
    return _outline(node, pruned=False)


def _outline(body: LexborNode, *, pruned: bool) -> Block:  # noqa: C901 - one loop, a branch for each kind of node
    outliner = _Outliner(pruned=pruned)
    # The elements that are open; no recursion, for pages nest deep.
    path: list[tuple[LexborNode, str]] = []
    node = body.first_child
    while node is not None or path:
        if node is None:
            node, tag = path.pop()
            if tag == "a":
                outliner.links -= 1
            elif tag not in INLINE:
                outliner.leave()
        elif (tag := node.tag or "") == "-text":
            outliner.add(node.text_content or "")
        elif tag in DROPPED:
            pass
        elif (child := node.first_child) is None:
            if tag not in INLINE:
                outliner.end_line()
        elif tag in INLINE and child.next is None and child.is_text_node:
            outliner.add(child.text_content or "", in_link=tag == "a")
        elif tag in INLINE or outliner.enter(node, tag):
            outliner.links += tag == "a"
            path.append((node, tag))
            node = child
            continue
        node = node.next
    outliner.end_line()
    return outliner.root
