"""The verbs of answering: one public answer per customer turn, an undo window, and the note that it was done elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from localcare.cases import handling
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import TakenBack
from localcare.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.kit.jobs import defer
from localcare.replies import approving, door_repository, recording, repository
from localcare.replies.core import (
    SEND_TASK,
    Capability,
    Hold,
    ReplyState,
    Turn,
    Way,
    find_faults,
    private_way,
    target_of,
    way_to_answer,
)
from localcare.replies.models import Reply, SavedReply

_NO_MORE_TO_UNDO = "The answer has left already. You can delete it where it stands."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person wants to say. `is_additional` is the owner's word that a second answer to one turn is meant.

    `is_private`: by the one private message that public words may be answered with.
    """

    text: str
    is_additional: bool = False
    answered_elsewhere: bool = False
    is_private: bool = False


def answer_case(hand: Hand, case_id: int, answer: Answer, *, undo_seconds: int) -> Reply:
    """Queue an answer to the customer's newest words, to be sent when the undo window has passed, or approved.

    Raises InvalidError for what cannot go out, ConflictError when somebody was first (it says who and when).
    """
    case = hold(hand, case_id)
    turn = repository.find_turn(hand.session, case_id)
    if turn is None:
        raise ConflictError("The customer has removed their words; there is nothing left to answer.")
    _check_voice(hand, case, answer)
    way = _checked_way(hand, case_id, turn, answer)
    additional = _count_before(hand, case, turn, answer, way)
    if case.owner_id is None:
        handling.claim(hand, case_id)
    reply = _new_reply(hand, case, turn, answer, way=way, additional=additional)
    reply.send_after = hand.now + timedelta(seconds=undo_seconds)
    if approving.needs_approval(case, reply):
        approving.ask(hand, case, reply)
        return reply
    hand.session.add(reply)
    hand.session.flush()
    if reply.id is None:
        raise AssertionError("a flushed row has an id")
    if way is Way.BY_HAND:
        _note_answered(hand, reply)
    else:
        defer(hand.session, SEND_TASK, not_before=reply.send_after, reply_id=reply.id, brand_id=reply.brand_id)
    return reply


def undo_reply(hand: Hand, reply_id: int) -> Reply:
    """Take an answer back before it has left; one that is held may be dropped by whoever works on the case.

    Whoever approved it takes the approval back: it waits again.
    """
    reply = repository.lock_reply(hand.session, reply_id)
    if reply is None:
        get_reply_case(hand.session, reply_id)
        raise ConflictError("The answer is being sent right now and cannot be taken back.")
    hold(hand, reply.case_id)
    if reply.state == ReplyState.HELD:
        return _drop(hand, reply)
    if reply.state in (ReplyState.AWAITING, ReplyState.APPROVED):
        return approving.retract(hand, reply)
    if is_unsent(reply) and reply.approver_id is not None and reply.approver_id == hand.person_id:
        return approving.take_approval_back(hand, reply)
    if reply.author_id != hand.person_id:
        raise ForbiddenError(f"Only {reply.author_name} can take this answer back.")
    if not is_unsent(reply):
        raise ConflictError(_NO_MORE_TO_UNDO)
    reply.state = ReplyState.UNDONE
    hand.session.add(reply)
    if reply.approved_at is not None:
        _write(hand, reply, "reply-dropped", "took the approved answer back before it left.")
    return reply


def is_unsent(reply: Reply) -> bool:
    """Whether nothing of it can be on the network yet: it waits for its time, or for the Page's."""
    return reply.attempts == 0 and reply.state in (ReplyState.QUEUED, ReplyState.SENDING)


def try_again(hand: Hand, reply_id: int) -> Reply:
    """Send a failed answer once more, or one that is held although the Page has answered in the meantime."""
    reply = repository.lock_reply(hand.session, reply_id)
    if reply is None or reply.state not in (ReplyState.FAILED, ReplyState.HELD):
        raise NotFoundError("There is no failed answer to send again.")
    case = hold(hand, reply.case_id)
    if reply.additional >= 0:
        _check_turn(hand, reply)
    if reply.state == ReplyState.HELD:
        _write(hand, reply, "insisted", "sends the answer although the Page has answered in the meantime.")
    if approving.needs_approval(case, reply):
        approving.ask(hand, case, reply)
        return reply
    reply.state, reply.error, reply.send_after = ReplyState.QUEUED, None, hand.now
    hand.session.add(reply)
    defer(hand.session, SEND_TASK, reply_id=reply_id, brand_id=reply.brand_id)
    return reply


def list_case_replies(session: Session, case_id: int) -> list[Reply]:
    """Every answer to a case, oldest first, with how far it has come."""
    return repository.list_replies(session, case_id)


def list_case_deeds(session: Session, case_id: int) -> list[Reply]:
    """What was done on the Page in a case beside answering, oldest first, with how far it has come."""
    return repository.list_deeds(session, case_id)


def find_turn(session: Session, case_id: int) -> Turn | None:
    """The customer's newest words in a case: what an answer would answer."""
    return repository.find_turn(session, case_id)


def list_saved_replies(session: Session, brand_id: int) -> list[SavedReply]:
    """The brand's saved replies by title."""
    return repository.list_saved_replies(session, brand_id)


def get_reply_case(session: Session, reply_id: int) -> int:
    """The case a reply belongs to. NotFoundError when there is no such reply in this brand."""
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise NotFoundError("There is no such answer.")
    return reply.case_id


def confirm_echoes(session: Session, brand_id: int, external_ids: list[str]) -> list[TakenBack]:
    """The network told us of the Page's own words: ours are really there, or gone; others overtake answers that wait.

    Returns the answers that are gone, for whoever decides about their cases.
    """
    if not external_ids:
        return []
    repository.confirm(session, brand_id, external_ids)
    door_repository.mark_deleted(session, brand_id, external_ids)
    for overtaken in door_repository.list_overtaken(session, brand_id, external_ids):
        reply = repository.lock_reply(session, overtaken.reply_id)
        if reply is not None and is_unsent(reply):
            held = Hold.because(overtaken.text)
            recording.keep_back(session, reply, held, now=overtaken.heard_at)
    return door_repository.list_taken_back(session, brand_id, external_ids)


def ways_of(session: Session, turn: Turn, case_id: int, *, now: datetime) -> tuple[Capability, Capability | None]:
    """How a turn can be answered now: the usual way, and the private one beside it where there is such a thing."""
    is_used = any(reply.kind == Way.PRIVATE for reply in repository.list_answers(session, case_id, turn.mention_id))
    return way_to_answer(turn, now=now), private_way(turn, now=now, is_used=is_used)


def _drop(hand: Hand, reply: Reply) -> Reply:
    reply.state = ReplyState.UNDONE
    hand.session.add(reply)
    _write(hand, reply, "reply-dropped", "dropped the answer that was held back.")
    return reply


def _check_turn(hand: Hand, reply: Reply) -> None:
    turn = repository.find_turn(hand.session, reply.case_id)
    if turn is None or turn.mention_id != reply.turn_id:
        raise ConflictError("The customer has written again since. Write a new answer to that.")
    if reply.state == ReplyState.HELD:
        return
    others = repository.list_answers(hand.session, reply.case_id, reply.turn_id)
    if len(others) > reply.additional:
        raise ConflictError(_who_was_first(hand, others[0]))
    reply.additional = _next_number(others)


def _write(hand: Hand, reply: Reply, kind: str, what: str) -> None:
    handling.write_down(
        hand.session, reply.brand_id, reply.case_id, at=hand.now, kind=kind, who=hand.viewer.name,
        person_id=hand.person_id, detail=f"{hand.viewer.name} {what}",
    )  # fmt: skip


def _check_voice(hand: Hand, case: Case, answer: Answer) -> None:
    """A conversation with two matters has one public voice; who is silent there may still write a private message."""
    if not case.is_silent or answer.is_private:
        return
    twin = handling.find_twin(hand.session, case)
    if twin is not None and twin.is_open:
        raise ConflictError(
            f"Case {twin.id} answers this customer in public. Leave a note there, or take over the public answer first."
        )


def _checked_way(hand: Hand, case_id: int, turn: Turn, answer: Answer) -> Way:
    if answer.answered_elsewhere:
        return Way.BY_HAND
    usual, private = ways_of(hand.session, turn, case_id, now=hand.now)
    capability = private if answer.is_private else usual
    if capability is None:
        raise InvalidError("These words cannot be answered privately.")
    if capability.way is Way.BY_HAND:
        raise InvalidError(f"{capability.why} Copy the text, answer there, then choose “Answered there”.")
    if capability.why:
        raise InvalidError(capability.why)
    faults = find_faults(answer.text, capability.way, turn.channel)
    if faults:
        raise InvalidError(" ".join(faults))
    return capability.way


def _count_before(hand: Hand, case: Case, turn: Turn, answer: Answer, way: Way) -> int:
    """The number of this answer to its turn, 0 for the first; refuses one more unless the owner of the case means it.

    A private message beside a public answer, or the other way round, is what it is for: that needs no second word.
    """
    before = repository.list_answers(hand.session, case.id or 0, turn.mention_id)
    if not before and not _is_answered_natively(case, turn):
        return 0
    if any(reply.text == answer.text.strip() for reply in before):
        raise ConflictError("Exactly this has been answered already; it was not sent a second time.")
    is_beside = bool(before) and all((reply.kind == Way.PRIVATE) != (way is Way.PRIVATE) for reply in before)
    if (answer.is_additional or is_beside) and case.owner_id in (None, hand.person_id):
        return _next_number(before)
    if before:
        raise ConflictError(_who_was_first(hand, before[0]))
    when = _when(hand, case.answered_at)
    raise ConflictError(f"This was answered on the Page {when}. Add another answer only if you mean to.")


def _is_answered_natively(case: Case, turn: Turn) -> bool:
    """Whether the Page has spoken since the turn; quiet words after an answer may be answered too."""
    if case.waiting_since is not None or case.answered_at is None:
        return False
    return turn.said_at is None or case.answered_at >= turn.said_at


def _next_number(before: Sequence[Reply]) -> int:
    return max((reply.additional for reply in before), default=-1) + 1


def _who_was_first(hand: Hand, first: Reply) -> str:
    if first.author_id == hand.person_id:
        return "You have answered this already. To add a second answer, say so."
    return f"{first.author_name} answered this first, {_when(hand, first.created_at)}."


def _when(hand: Hand, moment: datetime | None) -> str:
    if moment is None:
        return "a moment ago"
    here = moment.astimezone(ZoneInfo(hand.viewer.timezone))
    return f"at {here.hour % 12 or 12}:{here:%M %p} on {here:%B} {here.day}"


def _new_reply(hand: Hand, case: Case, turn: Turn, answer: Answer, *, way: Way, additional: int) -> Reply:
    return Reply(
        brand_id=case.brand_id,
        case_id=case.id or 0,
        turn_id=turn.mention_id,
        additional=additional,
        channel=turn.channel,
        page_id=turn.page_id,
        kind=way,
        target_id=target_of(turn, way),
        text=answer.text.strip(),
        author_id=hand.person_id,
        author_name=hand.viewer.name,
        state=ReplyState.NOTED if way is Way.BY_HAND else ReplyState.QUEUED,
        created_at=hand.now,
        send_after=hand.now,
    )


def _note_answered(hand: Hand, reply: Reply) -> None:
    handling.record_answer(
        hand.session,
        reply.brand_id,
        reply.case_id,
        at=hand.now,
        who=hand.viewer.name,
        person_id=hand.person_id,
        detail="Answered by hand where it was written.",
    )
