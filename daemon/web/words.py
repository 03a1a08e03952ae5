"""How values are shown: times in UTC and in the reader's zone together, ages, strangers' words and links."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context as Values
from markupsafe import Markup, escape

from daemon.match import Explanation
from daemon.model import Piece
from daemon.web import files

_NEAR = re.compile(r"\bO?NEAR/\d+")
_OPERATOR = 200  # characters of what joins the parts of a tree's node
_WRITTEN = "%Y-%m-%d %H:%M:%S UTC"

# What a publisher dates by the day, the month or the year, by how long it is written, and how it is shown.
_DATES = {10: ("%Y-%m-%d", "%-d %b %Y"), 7: ("%Y-%m", "%b %Y"), 4: ("%Y", "%Y")}


def moment(value: datetime | str | None) -> datetime | None:
    """Read a time as our functions give it: as such, or as they write it."""
    if isinstance(value, str):
        return datetime.strptime(value, _WRITTEN).replace(tzinfo=UTC) if value else None
    return value


@pass_context
def clock(values: Values, value: datetime | str | None) -> Markup:
    """Show a time in UTC, and in the reader's zone if that is another; a script adds the browser's."""
    if isinstance(value, str) and len(value) in _DATES:
        written, shown = _DATES[len(value)]
        date = datetime.strptime(value, written).replace(tzinfo=UTC)
        return Markup('<time datetime="{}">{}</time>').format(value, f"{date:{shown}}")
    time = moment(value)
    if time is None:
        return Markup('<span class="none">—</span>')
    time = time.astimezone(UTC)
    today = time.date() == values["at"].astimezone(UTC).date()
    shown = f"{time:%H:%M:%S}" if today else f"{time:%d %b %H:%M}"
    zone = values["zone"]
    there = time.astimezone(zone)
    also = "" if there.utcoffset() == timedelta() else f" {there:%H:%M} {_town(str(zone))}"
    return Markup(
        '<time datetime="{stamp}" title="{whole}">{shown} <abbr>UTC</abbr>'
        '<span class="local">{also}</span></time>'
    ).format(stamp=time.isoformat(timespec="seconds"), whole=f"{time:{_WRITTEN}}", shown=shown, also=also)


def _town(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@pass_context
def age(values: Values, value: datetime | str | None) -> str:
    """Say how long ago a time was, or in how long it will be."""
    time = moment(value)
    if time is None:
        return ""
    span = values["at"] - time
    return f"{spell(span)} ago" if span >= timedelta() else f"in {spell(-span)}"


@pass_context
def day(values: Values, value: datetime) -> str:
    """Name the day of a time, in UTC."""
    date, today = value.astimezone(UTC).date(), values["at"].astimezone(UTC).date()
    near = {today: "Today, ", today - timedelta(days=1): "Yesterday, "}.get(date, "")
    return f"{near}{date:%A %-d %B}" if date.year == today.year else f"{date:%A %-d %B %Y}"


def spell(span: timedelta) -> str:
    """Say how long something takes, in the one unit that tells."""
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def marked(pieces: Iterable[Piece]) -> Markup:
    """Show a quotation with what matched in it marked."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.marked else escape(piece.text)
        for piece in pieces
    )


def operator(node: Explanation) -> str:
    """Name what joins a node's parts, which stand below it and need not stand in its own line too."""
    labels = [part.label for part in node.parts]
    if (listed := ", ".join(labels)) and node.label.endswith(listed):
        return node.label.removesuffix(listed).rstrip()
    near: set[str] = set(_NEAR.findall(node.label))
    if len(near) == 1 and not _NEAR.search(" ".join(labels)):
        return near.pop()
    return node.label if len(node.label) <= _OPERATOR else f"{node.label[:_OPERATOR]}…"


def coded(text: str) -> Markup:
    """Show what stands between backticks as something to type."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 and place < len(pieces) - 1 else escape(piece)
        for place, piece in enumerate(pieces)
    )


def web_link(url: str) -> str:
    """Give an address that may be a link; "" for one that is not of the web."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def number(value: float) -> str:
    """Write a number with its thousands apart."""
    return f"{value:,.0f}".replace(",", "\u202f")


def counted(count: int, one: str, many: str = "") -> str:
    """Write so many of something."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def environment() -> Environment:
    """Make what renders templates: everything is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("daemon.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown: dict[str, Any] = {"clock": clock, "age": age, "day": day, "spell": spell, "marked": marked}
    made.filters |= shown | {
        "web_link": web_link,
        "number": number,
        "counted": counted,
        "operator": operator,
        "coded": coded,
    }
    made.globals["file"] = files.address
    return made
