"""Hits become alerts: what rings, for whom, in which words, and what follows a failed delivery."""

from daemon.alert.admit import admit
from daemon.alert.backoff import Backoff, NextAttempt, next_attempt
from daemon.alert.digest import digest
from daemon.alert.message import repeated, word
from daemon.alert.plan import Plan, Ring, alert_key, plan, route
from daemon.alert.quote import quote

__all__ = [
    "Backoff",
    "NextAttempt",
    "Plan",
    "Ring",
    "admit",
    "alert_key",
    "digest",
    "next_attempt",
    "plan",
    "quote",
    "repeated",
    "route",
    "word",
]
