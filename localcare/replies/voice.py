"""Who speaks with a customer in public, where their words have two matters and so two cases."""

from localcare.cases import handling
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.errors import ConflictError
from localcare.replies import repository
from localcare.replies.core import ON_ITS_WAY, ReplyState

_UNDECIDED = (*ON_ITS_WAY, ReplyState.AWAITING, ReplyState.APPROVED, ReplyState.HELD)


def take_voice(hand: Hand, case_id: int) -> Case:
    """Answer in public from this case on. ConflictError while an answer of the other one is on its way or undecided."""
    case = hold(hand, case_id)
    twin = handling.find_twin(hand.session, case)
    if twin is not None and any(
        reply.state in _UNDECIDED for reply in repository.list_replies(hand.session, twin.id or 0)
    ):
        raise ConflictError(f"An answer of case {twin.id} is on its way or waits for a decision. See to that first.")
    return handling.take_voice(hand, case_id)
