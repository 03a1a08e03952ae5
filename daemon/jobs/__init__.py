"""What the scheduler runs, one file per job: poll, read, read again, replay, deliver, forget.

A job has two functions: one claims due work from the store under a lease, one does a piece of it.
Neither knows who calls them, so that a queue may carry the same work to other machines.
"""

from daemon.jobs.budget import settle_budget
from daemon.jobs.canary import canary_rules, fly
from daemon.jobs.changes import Questions
from daemon.jobs.clock import heed_clock
from daemon.jobs.context import Compute, Context
from daemon.jobs.deliver import claim_deliveries, deliver, settle
from daemon.jobs.forget import forget
from daemon.jobs.heartbeat import beat
from daemon.jobs.learn import learn, recall_frequencies
from daemon.jobs.operator import report_problems, tell_operator
from daemon.jobs.poll import claim_sources, poll
from daemon.jobs.read import claim_entries, read
from daemon.jobs.recheck import claim_rechecks, recheck
from daemon.jobs.rekey import rekey
from daemon.jobs.replay import claim_replays, replay
from daemon.jobs.work import load_rules

__all__ = [
    "Compute",
    "Context",
    "Questions",
    "beat",
    "canary_rules",
    "claim_deliveries",
    "claim_entries",
    "claim_rechecks",
    "claim_replays",
    "claim_sources",
    "deliver",
    "fly",
    "forget",
    "heed_clock",
    "learn",
    "load_rules",
    "poll",
    "read",
    "recall_frequencies",
    "recheck",
    "rekey",
    "replay",
    "report_problems",
    "settle",
    "settle_budget",
    "tell_operator",
]
