"""Hits become alerts: what rings, for whom, in which words, and what follows a failed delivery."""

from daemon.alert.admit import admit
from daemon.alert.backoff import Backoff, NextAttempt, next_attempt
from daemon.alert.canary import Arrival, Flight, faults, is_back, mended
from daemon.alert.digest import check_digest_template, digest
from daemon.alert.legs import Leg, Spread, Times, leg_by_leg, source_by_source, spans
from daemon.alert.manners import MOST, Bundle, Hold, Step, decide, decide_again
from daemon.alert.message import repeated, together, word
from daemon.alert.news import late, louder, news, retell
from daemon.alert.notice import notice
from daemon.alert.own import TemplateFault, check_template
from daemon.alert.plan import Plan, Ring, alert_key, plan, ring
from daemon.alert.quote import mark, quote
from daemon.alert.route import Judgement, Routing, route
from daemon.alert.silence import Mute, mute
from daemon.alert.timetable import digest_after, next_time

__all__ = [
    "MOST",
    "Arrival",
    "Backoff",
    "Bundle",
    "Flight",
    "Hold",
    "Judgement",
    "Leg",
    "Mute",
    "NextAttempt",
    "Plan",
    "Ring",
    "Routing",
    "Spread",
    "Step",
    "TemplateFault",
    "Times",
    "admit",
    "alert_key",
    "check_digest_template",
    "check_template",
    "decide",
    "decide_again",
    "digest",
    "digest_after",
    "faults",
    "is_back",
    "late",
    "leg_by_leg",
    "louder",
    "mark",
    "mended",
    "mute",
    "news",
    "next_attempt",
    "next_time",
    "notice",
    "plan",
    "quote",
    "repeated",
    "retell",
    "ring",
    "route",
    "source_by_source",
    "spans",
    "together",
    "word",
]
