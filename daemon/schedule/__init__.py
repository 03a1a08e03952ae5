"""Decides when a source is due next."""

from daemon.schedule.budget import Budget, settle
from daemon.schedule.plan import NextPoll, in_words, plan_next, wants_whole
from daemon.schedule.problems import SourceProblem, find_problems
from daemon.schedule.recheck import RECHECK_SPAN, plan_recheck, plan_second_look, recheck_room
from daemon.schedule.state import Answered, Failed, PollState

__all__ = [
    "RECHECK_SPAN",
    "Answered",
    "Budget",
    "Failed",
    "NextPoll",
    "PollState",
    "SourceProblem",
    "find_problems",
    "in_words",
    "plan_next",
    "plan_recheck",
    "plan_second_look",
    "recheck_room",
    "settle",
    "wants_whole",
]
