"""What people say of triage's verdict on a case: what it is about, that it needs no answer, and that it was a mistake."""

from collections.abc import Callable

from localcare.cases import handling
from localcare.cases.core import State
from localcare.cases.core.states import CLOSED
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import ChangedConversations, decide_cases, save_decisions
from localcare.errors import InvalidError
from localcare.inbox.core.words import topic_name
from localcare.inbox.repository import case as repository
from localcare.inbox.repository.case import Reasoning
from localcare.inbox.service.moves import standing_of
from localcare.routing.core import Policy
from localcare.routing.service import place_cases
from localcare.triage import correcting
from localcare.triage.core.correction import Ruling, rule_topic
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
    return case


def _words(hand: Hand, case: Case) -> list[Reasoning]:
    return [word for word in repository.list_reasonings(hand.session, case) if word.actionable is not None]


def _rule(hand: Hand, case: Case, words: list[Reasoning], ruling_of: Callable[[Reasoning], Ruling]) -> None:
    ruled = [Ruled(word.mention_id, ruling_of(word), case.id) for word in words]
    correcting.rule(hand.session, hand.viewer.brand_id, ruled, person_id=hand.person_id, now=hand.now)


def decide_again(hand: Hand, case: Case, policy: Policy) -> Case:
    """The case as its words stand now, placed anew where nobody has it in hand."""
    key = frozenset({case.conversation_key})
    decisions = decide_cases(hand.session, hand.viewer.brand_id, ChangedConversations(key, key))
    stores = {store_id: card for each in decisions for store_id, card in standing_of(hand, each).items()}
    placements = place_cases(hand.session, hand.viewer.brand_id, decisions, stores, policy, now=hand.now)
    save_decisions(hand.session, hand.viewer.brand_id, decisions, placements, now=hand.now)
    hand.session.refresh(case)
    return case


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
