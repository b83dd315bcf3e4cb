"""What people say of triage's verdict on a case: its topic, that it needs no answer or is no crisis, and that they were wrong."""

from collections.abc import Callable

from localcare.cases import crisis, handling
from localcare.cases.core import CaseDecision, State
from localcare.cases.core.states import CLOSED
from localcare.cases.crisis import CALL_TASK
from localcare.cases.finding import free_to_move, release_found
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import ChangedConversations, decide_cases, save_decisions
from localcare.errors import InvalidError
from localcare.inbox.core.words import topic_name, words_of
from localcare.inbox.repository import case as repository
from localcare.inbox.repository.case import Reasoning
from localcare.inbox.service.moves import standing_of
from localcare.kit.jobs import defer
from localcare.routing.core import CRISIS, Policy
from localcare.routing.hooks import CALMED, owe_posts
from localcare.routing.service import place_cases
from localcare.triage import correcting
from localcare.triage.core.correction import Ruling, rule_no_risk, rule_topic
from localcare.triage.core.verdict import PageKind
from localcare.triage.correcting import Ruled
from localcare.triage.shipped import load_lexicon

NEEDS_NO_ANSWER = "no-reply-needed"


def set_topic(hand: Hand, case_id: int, topic: str, policy: Policy) -> Case:
    """A person knows what the case is about: it goes where the policy sends such a case, unless somebody has it in hand."""
    case = hold(hand, case_id)
    if case.part:
        raise InvalidError("These words have two matters. Merge the second case back, then say what it is about.")
    taxonomy = load_lexicon().taxonomy
    if topic not in taxonomy.topics:
        raise InvalidError("Choose what it is about.")
    who = hand.viewer.name
    was = case.topic

    def ruling_of(word: Reasoning) -> Ruling:
        kind: PageKind = "store" if word.on_store_page else "brand"
        return rule_topic(who, topic, taxonomy, risks=word.risks or (), page_kind=kind)

    wrong = [word for word in _words(hand, case) if word.topic == was or word.mention_id == case.lead_mention_id]
    _rule(hand, case, wrong, ruling_of)
    _say(hand, case_id, f"It is about {topic_name(topic).lower()}, not {topic_name(was).lower()}.")
    return decide_again(hand, case, policy)


def needs_no_answer(hand: Hand, case_id: int, policy: Policy) -> Case:
    """Triage should not have asked anybody: the case closes, and triage learns it."""
    case = hold(hand, case_id)
    if case.part:
        return handling.resolve(hand, case_id, how=NEEDS_NO_ANSWER)  # what triage said holds for the other matter
    asking = [word for word in _words(hand, case) if word.actionable]
    _rule(hand, case, asking, lambda _: Ruling(hand.viewer.name, actionable=False))
    case = decide_again(hand, case, policy)
    if State(case.state) not in CLOSED:
        case = handling.resolve(hand, case_id, how=NEEDS_NO_ANSWER)
    return case


def is_no_crisis(hand: Hand, case_id: int, policy: Policy) -> Case:
    """What triage took for a risk is none: the calls end, and the case goes where the policy sends it without one.

    Whoever has it in hand as a crisis keeps it no longer.
    """
    case = hold(hand, case_id)
    if case.part:
        raise InvalidError("The risk belongs to the first case of these words. Say it there.")
    carrying = {word.mention_id: word for word in _words(hand, case) if word.risks}
    if not carrying:
        raise InvalidError("Triage sees no risk in this case any more.")
    taxonomy, prints = load_lexicon().taxonomy, correcting.prints_of(hand.session, hand.viewer.brand_id, carrying)

    def ruling_of(word: Reasoning) -> Ruling:
        return rule_no_risk(hand.viewer.name, word.topic or "", taxonomy, words=prints[word.mention_id])

    seen = " and ".join(sorted({words_of(risk).lower() for word in carrying.values() for risk in word.risks or ()}))
    _rule(hand, case, list(carrying.values()), ruling_of)
    _say(hand, case_id, f"It is no crisis: what looked like {seen} carries no risk.")
    if crisis.calm(hand, case_id):
        owe_posts(hand.session, hand.viewer.brand_id, [case_id], event=CALMED, wave=1, now=hand.now)
    return decide_again(hand, case, policy, leaves_hands=case.queue == CRISIS)


def needs_answer(hand: Hand, case_id: int) -> None:
    """Triage missed that somebody has to answer: the customer's newest word is a label for it."""
    case = hold(hand, case_id)
    _rule(hand, case, _words(hand, case)[-1:], lambda _: Ruling(hand.viewer.name, actionable=True))


def take_back(hand: Hand, case_id: int, policy: Policy) -> Case:
    """What people said of triage here was a mistake: its own word holds again, and the case with it."""
    case = hold(hand, case_id)
    words = [word.mention_id for word in _words(hand, case)]
    if not correcting.take_back(hand.session, hand.viewer.brand_id, words, by=hand.viewer.name, now=hand.now):
        raise InvalidError("Nobody has corrected what triage said here.")
    _say(hand, case_id, "The correction was taken back.")
    case = decide_again(hand, case, policy)
    if State(case.state) in CLOSED and case.closed_how == NEEDS_NO_ANSWER:
        case = handling.reopen(hand, case_id)
    if case.queue == CRISIS and case.risks:
        defer(hand.session, CALL_TASK, brand_id=hand.viewer.brand_id, case_id=case_id)
    return case


def _words(hand: Hand, case: Case) -> list[Reasoning]:
    return [word for word in repository.list_reasonings(hand.session, case) if word.actionable is not None]


def _rule(hand: Hand, case: Case, words: list[Reasoning], ruling_of: Callable[[Reasoning], Ruling]) -> None:
    ruled = [Ruled(word.mention_id, ruling_of(word), case.id) for word in words]
    correcting.rule(hand.session, hand.viewer.brand_id, ruled, person_id=hand.person_id, now=hand.now)


def decide_again(hand: Hand, case: Case, policy: Policy, *, leaves_hands: bool = False) -> Case:
    """The case as its words stand now, placed anew where nobody has it in hand, or where it leaves whoever has."""
    key = frozenset({case.conversation_key})
    decisions = decide_cases(hand.session, hand.viewer.brand_id, ChangedConversations(key, key))
    if leaves_hands:
        decisions = [_freed(each, case.id) for each in decisions]
        release_found(hand.session, [case.id] if case.is_open and case.id else [])
    stores = {store_id: card for each in decisions for store_id, card in standing_of(hand, each).items()}
    placements = place_cases(hand.session, hand.viewer.brand_id, decisions, stores, policy, now=hand.now)
    save_decisions(hand.session, hand.viewer.brand_id, decisions, placements, now=hand.now)
    hand.session.refresh(case)
    return case


def _freed(decision: CaseDecision, case_id: int | None) -> CaseDecision:
    """The decision on this case, if it is open, as of one in nobody's hand."""
    is_it = decision.known is not None and decision.known.id == case_id and decision.state not in CLOSED
    return free_to_move(decision) if is_it else decision


def _say(hand: Hand, case_id: int, words: str) -> None:
    handling.write_down(
        hand.session,
        hand.viewer.brand_id,
        case_id,
        at=hand.now,
        kind="corrected",
        who=hand.viewer.name,
        detail=words,
        person_id=hand.viewer.person_id,
    )
