"""The outline of a page → the block that holds the article, and its paragraphs."""

from collections.abc import Iterator
from typing import Final

from daemon.parse.outline import Block, Line
from daemon.parse.words import BESIDE, FURNITURE, MAIN

# A block that holds this share of what its parent weighs is where the article is.
HOLDS_MOST: Final = 0.72
# A name from the table of words vetoes a block only while most of the page's text is elsewhere.
VETO_SHARE: Final = 0.5
_SHORTEST_PROSE: Final = 40
_BESIDE_TAGS: Final = frozenset({"nav", "aside", "footer", "figcaption", "form"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_PROSE: Final = _HEADINGS | {"nav", "footer", "figcaption"}
_MOSTLY_LINKS: Final = 0.5


def read_body(page: Block, title: str = "") -> str:
    """Give the article's text, paragraphs split by a blank line; "" when the page has none."""
    _weigh(page)
    total = page.weight
    _weigh(page, vetoed_below=VETO_SHARE * total)
    if not page.weight:
        return ""
    container = _descend(page)
    limit = VETO_SHARE * container.size
    paragraphs = list(_paragraphs(container, limit))
    if paragraphs and paragraphs[0] == title:
        del paragraphs[0]
    return "\n\n".join(paragraphs)


def _blocks(block: Block) -> list[Block]:
    """All blocks below this one, and itself, parents before children."""
    found = [block]
    for each in found:
        found += [item for item in each.items if isinstance(item, Block)]
    return found


def is_beside(block: Block) -> bool:
    """Say whether a block calls itself something other than the article."""
    if block.hidden or block.tag in _BESIDE_TAGS:
        return True
    return bool(block.hint) and bool(BESIDE.search(block.hint)) and not MAIN.search(block.hint)


def _weigh(page: Block, vetoed_below: float = 0.0) -> None:
    """Sum the weight of prose up the outline, leaving out what stands beside the article."""
    blocks = _blocks(page)
    vetoed = {id(b) for b in blocks if b.weight < vetoed_below and is_beside(b)}
    for block in blocks:
        block.weight = 0.0
    for block in reversed(blocks):
        if id(block) in vetoed:
            block.weight = 0.0
            continue
        if block.tag not in _NOT_PROSE:
            block.weight += sum(_prose(item) for item in block.items if isinstance(item, Line))
        if block.parent is not None:
            block.parent.weight += block.weight


def _prose(line: Line) -> float:
    own = len(line.text) - line.linked
    return own if own >= _SHORTEST_PROSE and line.linked < own else 0


def _descend(block: Block) -> Block:
    while True:
        children = [item for item in block.items if isinstance(item, Block)]
        best = max(children, key=lambda child: child.weight, default=None)
        if best is None or best.weight < HOLDS_MOST * block.weight or best.tag == "p":
            return block
        block = best


def _paragraphs(container: Block, limit: float) -> Iterator[str]:
    for item in container.items:
        if isinstance(item, Line):
            if not FURNITURE.fullmatch(item.text) and item.linked < 0.8 * len(item.text):
                yield item.text
        elif item.size > limit or not (is_beside(item) or _is_link_list(item)):
            yield from _paragraphs(item, limit)


def _is_link_list(block: Block) -> bool:
    return block.linked > _MOSTLY_LINKS * block.size and block.tag != "p"
