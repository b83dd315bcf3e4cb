"""The heart of cases: what a conversation asks for, what people may do with a case, and when an answer is due."""

from localcare.cases.core.clocks import ALWAYS, ClockPlan, Hours, Placement, due_at, every_day, open_time
from localcare.cases.core.conversation import decide, open_by_hand
from localcare.cases.core.splitting import ALSO, MAIN, decide_all, open_part, side_of
from localcare.cases.core.states import CLOSED, OPEN, State, urgency_rank
from localcare.cases.core.values import (
    CaseDecision,
    Conversation,
    CustomerWord,
    Happening,
    KnownCase,
    Matter,
    Summary,
    key_of,
    slot_of,
)

__all__ = [
    "ALSO",
    "ALWAYS",
    "CLOSED",
    "MAIN",
    "OPEN",
    "CaseDecision",
    "ClockPlan",
    "Conversation",
    "CustomerWord",
    "Happening",
    "Hours",
    "KnownCase",
    "Matter",
    "Placement",
    "State",
    "Summary",
    "decide",
    "decide_all",
    "due_at",
    "every_day",
    "key_of",
    "open_by_hand",
    "open_part",
    "open_time",
    "side_of",
    "slot_of",
    "urgency_rank",
]
