"""What a user's own selectors pick out of a page that the extractor does not read well by itself."""

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from daemon.errors import ParseError
from daemon.parse.outline import outline_of
from daemon.parse.prose import read_prose


def remove_chosen(tree: LexborHTMLParser, selector: str) -> None:
    """Take out of the page what the selector names."""
    for node in choose(tree, selector):
        node.decompose()


def choose(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that a selector names; ParseError when it is none, [] for ""."""
    if not selector:
        return []
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError) as error:
        raise ParseError("selector", f"«{selector}» is not a CSS selector: {error}.") from error


def choose_texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    """What those elements say, each in one line; of a date, what it says to machines."""
    nodes = choose(tree, selector)
    said = (
        node.attributes.get("datetime") or node.attributes.get("content") or node.text_lexbor()
        for node in nodes
    )
    return [text for raw in said if (text := " ".join(raw.split()))]


def choose_prose(tree: LexborHTMLParser, selector: str, title: str) -> str:
    """The prose in those elements, paragraphs split by a blank line."""
    blocks = [outline_of(node) for node in choose(tree, selector)]
    return "\n\n".join(text for block in blocks if (text := read_prose(block, block, title)))
