"""The outline of a page → the block that holds the article."""

from typing import Final

from daemon.parse.outline import Block, Line
from daemon.parse.words import beside_hint

# A block that holds this share of what its parent weighs is where the article is.
HOLDS_MOST: Final = 0.8
# The names of blocks are believed while they leave this share of the page's prose; of those that leave less,
# the one that takes most is the publisher's name for the frame around everything.
MUST_LEAVE: Final = 0.12
# The same for what surely stands beside an article: comments can be fifty times as long.
SURE_MUST_LEAVE: Final = 0.02
# One block that holds this share of the prose is not beside the article, whatever it is called.
HOLDS_HALF: Final = 0.5
_SHORTEST_PROSE: Final = 40
_BESIDE_TAGS: Final = frozenset({"nav", "aside", "footer", "figcaption", "form"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_PROSE: Final = _HEADINGS | {"nav", "footer", "figcaption"}


def find_body(page: Block) -> Block | None:
    """Give the block that holds the article; None when the page has no prose. Marks what stands beside it."""
    blocks = _blocks(page)
    for block in blocks:
        block.prose = _prose(block)
    _weigh(blocks)
    _name(blocks)
    return _descend(page) if page.weight else None


def _blocks(block: Block) -> list[Block]:
    """All blocks below this one, and itself, parents before children."""
    found = [block]
    for each in found:
        found += [item for item in each.items if isinstance(item, Block)]
    return found


def _name(blocks: list[Block]) -> None:
    """Mark what stands beside the article, by its own name or tag, where the name can be believed."""
    page = blocks[0]
    total = page.weight
    named: dict[str, list[Block]] = {}
    for block in blocks:
        word = _beside(block)
        if word:
            block.beside = word
            named.setdefault(word, []).append(block)
    for word, holders in named.items():
        if word.islower() and max(block.weight for block in holders) > HOLDS_HALF * total:
            for block in holders:
                block.beside = ""
    # Sure words last, those that take most first.
    for word in sorted(named, key=lambda word: (word.isupper(), -sum(block.weight for block in named[word]))):
        _weigh(blocks)
        if page.weight >= total * (SURE_MUST_LEAVE if word.isupper() else MUST_LEAVE):
            break
        for block in named[word]:
            block.beside = ""
    _weigh(blocks)


def _beside(block: Block) -> str:
    if block.hidden:
        return "hidden"
    if block.tag in _BESIDE_TAGS:
        return block.tag
    word = beside_hint(block.hint) if block.hint else ""
    return "" if word == "header" and block.tag in _HEADINGS else word


def _weigh(blocks: list[Block]) -> None:
    """Sum the weight of prose up the outline, leaving out what stands beside the article."""
    for block in reversed(blocks):
        if block.beside:
            block.weight = 0
        else:
            block.weight = block.prose + sum(item.weight for item in block.items if isinstance(item, Block))


def _prose(block: Block) -> int:
    if block.tag in _NOT_PROSE:
        return 0
    weight = 0
    for item in block.items:
        if isinstance(item, Line):
            length = item.length
            own = length - item.linked
            if length >= _SHORTEST_PROSE and item.linked < own:
                weight += own
    return weight


def _descend(block: Block) -> Block:
    while True:
        children = [item for item in block.items if isinstance(item, Block)]
        best = max(children, key=lambda child: child.weight, default=None)
        if best is None or best.weight < HOLDS_MOST * block.weight or best.tag == "p":
            return block
        block = best
