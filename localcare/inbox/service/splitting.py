"""Two matters of one customer: a second case by one tap, and one case again by another."""

from localcare.cases import handling
from localcare.cases.core import Matter, side_of
from localcare.cases.handling import Hand, hold
from localcare.cases.models import Case
from localcare.cases.service import decide_split, save_decisions
from localcare.errors import ConflictError, InvalidError
from localcare.inbox.service.correcting import decide_again
from localcare.inbox.service.moves import standing_of
from localcare.routing.core import Policy
from localcare.routing.service import place_cases
from localcare.triage.shipped import load_lexicon


def other_topics(case: Case) -> tuple[str, ...]:
    """What a case may also be about: the topics that the other side mends."""
    own = side_of(case.matter)
    topics = load_lexicon().taxonomy.topics
    return tuple(slug for slug, topic in topics.items() if (side := side_of(topic.matter)) and side != own)


def also_about(hand: Hand, case_id: int, topic: str, policy: Policy) -> Case:
    """Make a second case of the same words, for a matter that a person names; the policy says where it goes."""
    case = hold(hand, case_id)
    known = load_lexicon().taxonomy.topics.get(topic)
    if known is None or topic not in other_topics(case):
        raise InvalidError("Choose what it is also about.")
    matter = Matter(topic, known.matter, known.tier)
    decision = decide_split(hand.session, case.brand_id, case.conversation_key, matter, who=hand.viewer.name)
    if decision is None:
        twin = handling.find_twin(hand.session, case)
        raise ConflictError(f"Case {twin.id if twin else ''} has the other matter of these words already.")
    stores = standing_of(hand, decision)
    placements = place_cases(hand.session, case.brand_id, [decision], stores, policy, now=hand.now)
    save_decisions(hand.session, case.brand_id, [decision], placements, now=hand.now, by_hand=True)
    twin = handling.find_twin(hand.session, case)
    if twin is None:
        raise AssertionError("a second case was just saved")
    hand.session.refresh(twin)
    return twin


def unite(hand: Hand, case_id: int, policy: Policy) -> Case:
    """It is one matter after all: the second case is merged back into the first, and stays so."""
    case = hold(hand, case_id)
    twin = handling.find_twin(hand.session, case)
    if twin is None:
        raise ConflictError("There is no second case of these words.")
    main, also = (twin, case) if case.part else (case, twin)
    handling.merge(hand, also.id or 0, main.id or 0)
    decide_again(hand, main, policy)
    return main
