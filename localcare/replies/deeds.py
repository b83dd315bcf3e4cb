"""The verbs of deeds: edit and delete an answer of ours; hide, show and like what a customer wrote. Each goes by the outbox."""

from dataclasses import dataclass

from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.kit.jobs import defer
from localcare.replies import approving, repository
from localcare.replies.core import (
    HIDING_REASONS,
    ON_ITS_WAY,
    SEND_TASK,
    STANDING,
    Deed,
    OwnWords,
    ReplyState,
    Way,
    Who,
    find_faults,
    find_hiding_fault,
    why_not_deed,
    why_not_own,
)
from localcare.replies.models import Reply


@dataclass(frozen=True, slots=True)
class Hiding:
    """Why words are hidden: one of HIDING_REASONS, and a few words of the person."""

    reason: str
    note: str = ""

    @property
    def in_words(self) -> str:
        """As it stands on record."""
        return ": ".join(part for part in (HIDING_REASONS.get(self.reason, ""), self.note.strip()) if part)


def edit_answer(hand: Hand, reply_id: int, text: str) -> Reply:
    """Put other words into an answer that stands on the Page; they are approved like an answer."""
    case, original = _own(hand, reply_id, Deed.EDIT)
    faults = find_faults(text, Way.COMMENT, original.channel)
    if faults:
        raise InvalidError(" ".join(faults))
    if text.split() == original.text.split():
        raise InvalidError("These are the words that stand there already.")
    return _send_off(hand, case, _target_of(original), Deed.EDIT, text.strip())


def delete_answer(hand: Hand, reply_id: int) -> Reply:
    """Take an answer off the Page."""
    case, original = _own(hand, reply_id, Deed.DELETE)
    return _send_off(hand, case, _target_of(original), Deed.DELETE, original.text)


def hide_words(hand: Hand, case_id: int, mention_id: int, hiding: Hiding) -> Reply:
    """Hide a customer's comment or post from everybody but its author and their friends; the reason stays on record."""
    fault = find_hiding_fault(hiding.reason, hiding.note)
    if fault:
        raise InvalidError(fault)
    return _do_to_words(hand, case_id, mention_id, Deed.HIDE, hiding.in_words)


def show_words(hand: Hand, case_id: int, mention_id: int) -> Reply:
    """Show hidden words again."""
    return _do_to_words(hand, case_id, mention_id, Deed.UNHIDE)


def like_words(hand: Hand, case_id: int, mention_id: int) -> Reply:
    """Like a customer's words as the Page."""
    return _do_to_words(hand, case_id, mention_id, Deed.LIKE)


def unlike_words(hand: Hand, case_id: int, mention_id: int) -> Reply:
    """Take the Page's like back."""
    return _do_to_words(hand, case_id, mention_id, Deed.UNLIKE)


def who_acts(hand: Hand, case: Case) -> Who:
    """The acting person, as far as it matters for words of others."""
    viewer = hand.viewer
    return Who(
        person_id=hand.person_id,
        runs_store=case.store_id in viewer.own_store_ids,
        supervises=viewer.may_supervise or viewer.may_administer,
    )


def own_words(reply: Reply) -> OwnWords:
    """An answer, as far as it matters for who may change it."""
    return OwnWords(reply.kind, reply.channel, reply.author_id, reply.author_name)


def _own(hand: Hand, reply_id: int, deed: Deed) -> tuple[Case, Reply]:
    found = hand.session.get(Reply, reply_id)
    if found is None:
        raise NotFoundError("There is no such answer.")
    case = hold(hand, found.case_id)
    original = repository.wait_for_reply(hand.session, reply_id)
    if original is None or original.state not in STANDING or original.external_id is None:
        raise ConflictError("This answer does not stand on the Page any more, or not yet.")
    why = why_not_own(own_words(original), deed, who_acts(hand, case))
    if why:
        raise ForbiddenError(why) if why.startswith("Only") else InvalidError(why)
    return case, original


def _do_to_words(hand: Hand, case_id: int, mention_id: int, deed: Deed, why: str = "") -> Reply:
    case = hold(hand, case_id)
    words = repository.find_words(hand.session, case_id, mention_id)
    if words is None or words.page_id is None:
        raise NotFoundError("These words are not there any more.")
    refusal = why_not_deed(words.channel, words.kind, deed, is_hidden=words.hidden)
    if refusal:
        raise ConflictError(refusal)
    return _send_off(
        hand,
        case,
        _Target(case.brand_id, case_id, mention_id, words.channel, words.page_id, words.external_id),
        deed,
        why,
    )


def _target_of(original: Reply) -> "_Target":
    return _Target(
        original.brand_id,
        original.case_id,
        original.turn_id,
        original.channel,
        original.page_id,
        original.external_id or "",
    )


def _send_off(hand: Hand, case: Case, target: "_Target", deed: Deed, text: str) -> Reply:
    for other in repository.list_deeds(hand.session, target.case_id):
        if other.target_id == target.external_id and other.state in (*ON_ITS_WAY, ReplyState.AWAITING):
            raise ConflictError(f"{other.author_name} has just asked for something here; it is on its way to the Page.")
    reply = Reply(
        brand_id=target.brand_id,
        case_id=target.case_id,
        turn_id=target.turn_id,
        additional=repository.next_deed_number(hand.session, target.case_id, target.turn_id),
        channel=target.channel,
        page_id=target.page_id,
        kind=deed,
        target_id=target.external_id,
        text=text,
        author_id=hand.person_id,
        author_name=hand.viewer.name,
        state=ReplyState.QUEUED,
        created_at=hand.now,
        send_after=hand.now,
    )
    if approving.needs_approval(case, reply):
        approving.ask(hand, case, reply)
        return reply
    hand.session.add(reply)
    hand.session.flush()
    if reply.id is None:
        raise AssertionError("a flushed row has an id")
    defer(hand.session, SEND_TASK, reply_id=reply.id, brand_id=reply.brand_id)
    return reply


@dataclass(frozen=True, slots=True)
class _Target:
    """What a deed is done to."""

    brand_id: int
    case_id: int
    turn_id: int
    channel: str
    page_id: str | None
    external_id: str
