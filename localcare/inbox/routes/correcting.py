"""What triage got wrong about a case: topic, whose matter, tier, mood, praise, no answer, no crisis, and the way back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.cases.handling import Hand
from localcare.cases.models import Case
from localcare.errors import InvalidError
from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import topic_name
from localcare.inbox.dependencies import ActingHand, Chosen, CurrentPolicy, RowId
from localcare.inbox.routes.moves import away_from_case
from localcare.inbox.service import correcting
from localcare.triage.core.correction import Part, matter_in_words
from localcare.triage.core.taxonomy import TIERS
from localcare.web.pages import see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/topic")
def set_topic(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, topic: Chosen = ""
) -> Response:
    case = correcting.set_topic(hand, case_id, topic, policy)
    words = f"Noted: {topic_name(topic).lower()}. The case is with {queue_name(case.queue)}, and triage learns it."
    return _after(request, hand, case_id, words, "topic")


@router.post("/cases/{case_id}/matter")
def set_matter(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, matter: Chosen = ""
) -> Response:
    case = correcting.set_matter(hand, case_id, matter, policy)
    words = f"Noted: {matter_in_words(matter)}. The case is with {queue_name(case.queue)}, and triage learns it."
    return _after(request, hand, case_id, words, "matter")


@router.post("/cases/{case_id}/tier")
def set_tier(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, tier: Chosen = "") -> Response:
    case = correcting.set_tier(hand, case_id, int(tier) if tier in map(str, TIERS) else 0, policy)
    words = f"Noted: tier {tier}. The case is with {queue_name(case.queue)}, and triage learns it."
    return _after(request, hand, case_id, words, "tier")


@router.post("/cases/{case_id}/mood")
def set_mood(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, mood: Chosen = "") -> Response:
    correcting.set_mood(hand, case_id, mood, policy)
    return _noted(request, case_id, f"Noted: it sounds {mood}. Triage learns it.", "mood")


@router.post("/cases/{case_id}/shout-out")
def set_shout_out(request: Request, hand: ActingHand, case_id: RowId, praised: Chosen = "") -> Response:
    if praised not in ("somebody", "nobody"):
        raise InvalidError("Choose whether it praises somebody of the team.")
    correcting.set_shout_out(hand, case_id, is_one=praised == "somebody")
    return _noted(request, case_id, f"Noted: it praises {praised} of the team. Triage learns it.", "shout-out")


@router.post("/cases/{case_id}/no-answer-needed")
def needs_no_answer(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    correcting.needs_no_answer(hand, case_id, policy)
    return _after(request, hand, case_id, "Closed. Triage learns that such words need no answer.", "answer")


@router.post("/cases/{case_id}/no-crisis")
def is_no_crisis(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    case = correcting.is_no_crisis(hand, case_id, policy)
    words = f"Noted: no crisis. The case is with {queue_name(case.queue)}, nobody is called, and triage learns it."
    return _after(request, hand, case_id, words, "risk")


@router.post("/cases/{case_id}/triage/withdrawal")
def take_back(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    return _taken_back(request, hand, correcting.take_back(hand, case_id, policy))


@router.post("/cases/{case_id}/triage/{part}/withdrawal")
def take_back_part(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, part: Part) -> Response:
    """What was said last goes alone: whoever takes a mood back raises no alarm that was called none before."""
    return _taken_back(request, hand, correcting.take_back(hand, case_id, policy, part=part))


def _taken_back(request: Request, hand: Hand, case: Case) -> Response:
    flash = Flash(f"Taken back. The case is with {queue_name(case.queue)}.", "info")
    return see_other(request, f"/cases/{case.id}" if hand.viewer.may_see_store(case.store_id) else "/", flash)


def _after(request: Request, hand: Hand, case_id: int, words: str, part: Part) -> Response:
    return away_from_case(request, hand, case_id, _flash(case_id, words, part))


def _noted(request: Request, case_id: int, words: str, part: Part) -> Response:
    """What moves no case leaves everybody at it, a store's people too."""
    return see_other(request, f"/cases/{case_id}", _flash(case_id, words, part))


def _flash(case_id: int, words: str, part: Part) -> Flash:
    return Flash(words, "good", "Undo", f"/cases/{case_id}/triage/{part}/withdrawal")
