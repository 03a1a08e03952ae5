"""What microdata and RDFa mark on a page as the properties of something."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.parse.title import line_of


def read_marked(tree: LexborHTMLParser) -> dict[str, LexborNode]:
    """What microdata or RDFa marks as a property of something on the page, the first of each name."""
    found: dict[str, LexborNode] = {}
    for node in tree.css("[itemprop], [typeof] [property]"):
        names = f"{node.attributes.get('itemprop') or ''} {node.attributes.get('property') or ''}"
        for name in names.split():
            found.setdefault(name, node)
    return found


def told_by(node: LexborNode | None) -> str:
    """What an element, or the name in it, says to machines, else to readers."""
    if node is None:
        return ""
    named = node.css_first('[itemprop~="name"], [property~="name"]') or node
    return (named.attributes.get("content") or line_of(named)).strip()


def source_of(node: LexborNode | None) -> str:
    """Where a picture lies that an element is or holds."""
    places = (node, node.css_first('[itemprop~="url"], img')) if node is not None else ()
    given = (place.attributes for place in places if place is not None)
    return next(
        (told for has in given if (told := has.get("content") or has.get("src") or has.get("href"))), ""
    )
