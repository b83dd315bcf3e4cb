"""The verbs of people: claim, release, hand over, escalate, snooze, resolve, merge, not ours, reopen, note, another queue.

Every verb locks the case, asks the state machine, writes the case with its history, and stops or starts its clocks. What
a viewer may not see does not exist for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import handling_repository as repository
from localcare.cases.core import Placement, State, handling
from localcare.cases.core.handling import InHand, Move, RefusedError
from localcare.cases.core.states import CLOSED
from localcare.cases.giving import take_seat
from localcare.cases.kept import keep
from localcare.cases.models import Case
from localcare.cases.promises import ALL_CLOCKS, REPLY_CLOCKS, move_clocks, stop_clocks
from localcare.cases.repository import CaseLine, lock_conversations, write_history
from localcare.cases.service import ChangedConversations, decide_cases, save_decisions
from localcare.errors import ConflictError, ForbiddenError, NotFoundError
from localcare.people.core import Viewer
from localcare.people.duty import note_deed, note_sign_of_life, set_willing

LOOKING_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, when, in which transaction."""

    session: Session
    viewer: Viewer
    now: datetime

    @property
    def person_id(self) -> int:
        """The acting person; a system viewer cannot act by hand."""
        if self.viewer.person_id is None:
            raise ForbiddenError("Only a person can do this.")
        return self.viewer.person_id


def hold(hand: Hand, case_id: int) -> Case:
    """A case held for changing. NotFoundError when there is none for this viewer, ForbiddenError when they only read it."""
    return repository.lock_case(hand.session, hand.viewer, case_id)


def find_case(session: Session, viewer: Viewer, case_id: int) -> Case | None:
    """A case to read; None when there is none for this viewer."""
    return repository.find_case(session, viewer, case_id)


def find_owner_name(session: Session, case: Case) -> str | None:
    """Who has the case in hand; None when nobody does."""
    return repository.find_person_name(session, case.owner_id)


def claim(hand: Hand, case_id: int) -> Case:
    """Take a case; ConflictError names the person who has it."""
    case = _move(hand, case_id, lambda c: handling.claim(c, person_id=hand.person_id, name=hand.viewer.name))
    stop_clocks(hand.session, [case_id], ("acknowledge",), hand.now)
    return case


def release(hand: Hand, case_id: int) -> Case:
    """Put a case back into its queue. The desk pushes no other one to whoever did until they ask for the next."""
    case = _move(hand, case_id, lambda c: handling.release(c, name=hand.viewer.name))
    if hand.viewer.is_central and hand.viewer.person_id is not None:
        set_willing(hand.session, hand.viewer.person_id, willing=False)
    return case


def hand_over(hand: Hand, case_id: int, *, to_id: int, to_name: str, note: str) -> Case:
    """Give a case to a colleague, with its history and a note."""
    return _move(
        hand, case_id, lambda c: handling.hand_over(c, name=hand.viewer.name, to_id=to_id, to_name=to_name, note=note)
    )


def send_to_queue(
    hand: Hand, case_id: int, placement: Placement, *, to_name: str, note: str, is_ruled: bool = False
) -> Case:
    """Move a case to another queue by hand; no rule moves it again until it is reopened. `to_name` is for people.

    `is_ruled`: the policy has named the queue for what a person told, and may name another when it learns more.
    """
    case = _move(
        hand, case_id, lambda c: handling.hand_over(c, name=hand.viewer.name, to_id=None, to_name=to_name, note=note)
    )
    _place(hand, case, placement, by_hand=not is_ruled)
    return case


def escalate(hand: Hand, case_id: int, placement: Placement, *, tier: int, note: str) -> Case:
    """Send a case one tier up, into the queue that `placement` names."""
    case = _move(hand, case_id, lambda c: handling.escalate(c, name=hand.viewer.name, tier=tier, note=note))
    case.tier = tier
    _place(hand, case, placement)
    return case


def snooze(hand: Hand, case_id: int, *, until: datetime) -> Case:
    """Put a case out of sight until a time, or until the customer writes again."""
    return _move(hand, case_id, lambda c: handling.snooze(c, name=hand.viewer.name, until=until, now=hand.now))


def resolve(hand: Hand, case_id: int, *, how: str) -> Case:
    """Close a case and stop its clocks."""
    case = _move(hand, case_id, lambda c: handling.resolve(c, name=hand.viewer.name, how=how))
    stop_clocks(hand.session, [case_id], ALL_CLOCKS, hand.now)
    return case


def not_ours(hand: Hand, case_id: int, *, note: str = "") -> Case:
    """Close a case that is about somebody else's business."""
    case = _move(hand, case_id, lambda c: handling.not_ours(c, name=hand.viewer.name, note=note))
    stop_clocks(hand.session, [case_id], ALL_CLOCKS, hand.now)
    return case


def merge(hand: Hand, case_id: int, into_id: int, *, note: str = "") -> Case:
    """Close a case because its matter is handled in another open one of theirs, which says so too.

    ConflictError when that one is closed, merged itself, or the same. A new word of the customer opens it again.
    """
    into = _other(hand, case_id, into_id)
    case = _move(hand, case_id, lambda c: handling.merge(c, name=hand.viewer.name, into=into_id, note=note))
    case.merged_into = into.id
    hand.session.add(case)
    hand.session.flush()
    stop_clocks(hand.session, [case_id], ALL_CLOCKS, hand.now)
    write_down(
        hand.session, hand.viewer.brand_id, into_id, at=hand.now, kind="joined", who=hand.viewer.name,
        person_id=hand.person_id, detail=f"{hand.viewer.name} merged case {case_id} into this one.",
    )  # fmt: skip
    return case


def _other(hand: Hand, case_id: int, into_id: int) -> Case:
    """The case to merge into, held: the lower id first, so that two who merge crosswise do not wait for each other."""
    if case_id == into_id:
        raise ConflictError("A case cannot be merged into itself.")
    held = {each: repository.lock_case(hand.session, hand.viewer, each) for each in sorted((case_id, into_id))}
    is_same = held[into_id].conversation_key == held[case_id].conversation_key
    if is_same and not held[case_id].part:
        raise ConflictError("The second case of these words is merged into the first, not the other way round.")
    if not held[into_id].is_open:
        raise ConflictError(f"Case {into_id} is closed. Reopen it first, or merge the other way round.")
    return held[into_id]


def reopen(hand: Hand, case_id: int) -> Case:
    """Open a closed case again: what waited then waits again, and its clocks run on."""
    before = repository.lock_case(hand.session, hand.viewer, case_id)
    closed_at, as_it_was = before.closed_at, keep(hand.session, before)
    if before.waiting_since is None and _is_unanswered(before):
        before.waiting_since = before.last_customer_at
    case = _move(hand, case_id, lambda c: handling.reopen(c, name=hand.viewer.name), as_it_was)
    if closed_at is not None:
        repository.resume_clocks(hand.session, case_id, closed_at)
    return case


def note(hand: Hand, case_id: int, text: str) -> None:
    """Leave a note for colleagues; customers never see it."""
    repository.lock_case(hand.session, hand.viewer, case_id)
    note_deed(hand.session, hand.viewer, now=hand.now)
    write_history(
        hand.session,
        hand.viewer.brand_id,
        [CaseLine(case_id, hand.now, "note", hand.viewer.name, text, hand.person_id)],
    )


def glance(hand: Hand, case_id: int) -> list[str]:
    """Say that this person looks at the case; returns the names of those who looked at it a moment ago too.

    A case that was pushed to them is taken up with that.
    """
    case = repository.find_case(hand.session, hand.viewer, case_id)
    if case is None:
        raise NotFoundError("There is no such case, or it belongs to another store.")
    if hand.viewer.is_central:
        note_sign_of_life(hand.session, hand.viewer, now=hand.now)
    if case.untouched_since is not None and repository.touch(hand.session, case_id, hand.person_id):
        note_deed(hand.session, hand.viewer, now=hand.now)
        stop_clocks(hand.session, [case_id], ("acknowledge",), hand.now)
    repository.save_glance(hand.session, hand.viewer.brand_id, case_id, hand.person_id, hand.now)
    return repository.list_other_lookers(hand.session, case_id, hand.person_id, since=hand.now - LOOKING_FOR)


def record_answer(
    session: Session,
    brand_id: int,
    case_id: int,
    *,
    at: datetime,
    who: str,
    person_id: int | None,
    detail: str,
    written_at: datetime | None = None,
) -> None:
    """An answer went out (or was given elsewhere): the reply clocks stop, and the case is the customer's turn.

    A silent case beside it goes on waiting: what stands on the Page since `written_at` was not about its matter.
    """
    key = repository.get_conversation_key(session, case_id)
    lock_conversations(session, brand_id, [key])
    repository.mark_replied(session, case_id, at)
    repository.turn_deaf(session, case_id, written_at or at)
    changed = ChangedConversations(frozenset({key}), frozenset({key}))
    decisions = decide_cases(session, brand_id, changed, opens_second=False)
    save_decisions(session, brand_id, decisions, {}, now=at)
    stop_clocks(session, [case_id], REPLY_CLOCKS, at)
    write_history(session, brand_id, [CaseLine(case_id, at, "replied", who, detail, person_id)])


def record_failure(session: Session, brand_id: int, case_id: int, *, at: datetime, detail: str) -> None:
    """An answer could not be sent: written down, so that whoever has the case sees it."""
    write_history(session, brand_id, [CaseLine(case_id, at, "reply-failed", "localcare", detail)])


def find_twin(session: Session, case: Case) -> Case | None:
    """The other case of a conversation with two matters; None where there is one matter."""
    return repository.find_twin(session, case)


def take_voice(hand: Hand, case_id: int) -> Case:
    """From now on this case speaks with the customer in public, and the one beside it is silent."""
    case = repository.lock_case(hand.session, hand.viewer, case_id)
    twin = repository.find_twin(hand.session, case)
    if twin is None or not case.is_silent:
        raise ConflictError("This case speaks in public already.")
    case.is_silent, case.deaf_to = False, hand.now if case.deaf_from else None
    twin.is_silent, twin.deaf_from, twin.deaf_to = True, twin.deaf_from or hand.now, None
    for each in (case, twin):
        each.version += 1
        hand.session.add(each)
    hand.session.flush()
    name = hand.viewer.name
    _say(hand, case_id, f"{name} answers in public from here; case {twin.id} is silent.")
    _say(hand, twin.id or 0, f"{name} answers in public in case {case_id}; this one is silent.")
    return case


def _say(hand: Hand, case_id: int, detail: str) -> None:
    write_down(
        hand.session, hand.viewer.brand_id, case_id, at=hand.now, kind="voice", who=hand.viewer.name,
        person_id=hand.person_id, detail=detail,
    )  # fmt: skip


def note_approval(session: Session, case_id: int, *, asked_at: datetime | None) -> None:
    """An answer of the case waits for somebody's approval since then, or none does any more."""
    repository.set_approval_asked(session, case_id, asked_at)


def write_down(
    session: Session,
    brand_id: int,
    case_id: int,
    *,
    at: datetime,
    kind: str,
    who: str,
    detail: str,
    person_id: int | None = None,
) -> None:
    """Something else happened to a case's words or answers; its state stays as it is."""
    write_history(session, brand_id, [CaseLine(case_id, at, kind, who, detail, person_id)])


def _move(
    hand: Hand, case_id: int, action: Callable[[InHand], Move], as_it_was: dict[str, object] | None = None
) -> Case:
    case = repository.lock_case(hand.session, hand.viewer, case_id)
    owner = repository.find_person_name(hand.session, case.owner_id)
    try:
        move = action(InHand(State(case.state), case.owner_id, owner, case.waiting_since is not None))
    except RefusedError as refused:
        raise ConflictError(refused.why) from refused
    if move.owner_id is not None and move.owner_id != case.owner_id:
        take_seat(hand.session, move.owner_id)
    before = as_it_was or keep(hand.session, case)
    _apply(case, move, hand.now)
    note_deed(hand.session, hand.viewer, now=hand.now)
    hand.session.add(case)
    hand.session.flush()
    kept = before | {"version": case.version}
    line = CaseLine(case_id, hand.now, move.kind, hand.viewer.name, move.detail, hand.viewer.person_id, kept)
    write_history(hand.session, hand.viewer.brand_id, [line])
    return case


def _apply(case: Case, move: Move, now: datetime) -> None:
    closed = move.state in CLOSED
    case.state = move.state
    case.is_open = not closed
    case.owner_id = move.owner_id
    case.untouched_since = None
    case.snoozed_until = move.snoozed_until
    case.closed_at = now if closed else None
    case.closed_how = move.closed_how
    case.merged_into = None
    case.updated_at = now
    case.version += 1


def _is_unanswered(case: Case) -> bool:
    return case.answered_at is None or case.answered_at < case.last_customer_at


def _place(hand: Hand, case: Case, placement: Placement, *, by_hand: bool = True) -> None:
    case.queue = placement.queue
    case.route_reason = placement.reason
    case.routed_by_hand = by_hand
    hand.session.add(case)
    hand.session.flush()
    move_clocks(hand.session, case, placement, now=hand.now)
