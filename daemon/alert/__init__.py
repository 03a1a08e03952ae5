"""Hits become alerts: what rings, for whom, in which words, and what follows a failed delivery."""

from daemon.alert.admit import admit
from daemon.alert.backoff import Backoff, NextAttempt, next_attempt
from daemon.alert.digest import digest
from daemon.alert.message import repeated, word
from daemon.alert.news import news, retell
from daemon.alert.plan import Plan, Ring, alert_key, plan, ring, route
from daemon.alert.quote import quote
from daemon.alert.silence import Mute, in_force, mute, told

__all__ = [
    "Backoff",
    "Mute",
    "NextAttempt",
    "Plan",
    "Ring",
    "admit",
    "alert_key",
    "digest",
    "in_force",
    "mute",
    "news",
    "next_attempt",
    "plan",
    "quote",
    "repeated",
    "retell",
    "ring",
    "route",
    "told",
    "word",
]
