"""What can go wrong and is expected to, in one tree.

TocsinError
├── ConfigError(problems)                 every problem at once, each with file, line, column, hint
├── QueryError(position, message, hint)   a watch rule's query that does not parse
├── NotFoundError                         no such source, rule, article …
├── ConflictError                         it exists already, or changed meanwhile
├── StoreError                            a database that is corrupt, newer than us, or full
│   └── ContentionError                   another writer came between; the same work can be done again
├── FetchError(kind, permanent, retry_after)
├── ParseError(kind)
└── DeliveryError(kind, permanent, retry_after, unknown)

Anything else that is raised is a bug and keeps its traceback.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

_BEFORE_CARET = 120  # characters of a long line that are shown


class TocsinError(Exception):
    """Something a user can cause or meet; its text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a configuration, and where.

    `line` and `column` count from 1; 0 means that the place is not known. `excerpt` is the line as
    it stands in the file. `hint` says what to do, and may be empty.
    """

    file: str
    line: int
    column: int
    message: str
    excerpt: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """Show the problem as compilers do: the place, the message, the line, a caret, the cure."""
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        lines = [f"{place}: {self.message}"]
        if self.excerpt:
            before = max(self.column, 1) - 1
            cut = max(before - _BEFORE_CARET, 0)
            front = "…" if cut else ""
            lines += [f"    {front}{self.excerpt[cut:]}", "    " + " " * (before - cut + len(front)) + "^"]
        if self.hint:
            lines.append(f"  → {self.hint}")
        return "\n".join(lines)


class ConfigError(TocsinError):
    """A configuration that does not check, with every problem found in it.

    `sought` are the files and folders that were looked at: a change of one may mend it.
    """

    def __init__(self, problems: tuple[Problem, ...], sought: frozenset[Path] = frozenset()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
        self.sought = sought


class QueryError(TocsinError):
    """A query that does not parse; `position` is a character offset into it, counted from 0."""

    def __init__(self, position: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.position = position
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process."""
        return QueryError, (self.position, self.message, self.hint)


class NotFoundError(TocsinError):
    """What was asked for does not exist."""


class ConflictError(TocsinError):
    """What was asked for contradicts what is there."""


class StoreError(TocsinError):
    """The database cannot be used as it is."""


class ContentionError(StoreError):
    """Work that met another machine's in the database, and was undone; it is tried again by itself."""


class FetchError(TocsinError):
    """An address that did not yield a document.

    `kind` is one word for the ledger (timeout, dns, refused, tls, http_404, too_large, blocked …),
    `permanent` says that trying again soon is useless, `retry_after` is the server's own wish.
    """

    def __init__(
        self, kind: str, message: str, *, permanent: bool = False, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.permanent = permanent
        self.retry_after = retry_after


class ParseError(TocsinError):
    """A document that could not be read; `kind` is one word for the ledger."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type["ParseError"], tuple[str, str]]:
        """Survive the way back from a worker process."""
        return type(self), (self.kind, str(self))


class DeliveryError(TocsinError):
    """A message that did not arrive; `unknown` when it may have arrived all the same."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.permanent = permanent
        self.retry_after = retry_after
        self.unknown = unknown
