"""What is told: fates, alerts, messages and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.model.asked import Severity
from daemon.model.published import Precision

CANARY = " canary"
"""The name of the canary's source and of its rule: no name in a configuration begins with a space."""


class Fate(StrEnum):
    """What became of an entry, in one word. Every entry is in exactly one of these states."""

    NEW = "new"
    BACKLOG = "backlog"
    DUPLICATE = "duplicate"
    NO_RULE = "no_rule"
    SUPPRESSED = "suppressed"
    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fate and why: `reason` is a sentence for people, made where the decision is made."""

    fate: Fate
    reason: str


class DeliveryState(StrEnum):
    """How far a delivery has come. `FAILED` will be tried again; `DEAD` will not, unless asked."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that tell one thing. `rung` names the rules that have rung for it already.

    `moved` is when it last did: when an article came to it, or was read anew.
    """

    id: int
    title: str
    first_seen: datetime
    rung: frozenset[str] = frozenset()
    moved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quotation; `marked` where the rule matched."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """The decision to tell a story because of a rule, with all that a message says about it.

    `key` is short, safe in a mail header, and the same whenever the same article rings the same rule.
    `quote` is the sentence that matched; texts are as published, not yet made safe for any format.
    `voices` are the independent publishers that tell the story, `copies` the reprints of them.
    `news` is what a follow-up has to say («now 4 independent voices»), "" in the alert itself.
    """

    key: str
    rule: str
    severity: Severity
    title: str
    url: str
    source: str = ""
    published: datetime | None = None
    published_precision: Precision = Precision.SECOND
    found: datetime | None = None
    quote: tuple[Piece, ...] = ()
    reasons: tuple[str, ...] = ()
    voices: int = 1
    copies: int = 0
    news: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A time-bounded mute: what rings meanwhile, and is all that it names, is kept and not told.

    What it does not name it does not ask; it names something at least. `match` is a query of an
    article's words, `story` a story's number, 0 for any. `ends` is when it ends or was ended, `expired`
    that somebody ended it.
    """

    starts: datetime
    ends: datetime
    id: int = 0
    rule: str = ""
    source: str = ""
    source_tag: str = ""
    match: str = ""
    story: int = 0
    author: str = ""
    why: str = ""
    expired: bool = False


class Form(StrEnum):
    """How a target wants its messages written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    MAIL = "mail"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Style:
    """What a target can show: messages in a form, of so many characters at most (0: no limit).

    One that is not `titled` has no place for a title beside the text.
    """

    form: Form = Form.PLAIN
    limit: int = 0
    titled: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """What one target is sent: `text` in its `form`; `html`, in a mail, says the same.

    `key` is stable across retries. `thread` is the receipt of an earlier message of the alert, under
    which a target that can, shows this one.
    """

    key: str
    title: str
    text: str
    html: str = ""
    form: Form = Form.PLAIN
    thread: str = ""
    severity: Severity = Severity.NOTICE
    headers: Mapping[str, str] = field(default_factory=dict)

    def under(self, receipt: str) -> "Message":
        """Give the message as one that is shown under an earlier one, where there is a receipt of it."""
        return replace(self, thread=receipt) if receipt else self


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt to deliver.

    `unknown` means that the message may have arrived although no confirmation did. `detail` holds no
    secret. `retry_after` is the target's own wish, `receipt` its own name for the message it took.
    """

    ok: bool
    kind: str = "sent"
    detail: str = ""
    permanent: bool = False
    unknown: bool = False
    retry_after: timedelta | None = None
    receipt: str = ""

    @property
    def tried(self) -> bool:
        """Whether anything left the house; a target that was `busy` was not even asked."""
        return self.kind != "busy"
