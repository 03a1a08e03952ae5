"""OPML, the list of subscriptions that feed readers exchange."""

from collections.abc import Iterable
from itertools import chain, count
from xml.etree import ElementTree as ET

import click

from daemon.cli.output import printable
from daemon.model import Source


def read_opml(body: bytes) -> list[Source]:
    """Read the feeds of an OPML file, each tagged with the folders it lies in."""
    from lxml import etree  # noqa: PLC0415  only needed here

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise click.ClickException("this is not an OPML file: it should begin with <opml>")
    names: set[str] = set()
    return [_source(outline, names) for outline in root.iter("outline") if outline.get("xmlUrl")]


def _source(outline: object, names: set[str]) -> Source:
    url = _address(outline.get("xmlUrl", ""))  # type: ignore[attr-defined]  # lxml's element, imported late
    title = _line(outline.get("title") or outline.get("text") or url)  # type: ignore[attr-defined]  # as above
    numbered = (f"{title} ({number})" for number in count(2))
    name = next(name for name in chain([title], numbered) if name not in names)
    names.add(name)
    folders = [_line(parent.get("text") or "") for parent in outline.iterancestors("outline")]  # type: ignore[attr-defined]  # as above
    return Source(name, url, tags=tuple(folder for folder in reversed(folders) if folder))


def _address(text: str) -> str:
    """Read an address as other readers write it: feed://host is http's, feed:https://host says so itself."""
    address = text.strip()
    if not address.startswith("feed:"):
        return address
    plain = address.removeprefix("feed:")
    return f"http:{plain}" if plain.startswith("//") else plain


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def to_opml(sources: Iterable[Source]) -> str:
    """Write sources as OPML 2.0."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Tocsin's sources"
    body = ET.SubElement(root, "body")
    for source in sources:
        ET.SubElement(body, "outline", type="rss", text=source.name, title=source.name, xmlUrl=source.url)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
