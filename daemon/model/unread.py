"""Text that is read from its markup when it is first looked at: most of what sources list never is."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")
Written = tuple[str, ...]


class _Unread:
    """Text as it was written, and what reads it, which is asked once."""

    __slots__ = ("_read", "_text", "written")

    def __init__(self, written: Written, read: Callable[[Written], str]) -> None:
        self.written = written
        self._read = read
        self._text: str | None = None

    def text(self) -> str:
        if self._text is None:
            self._text = self._read(self.written)
        return self._text


class _Field:
    """A slot that may hold text unread, and gives it read."""

    __slots__ = ("slot",)

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def __get__(self, value: object, _kind: type | None = None) -> Any:
        if value is None:
            return self
        held = self.slot.__get__(value)
        return held.text() if isinstance(held, _Unread) else held

    def __set__(self, value: object, held: object) -> None:
        self.slot.__set__(value, held)


def read_when_asked(*names: str) -> Callable[[type[T]], type[T]]:
    """Let these fields of a slotted class be given unread.

    Whoever takes one gets text, be it to compare, hash, show, copy or pickle the value that it belongs to.
    """

    def open_fields(kind: type[T]) -> type[T]:
        for name in names:
            setattr(kind, name, _Field(getattr(kind, name)))
        return kind

    return open_fields


def unread(written: Written, read: Callable[[Written], str]) -> str:
    """Give a text to hold in a field that is `read_when_asked`, and nowhere else."""
    return cast("str", _Unread(written, read))


def as_written(value: object, name: str) -> Written:
    """Give a field that is `read_when_asked` as it was written; text that was given as such is so alone."""
    held = getattr(type(value), name).slot.__get__(value)
    return held.written if isinstance(held, _Unread) else (held,)
