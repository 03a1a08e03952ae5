"""The block that holds an article → its paragraphs, without what else stands in it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from daemon.parse.appeals import without_appeals
from daemon.parse.furniture import is_furniture
from daemon.parse.outline import HEADINGS, SHORTEST_PROSE, Block, Line
from daemon.parse.phrases import ends_surely, is_ending, is_read_on
from daemon.parse.words import DATA, DECK, HEADLINE, LITERAL_TAG

_MOSTLY_LINKS: Final = 0.5
_ALL_LINK: Final = 0.8
# Before the first prose, a line that does not end as a sentence does is also taken for a label or a byline.
_LONGEST_LABEL: Final = 80
_SENTENCE_ENDS: Final = tuple(".!?…:;\"”“»«’‘')]。！？」』।؟")
_FULL_STOPS: Final = (".", "!", "…", "。", "！")
# The heading of what follows an article comes after this share of the text.
_TAIL_FROM: Final = 0.7
# What stands above a headline is beside the article where it is no more than this share of all, or where the
# headline begins a part of the page that holds this share of its prose.
_LITTLE: Final = 0.2
_A_PART: Final = 0.25
# Names of blocks that are entered all the same: a header may hold the lead, above the body a teaser too.
_IN_THE_BODY: Final = frozenset({"", "header"})
_ABOVE_THE_BODY: Final = frozenset({"", "header", "teaser"})
_BOTH_SIDES: Final = 2
_LONGEST_HEAD: Final = 5
_ITEMS: Final = frozenset({"li", "td", "th"})
_LISTS: Final = frozenset({"ul", "ol"})
# What stands there is data, whatever it says.
_CELLS: Final = frozenset({"td", "th", "dt", "dd", "pre"})
_NEVER_LINK_LISTS: Final = HEADINGS | {"p", "li", "blockquote", "td", "dd"}


@dataclass(slots=True)
class _Said:
    """A line of the article's block, with what is needed to judge it by itself."""

    text: str
    length: int
    linked: int
    tag: str
    home: Block  # what the block of the line stands in

    @property
    def is_paragraph(self) -> bool:
        return self.tag == "p" and self.is_sentence and not self.linked

    @property
    def is_prose(self) -> bool:
        if self.tag in HEADINGS or self.linked >= len(self.text) / 2:
            return False
        return self.length >= SHORTEST_PROSE

    @property
    def is_sentence(self) -> bool:
        return self.is_prose and (self.length > _LONGEST_LABEL or self.text.endswith(_SENTENCE_ENDS))

    @property
    def is_deck(self) -> bool:
        """Whether it is a heading as long as a sentence: what newspapers print between headline and text."""
        own = len(self.text) - self.linked
        return (
            self.tag in HEADINGS and self.tag != "h1" and self.length >= _LONGEST_LABEL and own > self.linked
        )

    @property
    def is_pointer(self) -> bool:
        """Whether it only points to another article: a link that says «Read also: …», or is all capitals."""
        if self.linked <= _MOSTLY_LINKS * len(self.text):
            return False
        return is_read_on(self.text) or (
            self.text.isupper() and self.length >= SHORTEST_PROSE and self.is_link
        )

    @property
    def is_announcement(self) -> bool:
        """Whether it announces what follows it, as the heading of a list does, unless that is a sentence."""
        if self.tag in HEADINGS:
            return self.length < SHORTEST_PROSE or not self.text.endswith(_FULL_STOPS)
        return len(self.text) <= _LONGEST_LABEL and self.text.endswith(":")

    @property
    def is_data(self) -> bool:
        """Whether it is JSON that a script left in the page, and not the code that an article quotes."""
        return (
            self.text.startswith(("{", "[{")) and self.tag != "pre" and DATA.fullmatch(self.text) is not None
        )

    @property
    def is_link(self) -> bool:
        return self.linked > _ALL_LINK * len(self.text) and self.tag != "blockquote"


def read_prose(page: Block, body: Block, title: str, summary: str = "") -> str:
    """Give the article's text: what `body` holds and the lead above it, paragraphs split by a blank line.

    What a page prints between headline and text only to sum it up is none: the summary tells it.
    """
    said = [_said(line, block, home) for line, block, home in _lines(body)]
    lead = _lead(page, body, title, summary)
    said = _from_headline(said, body, title) if lead is None else lead + said
    said = _without_tail(_told_once(_without_links(_without_head(said, title))))
    kept: list[str] = []
    for line in said:
        text = line.text
        if line.is_data:
            continue
        if "<" in text or "[" in text:
            text = LITERAL_TAG.sub("", text).strip()
        if line.tag not in _CELLS:
            text = "" if is_furniture(text) else without_appeals(text)
        if text:
            kept.append(text)
    return "\n\n".join(kept)


def _told_once(said: list[_Said]) -> list[_Said]:
    """Drop what is said again: galleries and hidden copies do that.

    The items of a list may say the same; in a copy of it, what stands above each of them is the same too.
    """
    told: set[tuple[str, str]] = set()
    kept = []
    for above, line in zip(["", *(line.text for line in said)], said, strict=False):
        if len(line.text) > _LONGEST_LABEL:
            place = (above if line.tag in _ITEMS else "", line.text)
            if place in told:
                continue
            told.add(place)
        kept.append(line)
    return kept


def _said(line: Line, block: Block, home: Block) -> _Said:
    return _Said(line.text, line.length, line.linked, block.tag, home)


def _lines(root: Block, until: Block | None = None) -> Iterator[tuple[Line, Block, Block]]:
    """The lines below a block in order, without those beside the article; or those above another block.

    Each comes with its block and the one around that.

    The links of a list that the article announces are its text.
    """
    entered = _ABOVE_THE_BODY if until else _IN_THE_BODY
    above: Line | None = None
    path: list[tuple[Iterator[Block | Line], Block]] = [(iter(root.items), root)]
    while path:
        items, holder = path[-1]
        for item in items:
            if isinstance(item, Line):
                above = item
                yield item, holder, path[-2 if len(path) > 1 else -1][1]
            elif item is until:
                return
            elif item.beside not in entered:
                continue
            elif not _is_link_list(item):
                path.append((iter(item.items), item))
                break
            elif above and item.tag in _LISTS and _announces(above.text):
                path.append((iter(_unlinked(item)), item))
                break
        else:
            path.pop()


def _unlinked(block: Block) -> list[Line]:
    """All lines below a block, their links taken for text."""
    lines: list[Line] = []
    waiting: list[Block | Line] = [block]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Line):
            lines.append(Line(item.text, 0))
        else:
            waiting += reversed(item.items)
    return lines


def _announces(line: str) -> bool:
    """Whether a line says that a list of the article's own follows: «The winners are:», not «Read also:»."""
    return line.endswith((":", "：")) and not any(
        each(line) for each in (is_read_on, is_ending, is_furniture)
    )


def _is_link_list(block: Block) -> bool:
    if block.weight or block.tag in _NEVER_LINK_LISTS:
        return False
    most = _ALL_LINK if block.tag in _LISTS else _MOSTLY_LINKS
    return block.linked > most * block.size


def _lead(page: Block, body: Block, title: str, summary: str) -> list[_Said] | None:
    """The prose between the headline and the block that holds the article; None where no headline is."""
    lead: list[_Said] = []
    found = False
    if body is page:
        return None
    for line, block, home in _lines(page, until=body):
        if block.tag == "h1" or line.text == title or (not found and HEADLINE.search(block.name)):
            found = True
            lead.clear()
        said = _said(line, block, home)
        if found and (said.is_sentence or said.is_deck) and not _sums_up(line, block, summary):
            lead.append(said)
    return lead if found else None


def _sums_up(line: Line, block: Block, summary: str) -> bool:
    """Whether a line above the text only repeats the summary, where rules look for its words too."""
    return line.text == summary and (block.tag in HEADINGS or DECK.search(block.name) is not None)


def _from_headline(said: list[_Said], body: Block, title: str) -> list[_Said]:
    """Drop what stands above the headline, where that is little or stands apart from the article."""
    above = 0
    for place, line in enumerate(said):
        if line.text == title and line.tag in HEADINGS and not line.is_link:
            total = sum(line.length for line in said if line.is_sentence)
            return said[place:] if above < _LITTLE * total or _begins_a_part(body, title) else said
        if line.is_sentence:
            above += line.length
    return said


def _begins_a_part(body: Block, title: str) -> bool:
    """Whether the headline begins a part of the body that holds much of its prose."""
    parts = (item for item in body.items if isinstance(item, Block) and item.weight > _A_PART * body.weight)
    return any(_begins_with(part, title) for part in parts)


def _begins_with(part: Block, title: str) -> bool:
    for line, block, home in _lines(part):
        if line.text == title or _said(line, block, home).is_prose:
            return line.text == title
    return False


def _without_head(said: list[_Said], title: str) -> list[_Said]:
    """Drop the headline, the date and the byline that come before the first prose."""
    first = next((place for place, line in enumerate(said[:_LONGEST_HEAD]) if line.is_sentence), 0)
    head = [line for line in said[:first] if line.tag in HEADINGS and line.text != title]
    return head + said[first:]


def _without_tail(said: list[_Said]) -> list[_Said]:
    """Cut from the heading of the comments or of other stories on, when most was said before it.

    Other stories may also be amid the text, whose paragraphs then go on where those before them stand.
    """
    total = sum(len(line.text) for line in said)
    so_far = 0
    endings: list[int] = []
    for place, line in enumerate(said):
        if so_far > _TAIL_FROM * total and is_ending(line.text):
            endings.append(place)
            if ends_surely(line.text):
                break
        so_far += len(line.text)
    if endings:
        last = _last_paragraph(said, endings)
        return said[: next((place for place in endings if place > last), len(said))]
    end = len(said)
    while end and said[end - 1].is_announcement:
        end -= 1  # the heading of what was left out
    return said[:end]


def _last_paragraph(said: list[_Said], endings: list[int]) -> int:
    """The place of the last paragraph before the comments that stands where most of them do, else -1."""
    homes = Counter(line.home for line in said[: endings[0]] if line.is_paragraph)
    home = max(homes, key=homes.__getitem__, default=None)
    until = endings[-1] if ends_surely(said[endings[-1]].text) else len(said)
    return next(
        (place for place in reversed(range(until)) if said[place].is_paragraph and said[place].home is home),
        -1,
    )


def _without_links(said: list[_Said]) -> list[_Said]:
    """Drop lines that are nothing but a link, unless they stand alone between lines of the article."""
    links = [line.linked > 0 and line.is_link for line in said]
    kept = []
    for place, line in enumerate(said):
        if line.linked and line.is_pointer:
            continue
        around = links[max(place - 1, 0) : place] + links[place + 1 : place + 2] if links[place] else []
        if not links[place] or (len(around) == _BOTH_SIDES and not any(around)):
            kept.append(line)
    return kept
