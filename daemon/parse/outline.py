"""A Lexbor tree → an outline: the page's blocks and the lines of text in them, nothing else."""

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse.words import word_set

# Never text: a page's machinery.
DROPPED: Final = sorted(
    word_set(
        "script style noscript template iframe object embed svg canvas audio video button select textarea "
        "input map dialog menu head"
    )
)
INLINE: Final = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr  q rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr img picture source math"
)
_HINTED: Final = ("class", "id", "role", "itemprop")
_LONGEST_HINT: Final = 300  # class strings of 200 kB exist, and are an attack on whoever matches them
_SPACE = re.compile(r"\s+")


@dataclass(slots=True, eq=False)
class Line:
    """A run of text without a break in it. `linked` counts the characters inside links."""

    text: str
    linked: int


@dataclass(slots=True, eq=False)
class Block:
    """A block element: what it is called, what it holds in order, and sums over all of that."""

    tag: str
    hint: str = ""
    hidden: bool = False
    parent: "Block | None" = None
    items: "list[Block | Line]" = field(default_factory=list)
    size: int = 0
    linked: int = 0
    weight: float = 0.0
    beside: str = ""


class _Outliner:
    """Gathers text into lines while a tree is walked."""

    def __init__(self) -> None:
        self.root = self.block = Block("body")
        self.pieces: list[str] = []
        self.links = 0
        self.linked = 0

    def add(self, text: str) -> None:
        self.pieces.append(text)
        if self.links:
            self.linked += len(text.strip())

    def end_line(self) -> None:
        if not self.pieces:
            return
        text = _SPACE.sub(" ", "".join(self.pieces)).strip()
        if text:
            self.block.items.append(Line(text, min(self.linked, len(text))))
        self.pieces.clear()
        self.linked = 0

    def enter(self, node: LexborNode, tag: str) -> None:
        if tag == "a":
            self.links += 1
        if tag in INLINE:
            return
        self.end_line()
        if tag == "br":
            return
        attributes = node.attributes
        hint = " ".join([attributes.get(name) or "" for name in _HINTED if name in attributes])
        block = Block(tag, hint[:_LONGEST_HINT].lower(), _is_hidden(attributes), self.block)
        self.block.items.append(block)
        self.block = block

    def leave(self, tag: str) -> None:
        if tag == "a":
            self.links -= 1
        if tag in INLINE or tag == "br":
            return
        self.end_line()
        block = self.block
        parent = block.parent
        if parent is not None:
            for item in block.items:
                if isinstance(item, Line):
                    block.size += len(item.text)
                    block.linked += item.linked
            if block.size:
                parent.size += block.size
                parent.linked += block.linked
            else:
                parent.items.pop()
            self.block = parent


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style) and "display:none" in (style or "")[:_LONGEST_HINT].replace(" ", "").lower()


def outline(tree: LexborHTMLParser) -> Block:
    """Outline the page's body; takes the machinery out of the tree on the way."""
    tree.strip_tags(DROPPED, recursive=True)
    outliner = _Outliner()
    node = tree.body
    if node is None:
        return outliner.root
    path: list[LexborNode] = []
    child = node.first_child
    while True:
        if child is None:
            if not path:
                break
            node = path.pop()
            outliner.leave(node.tag or "")
            child = node.next
            continue
        tag = child.tag or ""
        if tag == "-text":
            outliner.add(child.text_content or "")
            child = child.next
        elif tag[:1] == "-":
            child = child.next
        else:
            outliner.enter(child, tag)
            path.append(child)
            child = child.first_child
    outliner.end_line()
    return outliner.root
