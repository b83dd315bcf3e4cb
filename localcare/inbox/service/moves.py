"""What people do that takes more than one stage: another store, the centre, a case out of the feed, the next case."""

from dataclasses import dataclass

from localcare.cases import handling
from localcare.cases.core import CaseDecision, Placement, Summary
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import ChangedConversations, decide_by_hand, decide_cases, save_decisions
from localcare.errors import ForbiddenError, InvalidError, NotFoundError
from localcare.inbox.core.moments import Snooze, snooze_until
from localcare.inbox.core.queues import Target, agent_queues, central_queue, higher_targets, queue_name, skill_name
from localcare.inbox.repository import case as repository
from localcare.inbox.repository import stores as store_repository
from localcare.inbox.repository.case import Reasoning
from localcare.inbox.repository.stores import StoreCard
from localcare.routing.core import WHICH_STORE, Policy, place, placement_in
from localcare.routing.service import place_cases
from localcare.stores.core.values import Answer, Candidate, Evidence, ResolvedMention
from localcare.stores.service import record_resolutions


@dataclass(frozen=True, slots=True)
class Made:
    """A case that a person made, or that was there already."""

    case_id: int
    is_new: bool


def take_next(hand: Hand) -> Case | None:
    """The next case of this agent's queues, claimed; None when nothing waits."""
    return handling.claim_next(hand, agent_queues(hand.viewer.tiers, hand.viewer.skills))


def not_my_store(hand: Hand, case_id: int, policy: Policy) -> Case:
    """The case is not about the store it lies with: the resolver is told so, and “which store?” finds out whose it is."""
    case = hold(hand, case_id)
    was = _store_label(hand, case)
    reason = f"{hand.viewer.name} says it is not about {was}" if was else f"{hand.viewer.name} could not tell the store"
    placement = placement_in(WHICH_STORE, reason, None, policy)
    note = f"It is not about {was}." if was else ""
    moved = handling.send_to_queue(hand, case_id, placement, to_name="“which store?”", note=note)
    _decide_store(hand, case, None)
    return moved


def set_store(hand: Hand, case_id: int, number: str, policy: Policy) -> Case:
    """A person knows which store the case is about: it goes where the policy sends such a case."""
    case = hold(hand, case_id)
    # whoever has one store may know that the neighbour is meant without being shown the neighbour's page
    store = store_repository.find_store_of_brand(hand.session, hand.viewer.brand_id, number.strip(), hand.now)
    if store is None:
        raise InvalidError(f"There is no store with the number “{number.strip()}”.")
    placement = place(_summary_at(case, store), store, policy)
    note = f"It is about {store.name}, store {store.number}."
    moved = handling.send_to_queue(hand, case_id, placement, to_name=queue_name(placement.queue), note=note)
    _decide_store(hand, case, store)
    return moved


def needs_centre(hand: Hand, case_id: int, skill: str, note: str, policy: Policy) -> Case:
    """The store cannot settle it: the national team's queue of this skill takes over, at the tier of the case."""
    if skill not in policy.skills:
        raise InvalidError("Choose what the national team is asked for.")
    case = hold(hand, case_id)
    placement = placement_in(central_queue(case.tier, skill), f"{hand.viewer.name} asked for the centre", None, policy)
    to_name = f"the national team ({skill_name(skill)})"
    return handling.send_to_queue(hand, case_id, placement, to_name=to_name, note=note)


def hand_over(hand: Hand, case_id: int, to: str, note: str, policy: Policy) -> Case:
    """Give a case to a colleague (`person:12`) or a queue of the national team (`tier2:billing`), with a note."""
    case = hold(hand, case_id)
    kind, _, rest = to.partition(":")
    if kind == "person" and rest.isdigit():
        colleagues = repository.list_colleagues(hand.session, hand.viewer, case, hand.now)
        colleague = next((each for each in colleagues if each.id == int(rest)), None)
        if colleague is None:
            raise NotFoundError("This person cannot be given the case.")
        return handling.hand_over(hand, case_id, to_id=colleague.id, to_name=colleague.name, note=note)
    placement = _placement_to(to, f"{hand.viewer.name} handed it over", policy)
    return handling.send_to_queue(hand, case_id, placement, to_name=queue_name(to), note=note)


def escalate(hand: Hand, case_id: int, to: str, note: str, policy: Policy) -> Case:
    """Send a case up: to a higher tier of its skill, or to the crisis team."""
    case = hold(hand, case_id)
    target = next((target for target in escalation_targets(case) if target.queue == to), None)
    if target is None:
        raise InvalidError("Choose a higher tier than the one that has the case.")
    placement = placement_in(target.queue, f"{hand.viewer.name} escalated it", None, policy)
    return handling.escalate(hand, case_id, placement, tier=target.tier, note=note)


def snooze(hand: Hand, case_id: int, choice: Snooze) -> Case:
    """Put a case out of sight until a time that suits the store."""
    case = hold(hand, case_id)
    stores = store_repository.list_stores(hand.session, hand.viewer, {case.store_id or 0}, hand.now)
    zone = stores[0].timezone if stores else hand.viewer.timezone
    return handling.snooze(hand, case_id, until=snooze_until(choice, hand.now, zone))


def escalation_targets(case: Case) -> tuple[Target, ...]:
    """Where a case can be escalated to."""
    return higher_targets(case.queue)


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
    placements = place_cases([decision], _standing(hand, decision), policy)
    ids = save_decisions(hand.session, hand.viewer.brand_id, [decision], placements, now=hand.now, by_hand=True)
    return Made(ids[key], is_new=True)


def _case_of(hand: Hand, key: str) -> int:
    case_id = repository.find_case_id(hand.session, hand.viewer.brand_id, key)
    if case_id is None:
        raise NotFoundError("This is not there any more.")
    return case_id


def _standing(hand: Hand, decision: CaseDecision) -> dict[int, StoreCard]:
    store_id = decision.summary.store_id
    if store_id is None:
        return {}
    return {store.id: store for store in store_repository.list_stores(hand.session, hand.viewer, {store_id}, hand.now)}


def _placement_to(queue: str, reason: str, policy: Policy) -> Placement:
    kind, _, skill = queue.partition(":")
    if kind not in policy.promises or kind == "store" or (skill and skill not in policy.skills):
        raise InvalidError("Choose a person or a queue to hand the case to.")
    return placement_in(queue, reason, None, policy)


def _store_label(hand: Hand, case: Case) -> str:
    stores = store_repository.list_stores(hand.session, hand.viewer, {case.store_id or 0}, hand.now)
    return f"{stores[0].name}, store {stores[0].number}" if stores else ""


def _decide_store(hand: Hand, case: Case, store: StoreCard | None) -> None:
    """Write down what a person decided about each word of a case; the resolver never overrules it, and learns from it."""
    reasonings = repository.list_reasonings(hand.session, case)
    resolved = [
        ResolvedMention(each.mention_id, each.created_at, _answer(hand, each, store, was=case.store_id))
        for each in reasonings
    ]
    by = f"person:{hand.person_id}"
    record_resolutions(hand.session, hand.viewer.brand_id, resolved, now=hand.now, decided_by=by)
    key = case.conversation_key
    decisions = decide_cases(
        hand.session, hand.viewer.brand_id, ChangedConversations(frozenset({key}), frozenset({key}))
    )
    save_decisions(hand.session, hand.viewer.brand_id, decisions, {}, now=hand.now)


def _answer(hand: Hand, reasoning: Reasoning, store: StoreCard | None, *, was: int | None) -> Answer:
    if store is not None:
        said = Evidence("person", f"{hand.viewer.name} says it is store {store.number}")
        return Answer("exact", store.id, 1.0, (Candidate(store.id, store.number, 1.0, (said,)),))
    others = tuple(_candidate(row) for row in reasoning.candidates or () if row.get("store_id") != was)
    return Answer("none", None, 0.0, others)


def _candidate(row: dict[str, object]) -> Candidate:
    rows = row.get("evidence")
    evidence = tuple(
        Evidence(str(each.get("kind", "")), str(each.get("detail", ""))) for each in rows if isinstance(each, dict)
    ) if isinstance(rows, list) else ()  # fmt: skip
    store_id, confidence = row["store_id"], row.get("confidence")
    return Candidate(
        store_id if isinstance(store_id, int) else 0,
        str(row.get("store_number", "")),
        float(confidence) if isinstance(confidence, int | float) else 0.0,
        evidence,
    )


def _summary_at(case: Case, store: StoreCard) -> Summary:
    return Summary(
        channel=case.channel,
        page_id=case.page_id,
        store_id=store.id,
        resolution_status="exact",
        author_external_id=case.author_external_id,
        author_name=case.author_name,
        topic=case.topic,
        tier=case.tier,
        matter=case.matter,
        sentiment=case.sentiment,
        urgency=case.urgency,
        risks=tuple(case.risks),
        language=case.language,
        excerpt=case.excerpt,
        lead_mention_id=case.lead_mention_id,
        mention_count=case.mention_count,
        last_customer_at=case.last_customer_at,
    )
