"""The heart of cases: what a conversation asks for, what people may do with a case, and when an answer is due."""

from localcare.cases.core.clocks import ALWAYS, ClockPlan, Hours, Placement, due_at, every_day, open_time
from localcare.cases.core.conversation import (
    CaseDecision,
    Conversation,
    CustomerWord,
    Happening,
    KnownCase,
    Summary,
    decide,
    open_by_hand,
)
from localcare.cases.core.states import CLOSED, OPEN, State, urgency_rank

__all__ = [
    "ALWAYS",
    "CLOSED",
    "OPEN",
    "CaseDecision",
    "ClockPlan",
    "Conversation",
    "CustomerWord",
    "Happening",
    "Hours",
    "KnownCase",
    "Placement",
    "State",
    "Summary",
    "decide",
    "due_at",
    "every_day",
    "open_by_hand",
    "open_time",
    "urgency_rank",
]
