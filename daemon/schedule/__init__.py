"""Decides when a source is due next."""

from daemon.schedule.plan import Budget, NextPoll, plan_next, wants_whole
from daemon.schedule.state import Answered, Failed, PollState

__all__ = ["Answered", "Budget", "Failed", "NextPoll", "PollState", "plan_next", "wants_whole"]
