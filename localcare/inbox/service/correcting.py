"""What people say of triage's verdict on a case: topic, whose matter, tier, mood, praise, that it needs no answer or is no
crisis, and that they were wrong.
"""

from collections.abc import Callable

from localcare.cases import crisis, handling
from localcare.cases.core import CaseDecision, Placement, State
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
from localcare.triage.core.correction import Part, Ruling, matter_in_words, rule_no_risk, rule_topic
from localcare.triage.core.taxonomy import MATTERS, TIERS
from localcare.triage.core.verdict import SENTIMENTS, PageKind
from localcare.triage.correcting import Ruled
from localcare.triage.shipped import load_lexicon

NEEDS_NO_ANSWER = "no-reply-needed"
RISK_HOLDS_TIER = "Triage sees a risk, which keeps it in senior hands. Say first that there is none."


def set_topic(hand: Hand, case_id: int, topic: str, policy: Policy) -> Case:
    """A person knows what the case is about: it goes where the policy sends such a case, unless somebody has it in hand."""
    case = _hold_whole(hand, case_id)
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


def set_matter(hand: Hand, case_id: int, matter: str, policy: Policy) -> Case:
    """A person knows whose matter it is: it goes where the policy sends such a case, unless somebody has it in hand."""
    case = _hold_whole(hand, case_id)
    was = case.matter
    if matter not in MATTERS or matter == was:
        raise InvalidError("Choose whose matter it is.")
    wrong = [word for word in _words(hand, case) if word.matter == was or word.mention_id == case.lead_mention_id]
    _rule(hand, case, wrong, lambda _: Ruling(hand.viewer.name, said_matter=matter))
    _say(hand, case_id, f"It is {matter_in_words(matter)}, not {matter_in_words(was)}.")
    return decide_again(hand, case, policy)


def set_tier(hand: Hand, case_id: int, tier: int, policy: Policy) -> Case:
    """A person knows how hard it is: it goes to the queue of that tier, unless somebody has it in hand.

    A risk keeps a case in senior hands until somebody says that it is none.
    """
    case = _hold_whole(hand, case_id)
    was = case.tier
    if tier not in TIERS or tier == was:
        raise InvalidError("Choose how hard it is.")
    words = _words(hand, case)
    if tier < was and any(word.risks for word in words):
        raise InvalidError(RISK_HOLDS_TIER)
    lead = _lead(hand, case)
    wrong = [word for word in words if word == lead or (word.actionable and (word.tier or 1) > tier)]
    _rule(hand, case, wrong, lambda _: Ruling(hand.viewer.name, said_tier=tier))
    _say(hand, case_id, f"It is of tier {tier}, not of tier {was}.")
    return decide_again(hand, case, policy)


def set_mood(hand: Hand, case_id: int, mood: str, policy: Policy) -> Case:
    """A person hears another mood in the words that lead the case."""
    case = _hold_whole(hand, case_id)
    heard = next((each for each in SENTIMENTS if each == mood and each != case.sentiment), None)
    if heard is None:
        raise InvalidError("Choose the mood.")
    was = case.sentiment
    _rule(hand, case, [_lead(hand, case)], lambda _: Ruling(hand.viewer.name, sentiment=heard))
    _say(hand, case_id, f"It sounds {heard}, not {was}.")
    return decide_again(hand, case, policy)


def set_shout_out(hand: Hand, case_id: int, *, is_one: bool) -> None:
    """A person hears praise of an associate where triage heard none, or none where it heard some."""
    case = _hold_whole(hand, case_id)
    lead, words = _lead(hand, case), _words(hand, case)
    praising = [word for word in words if word.is_shout_out]
    if is_one == bool(praising):
        raise InvalidError("Triage says so already.")
    # who thanks one of us and asks for something else may have said each in words of its own
    kindest = max(words, key=lambda word: (word.sentiment == "positive", word == lead))
    ruled = [kindest] if is_one else praising
    _rule(hand, case, ruled, lambda _: Ruling(hand.viewer.name, shout_out=is_one))
    _say(hand, case_id, f"It praises {'somebody' if is_one else 'nobody'} of the team.")


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


def take_back(hand: Hand, case_id: int, policy: Policy, *, part: Part | None = None) -> Case:
    """What people said of triage here, or one `part` of it, was a mistake: its own word holds again, and the case with it.

    A crisis that somebody had called none calls again, whoever has it meanwhile; nobody is woken for a case that is closed or
    answered.
    """
    case = hold(hand, case_id)
    brand_id, before = hand.viewer.brand_id, _words(hand, case)
    ids = [word.mention_id for word in before]
    corrected = correcting.list_parts(hand.session, brand_id, ids)
    withdrawn = corrected if part is None else corrected & {part}
    if not withdrawn:
        raise InvalidError("Nobody has corrected what triage said here.")
    correcting.take_back(hand.session, brand_id, ids, by=hand.viewer.name, now=hand.now, part=part)
    _say(hand, case_id, "The correction was taken back.")
    if "answer" in withdrawn and State(case.state) in CLOSED and case.closed_how == NEEDS_NO_ANSWER:
        case = handling.reopen(hand, case_id)
    waits = case.is_open and case.waiting_since is not None
    case = decide_again(hand, case, policy, leaves_for_crisis=waits and "risk" in withdrawn)
    if case.queue == CRISIS and case.risks and case.is_open and case.waiting_since is not None:
        defer(hand.session, CALL_TASK, brand_id=brand_id, case_id=case_id)
    return case


def _hold_whole(hand: Hand, case_id: int) -> Case:
    """A case held for correcting. InvalidError where its words have two matters, and what is said would be said of both."""
    case = hold(hand, case_id)
    if case.part:
        raise InvalidError("These words have two matters. Merge the second case back, then say what it is about.")
    return case


def _lead(hand: Hand, case: Case) -> Reasoning:
    """The word that decides what the case says of itself."""
    words = _words(hand, case)
    if not words:
        raise InvalidError("The customer has removed their words. There is nothing to correct.")
    return next((word for word in words if word.mention_id == case.lead_mention_id), words[-1])


def _words(hand: Hand, case: Case) -> list[Reasoning]:
    return [word for word in repository.list_reasonings(hand.session, case) if word.actionable is not None]


def _rule(hand: Hand, case: Case, words: list[Reasoning], ruling_of: Callable[[Reasoning], Ruling]) -> None:
    ruled = [Ruled(word.mention_id, ruling_of(word), case.id) for word in words]
    correcting.rule(hand.session, hand.viewer.brand_id, ruled, person_id=hand.person_id, now=hand.now)


def decide_again(
    hand: Hand, case: Case, policy: Policy, *, leaves_hands: bool = False, leaves_for_crisis: bool = False
) -> Case:
    """The case as its words stand now, placed anew where nobody has it in hand, or where it leaves whoever has.

    `leaves_for_crisis`: it leaves them if the policy takes it for a crisis now.
    """
    key = frozenset({case.conversation_key})
    decisions = decide_cases(hand.session, hand.viewer.brand_id, ChangedConversations(key, key))
    placements = _places(hand, decisions, policy)
    calling = [each for each in decisions if _is_of(each, case.id) and _calls(placements.get(each.slot))]
    if leaves_hands or (leaves_for_crisis and calling):
        decisions = [_freed(each, case.id) for each in decisions]
        release_found(hand.session, [case.id] if case.is_open and case.id else [])
        placements = _places(hand, decisions, policy)
    save_decisions(hand.session, hand.viewer.brand_id, decisions, placements, now=hand.now)
    hand.session.refresh(case)
    return case


def _places(hand: Hand, decisions: list[CaseDecision], policy: Policy) -> dict[str, Placement]:
    stores = {store_id: card for each in decisions for store_id, card in standing_of(hand, each).items()}
    return place_cases(hand.session, hand.viewer.brand_id, decisions, stores, policy, now=hand.now)


def _calls(placement: Placement | None) -> bool:
    return placement is not None and placement.queue == CRISIS


def _is_of(decision: CaseDecision, case_id: int | None) -> bool:
    return decision.known is not None and decision.known.id == case_id and decision.state not in CLOSED


def _freed(decision: CaseDecision, case_id: int | None) -> CaseDecision:
    """The decision on this case, if it is open, as of one in nobody's hand."""
    return free_to_move(decision) if _is_of(decision, case_id) else decision


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
