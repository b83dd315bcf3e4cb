"""What people do that takes more than one stage: the centre, a colleague, a case out of the feed, the next case."""

from dataclasses import dataclass

from localcare.cases import crisis, handling
from localcare.cases.core import CaseDecision
from localcare.cases.crisis import CALL_TASK
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import decide_by_hand, save_decisions
from localcare.errors import ForbiddenError, InvalidError, NotFoundError
from localcare.inbox.core.moments import Snooze, snooze_until
from localcare.inbox.core.queues import (
    TIERS,
    Target,
    central_queue,
    higher_targets,
    queue_name,
    served_queues,
    skill_name,
)
from localcare.inbox.repository import case as repository
from localcare.inbox.repository import stores as store_repository
from localcare.inbox.repository.stores import StoreCard
from localcare.kit.jobs import defer
from localcare.routing import giving
from localcare.routing.core import CRISIS, Policy, placement_in
from localcare.routing.hooks import ACKNOWLEDGED, owe_posts
from localcare.routing.service import place_cases


@dataclass(frozen=True, slots=True)
class Made:
    """A case that a person made, or that was there already."""

    case_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class NextCase:
    """What “next case” gave: a case, or none because nothing waits that fits, or because the hands are full."""

    case_id: int | None
    is_full: bool = False


def take_next(hand: Hand, policy: Policy) -> NextCase:
    """The next case for this agent, as the desk decides."""
    case_id = giving.take_next(hand, policy.giving)
    is_full = case_id is None and giving.has_full_hands(hand, policy.giving)
    return NextCase(case_id, is_full)


def needs_centre(hand: Hand, case_id: int, skill: str, note: str, policy: Policy) -> Case:
    """The store cannot settle it: the national team's queue of this skill takes over, at the tier of the case.

    Where that tier does not have the skill, the lowest that has it does.
    """
    case = hold(hand, case_id)
    tier = next((each for each in (case.tier, *TIERS) if policy.serves(each, skill)), None)
    if tier is None:
        raise InvalidError("Choose what the national team is asked for.")
    placement = placement_in(central_queue(tier, skill), f"{hand.viewer.name} asked for the centre", None, policy)
    to_name = f"the national team ({skill_name(skill)})"
    return handling.send_to_queue(hand, case_id, placement, to_name=to_name, note=note)


def hand_over(hand: Hand, case_id: int, to: str, note: str, policy: Policy) -> Case:
    """Give a case to a colleague (`person:12`) or a queue of the national team (`tier2:billing`), with a note."""
    case = hold(hand, case_id)
    kind, _, rest = to.partition(":")
    if kind == "person" and rest.isdecimal():
        colleagues = repository.list_colleagues(hand.session, hand.viewer, case, hand.now)
        colleague = next((each for each in colleagues if each.id == int(rest)), None)
        if colleague is None:
            raise NotFoundError("This person cannot be given the case.")
        return handling.hand_over(hand, case_id, to_id=colleague.id, to_name=colleague.name, note=note)
    if to not in served_queues(policy):
        raise InvalidError("Choose a person or a queue to hand the case to.")
    placement = placement_in(to, f"{hand.viewer.name} handed it over", None, policy)
    moved = handling.send_to_queue(hand, case_id, placement, to_name=queue_name(to), note=note)
    _call_for(hand, moved)
    return moved


def escalate(hand: Hand, case_id: int, to: str, note: str, policy: Policy) -> Case:
    """Send a case up: to a higher tier of its skill, or to the crisis team."""
    case = hold(hand, case_id)
    target = next((target for target in escalation_targets(case, policy) if target.queue == to), None)
    if target is None:
        raise InvalidError("Choose a higher tier than the one that has the case.")
    placement = placement_in(target.queue, f"{hand.viewer.name} escalated it", None, policy)
    moved = handling.escalate(hand, case_id, placement, tier=target.tier, note=note)
    _call_for(hand, moved)
    return moved


def have_crisis(hand: Hand, case_id: int) -> bool:
    """“I have it”: nobody else is paged, and whoever listens is told. False when somebody said so before."""
    if not crisis.acknowledge(hand, case_id):
        return False
    owe_posts(hand.session, hand.viewer.brand_id, [case_id], event=ACKNOWLEDGED, wave=1, now=hand.now)
    return True


def snooze(hand: Hand, case_id: int, choice: Snooze) -> Case:
    """Put a case out of sight until a time that suits the store."""
    case = hold(hand, case_id)
    stores = store_repository.list_stores(hand.session, hand.viewer, {case.store_id or 0}, hand.now)
    zone = stores[0].timezone if stores else hand.viewer.timezone
    return handling.snooze(hand, case_id, until=snooze_until(choice, hand.now, zone))


def escalation_targets(case: Case, policy: Policy | None) -> tuple[Target, ...]:
    """Where a case can be escalated to: queues above its own that the policy has somebody for."""
    served = served_queues(policy) if policy else ()
    return tuple(target for target in higher_targets(case.queue) if policy is None or target.queue in served)


def make_case(hand: Hand, mention_id: int, policy: Policy) -> Made:
    """Make a case of something in a store's feed, whatever triage said; when it has one already, that one."""
    place_of = repository.find_mention_place(hand.session, hand.viewer.brand_id, mention_id)
    if place_of is None or not hand.viewer.may_see_store(place_of.store_id):
        raise NotFoundError("This is not there any more, or it belongs to another store.")
    if not hand.viewer.may_answer(place_of.store_id):
        raise ForbiddenError("You may read this, but not work on it.")
    key = place_of.conversation_key
    decision = decide_by_hand(hand.session, hand.viewer.brand_id, key, who=hand.viewer.name)
    if decision is None:
        return Made(_case_of(hand, key), is_new=False)
    placements = place_cases(
        hand.session, hand.viewer.brand_id, [decision], standing_of(hand, decision), policy, now=hand.now
    )
    ids = save_decisions(hand.session, hand.viewer.brand_id, [decision], placements, now=hand.now, by_hand=True)
    return Made(ids[key], is_new=True)


def _case_of(hand: Hand, key: str) -> int:
    case_id = repository.find_case_id(hand.session, hand.viewer.brand_id, key)
    if case_id is None:
        raise NotFoundError("This is not there any more.")
    return case_id


def standing_of(hand: Hand, decision: CaseDecision) -> dict[int, StoreCard]:
    """The store that a decision is about, for placing it."""
    store_id = decision.summary.store_id
    if store_id is None:
        return {}
    return {store.id: store for store in store_repository.list_stores(hand.session, hand.viewer, {store_id}, hand.now)}


def _call_for(hand: Hand, moved: Case) -> None:
    """Whoever sends a case to the crisis queue has the crisis called, whichever way it went there."""
    if moved.queue == CRISIS and moved.id is not None:
        defer(hand.session, CALL_TASK, brand_id=hand.viewer.brand_id, case_id=moved.id)
