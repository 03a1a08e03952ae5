"""Which of a listing's entries are new, and which stored ones the others are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from daemon.dedup import EntryKeys, Identity, entry_keys, recognise
from daemon.jobs.pages import stored_keys
from daemon.model import Entry
from daemon.store import entries
from daemon.store.entries import StoredEntry


@dataclass(frozen=True, slots=True)
class Recognised:
    """An entry with the keys that it is to be known by, and the stored one that it is a changed state of.

    It is `new` when it is like none that has a key of its own.
    """

    entry: Entry
    keys: tuple[str, ...]
    title: str
    was: StoredEntry | None
    new: bool


def recognise_all(
    conn: Connection, source_id: int, listed: Sequence[Entry], keys_of: Sequence[EntryKeys]
) -> list[Recognised]:
    """Give each entry the keys that it is to be known by, surest first.

    An id that an unlike entry had before is no key of this one: it would hide it. What has no better key
    is known within its source by its words, or it would be new at every poll.
    """
    if not listed:
        return []
    named = [(entry, keys, stored_keys(keys)) for entry, keys in zip(listed, keys_of, strict=True)]
    seen = entries.known(conn, {key for _, _, stored in named for key in stored})
    same = dict(zip(listed, keys_of, strict=True))  # most stay as they were, and need no keys anew
    before = {
        item.id: (same.get(item.entry) or entry_keys(item.entry), item)
        for item in entries.get_all(conn, set(seen.values()))
    }
    result = []
    for entry, keys, stored in named:
        others = [before[seen[key]] for key in stored if key in seen]
        found = recognise(keys, (other for other, _ in others))
        new, changed = found.identity is Identity.NEW, found.identity is Identity.CHANGED
        was = next((item for other, item in others if changed and other == found.match), None)
        own = tuple(key for key in stored if not (new and key in seen)) or (f"text:{source_id}:{keys.text}",)
        result.append(Recognised(entry, own, keys.title, was, new))
    return result
