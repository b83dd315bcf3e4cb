"""Pure: how an answer can travel and until when, what is wrong with it, when it may leave, what a refusal asks for."""

from localcare.replies.core.deeds import (
    HIDING_REASONS,
    Deed,
    OwnWords,
    Who,
    find_hiding_fault,
    history_line,
    why_not_deed,
    why_not_own,
)
from localcare.replies.core.departure import Departure, Go, Hold, Native, Standing, Stop, Wait, decide_departure
from localcare.replies.core.failures import REMEDIES, AfterFailure, Button, Remedy, remedy_for, remedy_in
from localcare.replies.core.pacing import CALM, UNPACED, Pace, next_departure
from localcare.replies.core.states import GONE, ON_ITS_WAY, SEND_TASK, STANDING, ReplyState
from localcare.replies.core.text import COMMENT_LIMIT, MESSAGE_LIMIT, find_faults, limit_of
from localcare.replies.core.ways import Capability, Turn, Way, private_way, target_of, way_to_answer
from localcare.replies.core.windows import (
    ANSWER_WINDOW,
    HUMAN_WINDOW,
    PRIVATE_WINDOW,
    MessageWindow,
    Opening,
    message_window,
)

__all__ = [
    "ANSWER_WINDOW",
    "CALM",
    "COMMENT_LIMIT",
    "GONE",
    "HIDING_REASONS",
    "HUMAN_WINDOW",
    "MESSAGE_LIMIT",
    "ON_ITS_WAY",
    "PRIVATE_WINDOW",
    "REMEDIES",
    "SEND_TASK",
    "STANDING",
    "UNPACED",
    "AfterFailure",
    "Button",
    "Capability",
    "Deed",
    "Departure",
    "Go",
    "Hold",
    "MessageWindow",
    "Native",
    "Opening",
    "OwnWords",
    "Pace",
    "Remedy",
    "ReplyState",
    "Standing",
    "Stop",
    "Turn",
    "Wait",
    "Way",
    "Who",
    "decide_departure",
    "find_faults",
    "find_hiding_fault",
    "history_line",
    "limit_of",
    "message_window",
    "next_departure",
    "private_way",
    "remedy_for",
    "remedy_in",
    "target_of",
    "way_to_answer",
    "why_not_deed",
    "why_not_own",
]
