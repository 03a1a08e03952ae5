"""How our feed parser compares with feedparser: entries, fields, speed, and hostile input.

    python bench/feeds.py [DIR]

DIR holds feedparser.tar.gz (small feeds, some broken on purpose) and real.tar.gz (feeds as served).
Without DIR only the hostile documents are timed. feedparser comes with the `bench` extra. Times are
CPU times of one process.
"""

import calendar
import re
import sys
import tarfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from daemon.errors import ParseError
from daemon.jobs.listing import read_document
from daemon.model import Entry, Feed
from daemon.parse import parse_feed
from daemon.parse.plain import to_plain
from daemon.parse.xmltree import parse_xml

Theirs = dict[str, Any]
Value = str | int | None
KEY = b"bench"
LISTED = 30
FIELDS = ("id", "title", "link", "text", "authors", "published", "updated")
EXPLAINED = {
    "placeholder": "the year 1 is a missing date to us, a date to feedparser",
    "dublin core": "a lone dc:date is when the news came out to us; feedparser knows it as «updated» only",
    "caption": "a picture's caption or credit replaces the entry's own text or author in feedparser",
    "inherited": "the author of an Atom feed wrote its entries that name none (RFC 4287)",
    "escaped twice": "feedparser leaves references such as «&nbsp;» that publishers escaped twice",
    "swallowed": "feedparser loses what follows a script or frame that closes itself («<script …/>»)",
    "hidden": "what a frame, script or drawing says to browsers that cannot show it is no text to us",
    "mojibake": "feedparser reads text again as UTF-8 that was meant to look broken",
    "broken markup": "a tag inside a tag or a lone «<»: both guess",
}


def documents(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if (file := tar.extractfile(member)) is not None:
                yield member.name, file.read()


def headers(body: bytes) -> dict[str, str]:
    """Read the HTTP headers that feedparser's own files carry in a comment."""
    found = re.findall(rb"^Header:\s*([\w-]+):\s*(.*)$", body[:3000], re.MULTILINE)
    return {name.decode().lower(): value.decode("utf-8", "replace").strip() for name, value in found}


def ours(body: bytes) -> Feed:
    given = headers(body)
    return parse_feed(body, url=given.get("content-location", ""), content_type=given.get("content-type"))


def theirs(body: bytes) -> list[Theirs]:
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415 — only with the bench extra

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [dict(entry) for entry in feedparser.parse(body, response_headers=headers(body)).entries]


def counts(archive: Path) -> None:
    """Report how many files parse, and how many give feedparser's number of entries."""
    total = same = 0
    for name, body in documents(archive):
        total += 1
        try:
            mine: int | str = len(ours(body).entries)
        except ParseError as error:
            mine = f"ParseError({error.kind})"
        other = len(theirs(body))
        same += mine == other
        if mine != other:
            print(f"    {name}: {mine} entries, feedparser {other}")
    print(f"  {archive.name}: {total} files, {same} with feedparser's number of entries ({same / total:.2%})")


def squeezed(text: str | None) -> str:
    return re.sub(r"[\s\xad\u200b\ufeff]+", "", text or "")


def plain(value: str | None, kind: str | None) -> str:
    return squeezed(value if kind == "text/plain" else to_plain(value or ""))


def our_fields(entry: Entry) -> dict[str, Value]:
    return {
        "id": entry.id,
        "title": squeezed(entry.title),
        "link": entry.url,
        "text": squeezed(entry.content or entry.summary),
        "authors": "|".join(entry.authors),
        "published": entry.published and int(entry.published.timestamp()),
        "updated": entry.updated and int(entry.updated.timestamp()),
    }


def their_fields(entry: Theirs) -> dict[str, Value]:
    content = (entry.get("content") or [{}])[0]
    text = content if content.get("value") else entry.get("summary_detail") or {}
    people = (
        to_plain(person.get("name") or person.get("email") or "") for person in entry.get("authors") or []
    )
    return {
        "id": entry.get("id") or "",
        "title": plain(entry.get("title"), (entry.get("title_detail") or {}).get("type")),
        "link": entry.get("link") or "",
        "text": plain(text.get("value"), text.get("type")),
        "authors": "|".join(dict.fromkeys(filter(None, people))),
        "published": entry.get("published_parsed") and calendar.timegm(entry["published_parsed"]),
        "updated": entry.get("updated_parsed") and calendar.timegm(entry["updated_parsed"]),
    }


def captions(body: bytes) -> list[set[str]]:
    """Collect, item by item, what is said of pictures."""
    items = parse_xml(body).iter("{*}item", "{*}entry")
    return [
        {
            squeezed(to_plain("".join(part.itertext())))
            for part in item.iter("{http://search.yahoo.com/mrss/}*")
        }
        for item in items
    ]


def reason(field: str, mine: Value, other: Value, their: dict[str, Value], said: set[str]) -> str:
    """Name the class of a difference; "" if it has none."""
    if field in ("published", "updated"):
        placeholder = isinstance(other, int) and other < 0 and mine is None
        return (
            "placeholder"
            if placeholder
            else "dublin core"
            if other is None and mine == their["updated"]
            else ""
        )
    mine, other = str(mine), str(other)
    if field == "authors":
        return "inherited" if not other else "caption" if other in said or not mine else ""
    if other in said:
        return "caption"
    if squeezed(unescape(other)) == squeezed(unescape(mine)):
        return "escaped twice"
    shorter = is_shortened(other, mine) if len(other) < len(mine) else is_shortened(mine, other)
    if shorter:
        return "swallowed" if len(other) < len(mine) else "hidden"
    return "mojibake" if "Ã" in mine else "broken markup" if "<" in mine + other else ""


def is_shortened(short: str, long: str) -> bool:
    """Tell whether `short` is `long` with pieces left out."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def agreement(archive: Path) -> None:
    """Report how far the core fields agree on real feeds, and what explains the differences."""
    entries = 0
    same: Counter[str] = Counter()
    why: Counter[tuple[str, str]] = Counter()
    for name, body in documents(archive):
        mine, other = ours(body).entries, theirs(body)
        if len(mine) != len(other):
            print(f"    {name}: {len(mine)} entries, feedparser {len(other)}")
            continue
        said = captions(body)
        for place, (ours_, theirs_) in enumerate(
            zip(map(our_fields, mine), map(their_fields, other), strict=True)
        ):
            entries += 1
            for field in FIELDS:
                if ours_[field] == theirs_[field]:
                    same[field] += 1
                else:
                    cause = reason(field, ours_[field], theirs_[field], theirs_, said[place])
                    why[field, cause] += 1
                    if not cause:
                        print(f"    unexplained: {name} entry {place}, {field}")
    print(f"  {archive.name}: {entries} entries")
    for field in FIELDS:
        known = sum(number for (name, cause), number in why.items() if name == field and cause)
        shares = f"{same[field] / entries:.2%}, with explained ones {(same[field] + known) / entries:.2%}"
        print(f"    {field:10} agree {shares}")
    for (field, cause), number in sorted(why.items()):
        print(f"    {number:5} × {field:10} {cause}: {EXPLAINED.get(cause, '?')}")


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def speed(archive: Path) -> None:
    """Time both on the same documents, ours three times and the best of them counted.

    Our entries' texts are read when they are looked at, so ours is timed with none looked at, with all, and
    as a poll has it: one item of thirty is new and gets its keys, the others are known by their marks.
    feedparser cleans their markup and keeps it.
    """
    bodies = [body for _, body in documents(archive)]
    size = sum(map(len, bodies)) / 1e6
    polled = [
        partial(read_document, partial(parse_feed, body), known=but_one(body), key=KEY) for body in bodies
    ]
    ways: dict[str, Sequence[Callable[[], object]]] = {
        "ours, no text read": [partial(parse_feed, body) for body in bodies],
        "ours, as polled": polled,
        "ours, all text read": [partial(read_whole, body) for body in bodies],
    }
    spent = {name: min(seconds(partial(run, way)) for _ in range(3)) for name, way in ways.items()}
    spent["feedparser"] = slow = seconds(partial(run, [partial(theirs, body) for body in bodies]))
    for name, each in spent.items():
        pace = f"{len(bodies) / each:7.1f} feeds/s {size / each:7.1f} MB/s"
        print(f"  {name:20} {pace}   {slow / each:5.1f} × feedparser")


def run(works: Iterable[Callable[[], object]]) -> None:
    for work in works:
        work()


def read_whole(body: bytes) -> list[tuple[str, str]]:
    return [(entry.summary, entry.content) for entry in parse_feed(body).entries]


def but_one(body: bytes) -> frozenset[bytes]:
    """Give the marks of what a feed lists, but for one in thirty."""
    marks = read_document(partial(parse_feed, body), known=frozenset(), key=KEY).marks
    return frozenset(mark for place, mark in enumerate(marks) if place % LISTED)


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "ampersands": lambda n: (
        b"<rss><channel><item><title>" + b"& " * (n // 2) + b"</title></item></channel></rss>"
    ),
    "attributes": lambda n: (
        b"<rss " + b" ".join(b'a%d=""' % i for i in range(n // 10)) + b"><channel/></rss>"
    ),
    "depth": lambda n: b"<rss><channel>" + b"<a>" * (n // 3),
    "items": lambda n: b"<rss><channel>" + b"<item><link>x</link></item>" * (n // 27) + b"</channel></rss>",
    "open tags": lambda n: (
        b"<rss><channel><item><description><![CDATA[" + b"<a " * (n // 3) + b"]]></description></item>"
    ),
    "quotes": lambda n: (
        b"<rss><channel><item><description><![CDATA[" + b'<a "' * (n // 4) + b"]]></description></item>"
    ),
    "tags in tags": lambda n: (
        b"<rss><channel><item><description><![CDATA[" + b"<p <a>" * (n // 6) + b"]]></description></item>"
    ),
    "values": lambda n: (
        b"<rss><channel><item><description><![CDATA["
        + b"<b>" * (n // 12)
        + b"=\"=' " * (n // 7)
        + b">]]></description></item>"
    ),
    "comments": lambda n: (
        b"<rss><channel><item><description><![CDATA[" + b"<!--" * (n // 4) + b"]]></description></item>"
    ),
    "scripts": lambda n: (
        b"<rss><channel><item><description><![CDATA[" + b"<script>" * (n // 8) + b"]]></description></item>"
    ),
    "CDATA": lambda n: b"<rss><channel><item><title>" + b"<![CDATA[" * (n // 9),
    "entities": lambda n: (
        b'<!DOCTYPE rss [<!ENTITY a "' + b"b" * 90 + b'">]><rss><channel><title>' + b"&a;" * (n // 3)
    ),
    "bomb": lambda n: (
        b"<!DOCTYPE r [" + b'<!ENTITY a "&b;&b;">' * (n // 20) + b"]><rss><channel>&a;</channel></rss>"
    ),
    "doctype": lambda n: b"<!DOCTYPE rss [" * (n // 15),
    "namespaces": lambda n: (
        b"<rss>" + b"".join(b'<x xmlns:a%d="b"/>' % i for i in range(n // 20)) + b"</rss>"
    ),
    "markup in many namespaces": lambda n: (
        b"<rss %s><channel>" % b" ".join(b'xmlns:a%d="b%d"' % (i, i) for i in range(n // 40))
        + b"<item><title>a</title><description>b<i>c</i></description></item>" * (n // 140)
    ),
    "spaces": lambda n: b"<rss><channel><title>" + b" " * n + b"</title></channel></rss>",
    "breaks": lambda n: (
        b"<rss><channel><item><description>" + b"&lt;br&gt; " * (n // 11) + b"</description></item>"
    ),
    "JSON": lambda n: b'{"items":' + b"[" * n,
    "dates": lambda n: (
        b"<rss><channel>" + b"<item><pubDate>1 1 1 1 1 1 1 1 1 1 1 1 1 1</pubDate></item>" * (n // 60)
    ),
}


def hostile() -> None:
    """Time documents made to be slow at 0.25 and at 1 MB: linear is four times as long.

    Larger ones of some kinds have more tags than any list of news and are refused at once.
    """
    for name, make in HOSTILE.items():
        small, large = (seconds(partial(attempt, make(size))) for size in (250_000, 1_000_000))
        verdict = "" if large < 0.2 or large < 8 * small else "  NOT LINEAR"
        print(f"  {name:12} 0.25 MB {small * 1000:7.1f} ms   1 MB {large * 1000:7.1f} ms{verdict}")


def attempt(body: bytes) -> None:
    with suppress(ParseError):
        read_whole(body)


def main() -> None:
    print("Hostile documents")
    hostile()
    if len(sys.argv) < 2:
        print("Give a directory with feedparser.tar.gz and real.tar.gz to compare with feedparser.")
        return
    if find_spec("feedparser") is None:
        print("Not compared: feedparser comes with the bench extra (pip install -e '.[bench]').")
        return
    folder = Path(sys.argv[1])
    print("Speed on real feeds")
    speed(folder / "real.tar.gz")
    print("Number of entries")
    counts(folder / "feedparser.tar.gz")
    counts(folder / "real.tar.gz")
    print("Fields")
    agreement(folder / "real.tar.gz")


if __name__ == "__main__":
    main()
