"""The verbs of approval: an answer that the policy holds back waits until somebody else has read it; clocks run on meanwhile."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from localcare.cases import handling
from localcare.cases.core.approval import Asked, approvers_of, in_words, why_not_approve
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.kit.jobs import defer
from localcare.people.core import Viewer
from localcare.replies import approval_repository, repository
from localcare.replies.approval_repository import Awaiting
from localcare.replies.core import SEND_TASK, Deed, ReplyState, Way, find_faults
from localcare.replies.models import Reply

__all__ = ["Awaiting"]

ASKED_TASK = "digests.tell_approvers"
"""Tells those who may approve an answer, and its author what came of it; whoever mails registers it."""

_SETTLED = {
    ReplyState.UNDONE: "Its author has taken this answer back.",
    ReplyState.RETURNED: "This answer has been sent back already.",
}


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes: `seen` is the customer's newest mention they have read, `text` other words to send instead."""

    seen: int
    text: str | None = None


def needs_approval(case: Case, reply: Reply) -> bool:
    """Whether this must not go out before somebody else has read it: words, and nobody has yet."""
    is_wordless = reply.kind in set(Deed) - {Deed.EDIT}
    return case.needs_approval and reply.approved_at is None and not is_wordless


def ask(hand: Hand, case: Case, reply: Reply) -> None:
    """Hold a reply back, in the transaction that writes it, and tell who may approve it."""
    reply.state, reply.error = ReplyState.AWAITING, None
    hand.session.add(reply)
    hand.session.flush()
    wanted = in_words(approvers_of(case.queue, case.approvers))
    what = "new words for an answer" if reply.kind == Deed.EDIT else "an answer"
    _write(hand, reply, "approval-asked", f"asks for the approval of {what}: {wanted} gives it. The clocks run on.")
    _settle(hand, reply)
    _tell(hand, reply, "asked")


def approve(hand: Hand, reply_id: int, approval: Approval, *, undo_seconds: int) -> Reply:
    """Send an answer that waits, with other words where `approval.text` has some; undo takes the approval back.

    ConflictError when the customer has written since, the case has closed, or somebody has decided already; ForbiddenError
    for its author and whoever the policy does not name.
    """
    case, reply = _hold_awaiting(hand, reply_id)
    turn = repository.find_turn(hand.session, reply.case_id)
    if turn is None:
        raise ConflictError("The customer has removed their words; there is nothing left to answer.")
    if turn.mention_id != approval.seen:
        raise ConflictError("The customer has written again meanwhile. Read it first, then decide.")
    if not case.is_open:
        raise ConflictError("The case has been closed meanwhile. Reopen it first, or send the answer back.")
    other = _other_words(reply, approval.text)
    if other:
        reply.text = other
    reply.approver_id, reply.approved_at = hand.person_id, hand.now
    reply.send_after = hand.now + timedelta(seconds=undo_seconds)
    reply.state = ReplyState.APPROVED if reply.kind == Way.BY_HAND else ReplyState.QUEUED
    hand.session.add(reply)
    _write(hand, reply, "approved", f"approved {'it with other words' if other else 'the answer'}.")
    _settle(hand, reply)
    if reply.state == ReplyState.QUEUED:
        defer(hand.session, SEND_TASK, not_before=reply.send_after, reply_id=reply_id, brand_id=reply.brand_id)
    return reply


def send_back(hand: Hand, reply_id: int, note: str) -> Reply:
    """Return an answer to its author with what is to be changed; nothing of it goes out."""
    if not note.strip():
        raise InvalidError("Say what should be changed.")
    _, reply = _hold_awaiting(hand, reply_id)
    reply.state, reply.error = ReplyState.RETURNED, note.strip()
    hand.session.add(reply)
    _write(hand, reply, "approval-returned", f"sent the answer back. “{note.strip()}”")
    _settle(hand, reply)
    _tell(hand, reply, "returned")
    return reply


def retract(hand: Hand, reply: Reply) -> Reply:
    """Its author, or who has the case now, takes back what waits for approval or for being posted by hand."""
    case = hold(hand, reply.case_id)
    if hand.person_id not in (reply.author_id, case.owner_id):
        raise ForbiddenError(f"Only {reply.author_name} can take this answer back. You can send it back with a note.")
    reply.state = ReplyState.UNDONE
    hand.session.add(reply)
    _write(hand, reply, "approval-retracted", "took the answer back before it was approved.")
    _settle(hand, reply)
    return reply


def take_approval_back(hand: Hand, reply: Reply) -> Reply:
    """Whoever approved it thinks again before it has left: it waits for approval once more."""
    reply.state, reply.approver_id, reply.approved_at = ReplyState.AWAITING, None, None
    hand.session.add(reply)
    _write(hand, reply, "approval-undone", "took the approval back.")
    _settle(hand, reply)
    return reply


def note_posted(hand: Hand, reply_id: int) -> Reply:
    """A person has posted an approved answer where no program can: the reply clocks stop."""
    reply = _get(hand, reply_id)
    hold(hand, reply.case_id)
    if reply.state != ReplyState.APPROVED:
        raise ConflictError("This answer is not approved, or was posted already.")
    reply.state = ReplyState.NOTED
    hand.session.add(reply)
    handling.record_answer(
        hand.session, reply.brand_id, reply.case_id, at=hand.now, who=hand.viewer.name, person_id=hand.person_id,
        detail="Answered by hand where it was written, as approved.",
    )  # fmt: skip
    return reply


def list_awaiting(session: Session, viewer: Viewer) -> list[Awaiting]:
    """What waits for approval in open cases: what this viewer may decide, and what they have asked for; oldest first."""
    return [
        each
        for each in approval_repository.list_awaiting(session, viewer)
        if each.author_id == viewer.person_id or not why_not_approve(viewer, asked_of(each))
    ]


def count_to_decide(session: Session, viewer: Viewer) -> int:
    """How many answers wait for this viewer's approval."""
    return sum(
        not why_not_approve(viewer, asked_of(each)) for each in approval_repository.list_awaiting(session, viewer)
    )


def asked_of(awaiting: Awaiting) -> Asked:
    """What decides about who may approve it."""
    return Asked(awaiting.author_id, awaiting.store_id, awaiting.queue, tuple(awaiting.approvers))


def _hold_awaiting(hand: Hand, reply_id: int) -> tuple[Case, Reply]:
    case = hold(hand, _get(hand, reply_id).case_id)
    # who takes it back holds it ahead of its case: neither waits for the other
    reply = repository.lock_reply(hand.session, reply_id)
    if reply is None:
        raise ConflictError("Somebody decides about this answer right now. Look again in a moment.")
    hand.session.refresh(reply)
    if reply.state != ReplyState.AWAITING:
        raise ConflictError(_SETTLED.get(ReplyState(reply.state), "Somebody has approved this answer already."))
    asked = Asked(reply.author_id, case.store_id, case.queue, tuple(case.approvers))
    if why := why_not_approve(hand.viewer, asked):
        raise ForbiddenError(why)
    return case, reply


def _get(hand: Hand, reply_id: int) -> Reply:
    reply = hand.session.get(Reply, reply_id)
    if reply is None:
        raise NotFoundError("There is no such answer.")
    return reply


def _other_words(reply: Reply, text: str | None) -> str:
    """The words to send instead, checked; "" where they are the same."""
    if text is None or text.split() == reply.text.split():
        return ""
    way = Way.COMMENT if reply.kind == Deed.EDIT else Way(reply.kind)
    if faults := find_faults(text, way, reply.channel):
        raise InvalidError(" ".join(faults))
    return text.strip()


def _settle(hand: Hand, reply: Reply) -> None:
    """The case knows since when an answer of it waits, so that it is not taken from who wrote it."""
    hand.session.flush()
    since = approval_repository.find_oldest(hand.session, reply.case_id)
    handling.note_approval(hand.session, reply.case_id, asked_at=since)


def _tell(hand: Hand, reply: Reply, what: str) -> None:
    if reply.id is not None:
        defer(hand.session, ASKED_TASK, brand_id=reply.brand_id, reply_id=reply.id, what=what)


def _write(hand: Hand, reply: Reply, kind: str, what: str) -> None:
    handling.write_down(
        hand.session, reply.brand_id, reply.case_id, at=hand.now, kind=kind, who=hand.viewer.name,
        person_id=hand.person_id, detail=f"{hand.viewer.name} {what}",
    )  # fmt: skip
