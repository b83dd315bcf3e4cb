"""What people decide about the store of a case: this one, not mine, none of ours, and that it was a mistake."""

from collections.abc import Iterable
from dataclasses import replace

from localcare.cases import finding, handling
from localcare.cases.core import Placement, Summary
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import ChangedConversations, decide_cases, save_decisions
from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.inbox.core.queues import GENERAL, central_queue, queue_name
from localcare.inbox.repository import case as repository
from localcare.inbox.repository import stores as store_repository
from localcare.inbox.repository.case import Reasoning
from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.service.moves import standing_of
from localcare.people.core import Viewer
from localcare.people.core.viewer import Grant, SystemViewer
from localcare.routing.core import WHICH_STORE, Policy, place, placement_in
from localcare.routing.service import look_beside, place_cases
from localcare.stores.asking import take_back_decision
from localcare.stores.core.learning import Correction
from localcare.stores.core.values import Answer, Candidate, Evidence, ResolvedMention
from localcare.stores.learning import learn, mark_of_customer, unlearn
from localcare.stores.service import record_resolutions
from localcare.triage.judging import ask_again


def set_store(hand: Hand, case_id: int, number: str, policy: Policy) -> Case:
    """A person knows which store the case is about: it goes where the policy sends such a case."""
    hand = _placing(hand)
    case = hold(hand, case_id)
    # whoever has one store may know that the neighbour is meant without being shown the neighbour's page
    wanted = number.strip().removeprefix("#")
    store = store_repository.find_store_of_brand(hand.session, hand.viewer.brand_id, wanted, hand.now)
    if store is None:
        raise InvalidError(f"There is no store with the number “{wanted}”.")
    placement = _place(hand, case, store, policy)
    note = f"It is about {store.name}, store {store.number}."
    moved = handling.send_to_queue(
        hand, case_id, placement, to_name=queue_name(placement.queue), note=note, is_ruled=True
    )
    said = Evidence("person", f"{hand.viewer.name} says it is store {store.number}")
    answer = Answer("exact", store.id, 1.0, (Candidate(store.id, store.number, 1.0, (said,)),))
    _decide(hand, case, ((each, answer) for each in repository.list_reasonings(hand.session, case)), policy)
    _teach(hand, case, store_id=store.id)
    if case.author_external_id:
        author = (case.channel, case.author_external_id)
        finding.read_doubts_again(hand.session, hand.viewer.brand_id, author, key=case.conversation_key)
    return moved


def not_my_store(hand: Hand, case_id: int, policy: Policy) -> Case:
    """The case is not about the store it lies with: the resolver is told so, and “which store?” finds out whose it is."""
    hand = _placing(hand)
    case = hold(hand, case_id)
    was, was_id = _label_of_store(hand, case), case.store_id
    reason = f"{hand.viewer.name} says it is not about {was}" if was else f"{hand.viewer.name} could not tell the store"
    placement = placement_in(WHICH_STORE, reason, None, policy)
    note = f"It is not about {was}." if was else ""
    moved = handling.send_to_queue(hand, case_id, placement, to_name="“which store?”", note=note)
    reasonings = repository.list_reasonings(hand.session, case)
    _decide(hand, case, ((each, Answer("none", None, 0.0, _others(each, was_id))) for each in reasonings), policy)
    if was_id is not None:
        _teach(hand, case, store_id=None, refused=frozenset({was_id}))
    return moved


def none_of_ours(hand: Hand, case_id: int, policy: Policy) -> Case:
    """The case is about no store of the brand: the national team answers it, and nobody asks for a store again."""
    hand = _placing(hand)
    case = hold(hand, case_id)
    reason = f"{hand.viewer.name} says it is about none of our stores"
    placement = placement_in(central_queue(case.tier, GENERAL), reason, None, policy)
    to_name = queue_name(placement.queue)
    moved = handling.send_to_queue(hand, case_id, placement, to_name=to_name, note="It is about none of our stores.")
    said = Candidate(0, "", 0.0, (Evidence("person", reason),))
    _decide(
        hand,
        case,
        ((each, Answer("none", None, 0.0, (said,))) for each in repository.list_reasonings(hand.session, case)),
        policy,
    )
    _teach(hand, case, store_id=None)
    return moved


def take_back(hand: Hand, case_id: int, policy: Policy) -> Case:
    """The last decision about the store was a mistake: what held before holds again, and what it taught is forgotten.

    Whoever decided may do it although the case has left their store, a supervisor for anybody; not once somebody else
    has it in hand.
    """
    by, wide = _decider(hand, case_id)
    case = hold(wide, case_id)
    if case.owner_id is not None and case.owner_id != hand.person_id:
        raise ConflictError("A colleague has this case in hand already. Talk to them before you take the store back.")
    mention_ids = [each.mention_id for each in repository.list_reasonings(hand.session, case)]
    ended = take_back_decision(hand.session, hand.viewer.brand_id, mention_ids, by=by, now=hand.now)
    unlearn(hand.session, hand.viewer.brand_id, ended, now=hand.now)
    ask_again(hand.session, hand.viewer.brand_id, mention_ids)
    _decide_case(hand, case, policy)
    hand.session.refresh(case)
    store = _find_store(hand, case.store_id)
    placement = _place(hand, case, store, policy)
    note = "The decision about the store was taken back."
    return handling.send_to_queue(
        wide, case_id, placement, to_name=queue_name(placement.queue), note=note, is_ruled=True
    )


def _placing(hand: Hand) -> Hand:
    """The hand that places a case: who keeps the directory right reaches what only care agents answer."""
    viewer = hand.viewer
    return _wide(hand) if viewer.may_administer and viewer.limited_to_store is None else hand


def _wide(hand: Hand) -> Hand:
    return Hand(hand.session, replace(hand.viewer, grants=(*hand.viewer.grants, Grant("agent"))), hand.now)


def _decider(hand: Hand, case_id: int) -> tuple[str, Hand]:
    """Who decided about the store, and a hand that reaches the case wherever that sent it."""
    brand = SystemViewer(hand.viewer.brand_id)
    case = handling.find_case(hand.session, brand, case_id)
    deciders = {each.decided_by for each in repository.list_reasonings(hand.session, case)} if case else set()
    own = hand.viewer.actor
    if own in deciders:
        return own, _wide(hand)
    if case is None or handling.find_case(hand.session, hand.viewer, case_id) is None:
        raise NotFoundError("There is no such case, or it belongs to another store.")
    others = sorted(each for each in deciders if each and each.startswith("person:"))
    if not others or not hand.viewer.may_supervise:
        raise ConflictError("There is no decision of yours about the store to take back.")
    return others[0], hand


def _decide(hand: Hand, case: Case, decided: Iterable[tuple[Reasoning, Answer]], policy: Policy) -> None:
    """Write down what a person decided about each word of a case; the resolver never overrules it."""
    resolved = [ResolvedMention(each.mention_id, each.created_at, answer) for each, answer in decided]
    record_resolutions(
        hand.session, hand.viewer.brand_id, resolved, now=hand.now, decided_by=f"person:{hand.person_id}"
    )
    ask_again(hand.session, hand.viewer.brand_id, [each.mention_id for each in resolved])
    _decide_case(hand, case, policy)


def _decide_case(hand: Hand, case: Case, policy: Policy) -> None:
    """The case stays where the person has sent it; one beside it, of another matter, goes where the policy says."""
    key, brand_id = frozenset({case.conversation_key}), hand.viewer.brand_id
    decisions = decide_cases(hand.session, brand_id, ChangedConversations(key, key))
    others = [each for each in decisions if each.known is None or each.known.id != case.id]
    stores = {store_id: card for each in others for store_id, card in standing_of(hand, each).items()}
    placements = place_cases(hand.session, brand_id, others, stores, policy, now=hand.now)
    save_decisions(hand.session, brand_id, decisions, placements, now=hand.now)


def _teach(hand: Hand, case: Case, *, store_id: int | None, refused: frozenset[int] = frozenset()) -> None:
    """What the decision says of the words that the customer used: one vote, whatever the number of words."""
    brand_id = hand.viewer.brand_id
    customer = mark_of_customer(brand_id, case.channel, case.author_external_id, case.conversation_key)
    corrections = [
        Correction(word.mention_id, case.id, word.text, store_id, customer, hand.person_id, refused)
        for word in finding.list_words(hand.session, brand_id, case.conversation_key)
    ]
    learn(hand.session, brand_id, corrections, by=hand.viewer.name, now=hand.now)


def _others(reasoning: Reasoning, was: int | None) -> tuple[Candidate, ...]:
    """The candidates without the store that it is not."""
    return tuple(_candidate(row) for row in reasoning.candidates or () if row.get("store_id") != was)


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


def _find_store(hand: Hand, store_id: int | None) -> StoreCard | None:
    """A store of the brand, whoever asks: for placing a case, not for showing it."""
    if store_id is None:
        return None
    brand: Viewer = SystemViewer(hand.viewer.brand_id)
    return next(iter(store_repository.list_stores(hand.session, brand, {store_id}, hand.now)), None)


def _label_of_store(hand: Hand, case: Case) -> str:
    stores = store_repository.list_stores(hand.session, hand.viewer, {case.store_id or 0}, hand.now)
    return f"{stores[0].name}, store {stores[0].number}" if stores else ""


def _summary_at(case: Case, store: StoreCard | None) -> Summary:
    """The case as routing sees it, once its store is known or in doubt again."""
    return Summary(
        channel=case.channel,
        page_id=case.page_id,
        store_id=store.id if store else None,
        resolution_status="exact" if store else case.resolution_status,
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


def _place(hand: Hand, case: Case, store: StoreCard | None, policy: Policy) -> Placement:
    """Where the policy sends the case if it is about this store."""
    summary = _summary_at(case, store)
    key = case.conversation_key
    beside = look_beside(hand.session, hand.viewer.brand_id, {key: summary}, policy, now=hand.now)
    return place(summary, store, policy, beside[key])
