"""The outline of a page → the block that holds the article."""

from collections import Counter
from typing import Final

from daemon.parse.outline import HEADINGS, Block, Outline

# A block that holds this share of what its parent weighs is where the article is.
HOLDS_MOST: Final = 0.8
# The names of blocks are believed while they leave this share of the page's prose; of those that leave less,
# the one that takes most is the publisher's name for the frame around everything.
MUST_LEAVE: Final = 0.12
# The same for what surely stands beside an article: comments can be fifty times as long.
SURE_MUST_LEAVE: Final = 0.02
# The same for cards and for what is said of pictures: of a page that is mostly those, they are the text.
MOSTLY_MUST_LEAVE: Final = 0.3
# One block that holds this share of the prose is not beside the article, whatever it is called; nor are the
# paragraphs of one name that stand in one block and hold it together.
HOLDS_HALF: Final = 0.5
_ALL_LINK: Final = 0.8
# Cards: other articles, each with a linked heading and a line about it, at least so many alike. They come
# when the article is over: this share of its prose may still follow. A page with less prose is a list.
_LONGEST_CARD: Final = 800
_ALIKE: Final = 2
_MAY_FOLLOW: Final = 0.2
_SHORTEST_ARTICLE: Final = 1500
_NOT_CARDS: Final = HEADINGS | {"tr"}
# What holds text itself, and is not gone into: what stands above a list is the article's too.
_TEXT_TAGS: Final = frozenset({"p", "ul", "ol", "dl", "blockquote"})
_CARDS: Final = "cards"
_MAY_BE_MOST: Final = frozenset({_CARDS, "figcaption"})


def find_body(page: Outline) -> Block | None:
    """Give the block that holds the article; None when the page has no prose. Marks what stands beside it."""
    for card in _cards_at_the_end(page.root, _cards(page)):
        card.beside = _CARDS
    _name(page)
    return _descend(page.root) if page.root.weight else None


def _weigh(page: Outline) -> None:
    """Sum the weight of prose up the outline, leaving out what stands beside the article."""
    for block in page.blocks:
        block.weight = block.prose
    for block, parent in zip(page.blocks[:0:-1], page.parents[:0:-1], strict=True):
        if block.beside:
            block.weight = 0
        elif block.weight:
            parent.weight += block.weight


def _cards(page: Outline) -> set[Block]:
    """What looks like a list of other articles: blocks that hold a linked heading and little else."""
    inside: dict[Block, list[Block]] = {}  # what holds such a heading, by what it stands in
    cards: set[Block] = set()
    for block, parent in zip(reversed(page.blocks), reversed(page.parents), strict=True):
        if block.tag in HEADINGS:
            holds = block.linked > _ALL_LINK * block.size
        elif inner := inside.get(block):
            holds = block.size <= _LONGEST_CARD
            shapes = Counter(map(_shape, inner))
            cards.update(
                item for item in inner if item.tag not in _NOT_CARDS and shapes[_shape(item)] >= _ALIKE
            )
        else:
            continue
        if holds:
            inside.setdefault(parent, []).append(block)
    return cards


def _shape(block: Block) -> tuple[str, str]:
    return block.tag, block.name.partition(" ")[0].lower()


def _cards_at_the_end(page: Block, cards: set[Block]) -> list[Block]:
    """Of the cards, those after which no article follows; none where little prose stands beside them."""
    if not cards:
        return []
    found: list[Block] = []
    so_far: list[int] = []  # the prose before each of them
    prose = 0
    waiting = [page]
    while waiting:
        block = waiting.pop()
        if block in cards:
            found.append(block)
            so_far.append(prose)
        else:
            prose += block.prose
            waiting += [item for item in reversed(block.items) if isinstance(item, Block)]
    if prose < _SHORTEST_ARTICLE:
        return []
    return [card for card, before in zip(found, so_far, strict=True) if prose - before <= _MAY_FOLLOW * prose]


def _name(page: Outline) -> None:
    """Believe the names of what stands beside the article, where they can be believed."""
    root = page.root
    total = root.weight
    named: dict[str, list[Block]] = {}
    together: Counter[tuple[str, Block]] = Counter()  # paragraphs of one name that stand in one block
    for block, parent in zip(page.blocks, page.parents, strict=True):
        if block.beside:
            named.setdefault(block.beside, []).append(block)
            together[block.beside, parent if block.tag == "p" else block] += block.weight
    most: Counter[str] = Counter()
    for (word, _), weight in together.items():
        most[word] = max(most[word], weight)
    for word, holders in named.items():
        if word.islower() and most[word] > HOLDS_HALF * total:
            for block in holders:
                block.beside = ""
    # Sure words last, those that take most first.
    for word in sorted(named, key=lambda word: (word.isupper(), -sum(block.weight for block in named[word]))):
        _weigh(page)
        if root.weight >= total * _must_leave(word):
            return
        for block in named[word]:
            block.beside = ""
    _weigh(page)


def _must_leave(word: str) -> float:
    if word in _MAY_BE_MOST:
        return MOSTLY_MUST_LEAVE
    return SURE_MUST_LEAVE if word.isupper() else MUST_LEAVE


def _descend(block: Block) -> Block:
    while True:
        children = [item for item in block.items if isinstance(item, Block)]
        best = max(children, key=lambda child: child.weight, default=None)
        if best is None or best.weight < HOLDS_MOST * block.weight or best.tag in _TEXT_TAGS:
            return block
        block = best
