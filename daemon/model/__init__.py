"""The nouns that every room shares: frozen values, no behaviour beyond what they are.

Times are aware and in UTC; an absent text is "", an absent time None. A language is a lower-case
ISO 639 code ("pl"), "" when unknown.
"""

from daemon.model.asked import Alias, Entity, Hit, Rule, RuleTest, Severity, Span, WordList
from daemon.model.channels import (
    Channel,
    FollowUps,
    Held,
    Mode,
    Quiet,
    Route,
    Subject,
    Timetable,
    Waiting,
)
from daemon.model.published import Article, Entry, Feed, Precision
from daemon.model.secret import Secret
from daemon.model.told import (
    CANARY,
    Alert,
    DeliveryState,
    Fate,
    Form,
    Message,
    Outcome,
    Piece,
    Silence,
    Story,
    Style,
    Verdict,
)
from daemon.model.unread import Written, as_written, unread
from daemon.model.watched import (
    NO_SECRET,
    NO_VALIDATORS,
    OPEN_ACCESS,
    Access,
    ArticleSelectors,
    ListingSelectors,
    RobotsManners,
    Source,
    SourceKind,
    Validators,
)

__all__ = [
    "CANARY",
    "NO_SECRET",
    "NO_VALIDATORS",
    "OPEN_ACCESS",
    "Access",
    "Alert",
    "Alias",
    "Article",
    "ArticleSelectors",
    "Channel",
    "DeliveryState",
    "Entity",
    "Entry",
    "Fate",
    "Feed",
    "FollowUps",
    "Form",
    "Held",
    "Hit",
    "ListingSelectors",
    "Message",
    "Mode",
    "Outcome",
    "Piece",
    "Precision",
    "Quiet",
    "RobotsManners",
    "Route",
    "Rule",
    "RuleTest",
    "Secret",
    "Severity",
    "Silence",
    "Source",
    "SourceKind",
    "Span",
    "Story",
    "Style",
    "Subject",
    "Timetable",
    "Validators",
    "Verdict",
    "Waiting",
    "WordList",
    "Written",
    "as_written",
    "unread",
]
