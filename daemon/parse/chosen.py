"""What a user's own selectors pick out of a page that the extractor does not read well by itself."""

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from daemon.errors import ParseError
from daemon.parse.outline import outline_of
from daemon.parse.prose import read_prose


def remove_chosen(tree: LexborHTMLParser, selector: str) -> None:
    """Take out of the page what the selector names, unless that is the whole page."""
    for node in _outermost(choose(tree, selector)):
        if node.tag != "html":
            node.decompose()


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Those of some elements that lie in no other of them."""
    chosen = {node.mem_id for node in nodes}
    known: dict[int, bool] = {}
    return [node for node in nodes if not _lies_in(node.parent, chosen, known)]


def _lies_in(node: LexborNode | None, chosen: set[int], known: dict[int, bool]) -> bool:
    """Whether an element or one around it is chosen; what is `known` of others spares the way up."""
    path = []
    while node is not None and node.mem_id not in chosen and node.mem_id not in known:
        path.append(node.mem_id)
        node = node.parent
    found = node is not None and (node.mem_id in chosen or known[node.mem_id])
    known.update(dict.fromkeys(path, found))
    return found


def choose(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that a selector names; ParseError when it is none, [] for ""."""
    if not selector:
        return []
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError) as error:
        raise ParseError("selector", f"«{selector}» is not a CSS selector.") from error


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
    blocks = [outline_of(node) for node in _outermost(choose(tree, selector))]
    return "\n\n".join(text for block in blocks if (text := read_prose(block, block, title)))
