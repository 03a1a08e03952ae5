"""The block that holds an article → its paragraphs, without what else stands in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from daemon.parse.outline import Block, Line
from daemon.parse.words import CREDIT, ENDING, FURNITURE, LITERAL_TAG, READ_ON

_MOSTLY_LINKS: Final = 0.5
_ALL_LINK: Final = 0.8
# A line of this length is prose; what is shorter may be a label, a byline or a button. Before the first
# prose, a line is also taken for such a thing when it does not end as a sentence does.
_SHORTEST_PROSE: Final = 40
_LONGEST_LABEL: Final = 80
_LONGEST_FURNITURE: Final = 150
_SENTENCE_ENDS: Final = tuple(".!?…:;\"”»’')]。！？」』।؟")
# The heading of what follows an article comes after this share of the text.
_TAIL_FROM: Final = 0.7
_BOTH_SIDES: Final = 2
_LONGEST_HEAD: Final = 5
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER_LINK_LISTS: Final = _HEADINGS | {"p", "li", "blockquote", "td", "dd"}


@dataclass(slots=True)
class _Said:
    """A line of the article's block, with what is needed to judge it by itself."""

    text: str
    length: int
    linked: int
    tag: str

    @property
    def is_prose(self) -> bool:
        if self.tag in _HEADINGS or self.linked >= len(self.text) / 2:
            return False
        return self.length >= _SHORTEST_PROSE

    @property
    def is_sentence(self) -> bool:
        return self.is_prose and (self.length > _LONGEST_LABEL or self.text.endswith(_SENTENCE_ENDS))

    @property
    def is_link(self) -> bool:
        return self.linked > _ALL_LINK * len(self.text) and self.tag != "blockquote"


def read_prose(page: Block, body: Block, title: str) -> str:
    """Give the article's text: what `body` holds and the lead above it, paragraphs split by a blank line."""
    said = _lead(page, body, title) + [_said(line, block) for line, block in _lines(body)]
    said = _without_links(_without_head(_without_tail(said), title))
    kept: list[str] = []
    told: set[str] = set()
    for line in said:
        text = line.text
        if "<" in text or "[" in text:
            text = LITERAL_TAG.sub("", text).strip()
        if len(text) <= _LONGEST_FURNITURE and (FURNITURE.fullmatch(text) or CREDIT.search(text)):
            continue
        if len(text) > _LONGEST_LABEL and text in told:
            continue  # galleries and hidden copies say things twice
        told.add(text)
        kept.append(text)
    return "\n\n".join(kept)


def _said(line: Line, block: Block) -> _Said:
    return _Said(line.text, line.length, line.linked, block.tag)


def _lines(root: Block, until: Block | None = None) -> Iterator[tuple[Line, Block]]:
    """The lines below a block in order, without those beside the article, up to another block."""
    waiting: list[tuple[Block | Line, Block]] = [(item, root) for item in reversed(root.items)]
    while waiting:
        item, holder = waiting.pop()
        if isinstance(item, Line):
            yield item, holder
        elif item is until:
            return
        elif (not item.beside or item.beside == "header") and not _is_link_list(item):
            waiting += [(each, item) for each in reversed(item.items)]


def _is_link_list(block: Block) -> bool:
    return block.linked > _MOSTLY_LINKS * block.size and block.tag not in _NEVER_LINK_LISTS


def _lead(page: Block, body: Block, title: str) -> list[_Said]:
    """The prose between the headline and the block that holds the article."""
    lead: list[_Said] = []
    found = False
    for line, block in _lines(page, until=body):
        if block.tag == "h1" or line.text == title:
            found = True
            lead.clear()
        said = _said(line, block)
        if found and said.is_sentence:
            lead.append(said)
    return lead if found and body is not page else []


def _without_head(said: list[_Said], title: str) -> list[_Said]:
    """Drop the headline, the date and the byline that come before the first prose."""
    first = next((place for place, line in enumerate(said[:_LONGEST_HEAD]) if line.is_sentence), 0)
    head = [line for line in said[:first] if line.tag in _HEADINGS and line.text != title]
    return head + said[first:]


def _without_tail(said: list[_Said]) -> list[_Said]:
    """Cut from the heading of the comments or of other stories on, when most was said before it."""
    total = sum(len(line.text) for line in said)
    so_far = 0
    for place, line in enumerate(said):
        if so_far > _TAIL_FROM * total and len(line.text) <= _LONGEST_LABEL and ENDING.fullmatch(line.text):
            return said[:place]
        so_far += len(line.text)
    return said


def _without_links(said: list[_Said]) -> list[_Said]:
    """Drop lines that are nothing but a link, unless they stand alone between lines of the article."""
    kept = []
    for place, line in enumerate(said):
        if line.is_link:
            around = said[max(place - 1, 0) : place] + said[place + 1 : place + 2]
            if (
                len(around) < _BOTH_SIDES
                or any(other.is_link for other in around)
                or READ_ON.match(line.text)
            ):
                continue
        kept.append(line)
    return kept
