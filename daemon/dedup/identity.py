"""Which entries and articles are the very same thing, whatever route they came by."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from hashlib import blake2b
from operator import attrgetter
from urllib.parse import urlsplit

from daemon.dedup.address import canonical_url
from daemon.dedup.tokens import fold_width, tokens
from daemon.model import Entry, as_written

# Below so many words a text without a date is no identity: «Weather warning issued» comes daily.
_WORDS_OF_A_TEXT = 25
MARK = 12
"""Bytes of an entry's mark: more than enough for what stands in one listing."""

_Names = tuple[str, str, str]  # an entry's id, address and title
_said = attrgetter(*(item.name for item in fields(Entry) if item.name not in ("summary", "content")))
_TITLE_SHARED = 0.5  # of the shorter title's words, for two titles to be of one entry


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """What an entry is known by; a key that the entry cannot support is "".

    `id` is the publisher's id, good wherever the feed lives if it is an address, a tag or a UUID and
    else within the entry's host. `url` is the hard key of its address. `content` stands for title,
    text and date. `title` is the folded title, `text` stands for title and text alone: it changes
    when the publisher changes the entry.
    """

    id: str
    url: str
    content: str
    title: str
    text: str


class Identity(StrEnum):
    """What an entry is to those seen before."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether an entry was seen before, as which of the known ones, and a sentence that says why."""

    identity: Identity
    match: EntryKeys | None
    reason: str


def entry_keys(entry: Entry) -> EntryKeys:
    """Give the keys of an entry, without a look at its neighbours."""
    id_, url = _addresses(entry)
    title = _folded(entry.title)
    body = _words(entry.content or entry.summary)
    text = _digest("\n".join((title, *body))) if title or body else ""
    return EntryKeys(id_, url, _content_key(entry, title, body), title, text)


def listing_keys(entries: Sequence[Entry], neighbours: Iterable[Entry] = ()) -> tuple[EntryKeys, ...]:
    """Give the keys of one listing's entries, but for `neighbours`, whose texts stay unread.

    An id or address that several of them share, under different titles, names none of them: some
    feeds give every item the id "0" or the address of one page.
    """
    keys = [entry_keys(entry) for entry in entries]
    names = {(key.id, key.url, key.title) for key in keys}
    if keys:
        names |= _names_like(names, neighbours)
    titles_of_id = Counter(id_ for id_, _ in {(id_, title) for id_, _, title in names})
    titles_of_url = Counter(url for url, _ in {(url, title) for _, url, title in names})
    return tuple(
        replace(
            key,
            id=key.id if titles_of_id[key.id] == 1 else "",
            url=key.url if titles_of_url[key.url] == 1 else "",
        )
        for key in keys
    )


def entry_mark(entry: Entry, key: bytes) -> bytes:
    """Digest all that a publisher wrote of an entry, its texts unread; `key` stands for what reads them."""
    texts = [*as_written(entry, "summary"), "", *as_written(entry, "content")]
    said = f"{_said(entry)}{[*map(len, texts)]}"
    written = "".join((said, *texts)).encode("utf-8", "surrogatepass")
    return blake2b(written, key=key, digest_size=MARK).digest()


def recognise(keys: EntryKeys, known: Iterable[EntryKeys]) -> Recognition:
    """Say whether an entry is one of the known ones, those that share a key with it.

    An address or a content is enough. An id needs half of the title to agree: feeds number their
    items anew, and an id reused must not hide a new entry.
    """
    by_id: EntryKeys | None = None
    for other in known:
        if keys.url and keys.url == other.url:
            return _known(keys, other, f"has the address {keys.url}, seen before")
        if keys.content and keys.content == other.content:
            return _known(keys, other, "has the title, text and date of an entry seen before")
        if keys.id and keys.id == other.id and _titles_agree(keys.title, other.title):
            by_id = other
    if by_id is not None:
        return _known(keys, by_id, f"has the id {keys.id}, seen before")
    return Recognition(Identity.NEW, None, "neither its id nor its address nor its content was seen before")


def _known(keys: EntryKeys, other: EntryKeys, reason: str) -> Recognition:
    if keys.text and other.text and keys.text != other.text:
        return Recognition(Identity.CHANGED, other, f"{reason}; its title or text has changed")
    return Recognition(Identity.KNOWN, other, reason)


def _titles_agree(one: str, other: str) -> bool:
    short, long = sorted((set(one.split()), set(other.split())), key=len)
    return len(short & long) >= _TITLE_SHARED * len(short)


def _names_like(names: set[_Names], others: Iterable[Entry]) -> set[_Names]:
    """Give the names of those entries that have an id or an address which is named."""
    ids, urls = {id_ for id_, _, _ in names} - {""}, {url for _, url, _ in names} - {""}
    found = ((*_addresses(entry), entry) for entry in others)
    return {(id_, url, _folded(entry.title)) for id_, url, entry in found if id_ in ids or url in urls}


def _addresses(entry: Entry) -> tuple[str, str]:
    """Give the id and the address that an entry goes by."""
    address = canonical_url(entry.url)
    url = address.hard if address.page else ""
    is_both = entry.id == entry.url and address.hard  # most feeds give one address twice
    return url if is_both else _id_key(entry.id, address.hard), url


def _folded(title: str) -> str:
    return " ".join(_words(title))


def _id_key(id_: str, url: str) -> str:
    text = id_.strip()
    if not text:
        return ""
    address = canonical_url(text)
    if address.hard:
        return address.hard if address.page else ""
    if text.lower().startswith(("tag:", "urn:")):
        return text.lower()
    return f"{urlsplit('//' + url).netloc}#{text}"


def _content_key(entry: Entry, title: str, body: list[str]) -> str:
    if not title and not body:
        return ""
    if entry.published is not None:
        return _digest("\n".join((title, " ".join(body), entry.published.isoformat(timespec="minutes"))))
    if len(body) < _WORDS_OF_A_TEXT:
        return ""
    return _digest("\n".join((title, " ".join(body))))


def _words(text: str) -> list[str]:
    return [token.casefold() for token in tokens(fold_width(text))]


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
