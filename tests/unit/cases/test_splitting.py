"""Two matters, two cases: by the words alone, in any order; what a person has in hand stays what it is."""

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from localcare.cases.core import (
    ALSO,
    CaseDecision,
    Conversation,
    CustomerWord,
    KnownCase,
    Matter,
    State,
    decide_all,
    open_part,
)
from tests.unit.cases.test_conversation import at, known, talk, word

STORE = {"topic": "staff-service", "matter": "store"}
BILL = {"topic": "billing", "matter": "billing", "tier": 2}
BOTH = STORE | {"also_topic": "billing", "also_matter": "billing", "also_tier": 2}


def by_part(decisions: list[CaseDecision]) -> dict[str, CaseDecision]:
    return {each.part: each for each in decisions}


def case_of(decision: CaseDecision, number: int = 1, **parts: object) -> KnownCase:
    return known(decision, id=number, **parts)


def test_one_matter_is_one_case() -> None:
    assert list(by_part(decide_all(talk(word(1, **STORE), word(2, **STORE)), {}))) == [""]


def test_a_store_matter_and_a_bill_in_one_mention_are_two_cases() -> None:
    both = by_part(decide_all(talk(word(1, risks=("fraud",), **BOTH)), {}))
    assert (both[""].summary.topic, both[""].summary.risks, both[""].word_ids) == ("staff-service", ("fraud",), (1,))
    also = both[ALSO]
    assert (also.summary.topic, also.summary.tier, also.summary.risks, also.word_ids) == ("billing", 2, (), ())
    assert (
        also.happened[0].detail
        == "The customer's words are also about billing: a case of its own beside the other one."
    )
    assert both[""].slot != also.slot


def test_each_case_waits_for_its_own_words_only() -> None:
    both = by_part(decide_all(talk(word(1, **STORE), word(5, urgency="high", **BILL)), {}))
    assert (both[""].summary.topic, both[""].waiting_since) == ("billing", at(5)), "the most urgent matter comes first"
    assert (both[ALSO].summary.topic, both[ALSO].waiting_since) == ("staff-service", at(1))


def test_what_either_could_mend_makes_no_second_case() -> None:
    assert len(decide_all(talk(word(1, **STORE), word(2, topic="other", matter="other")), {})) == 1
    assert len(decide_all(talk(word(1, **STORE), word(2, asks=False, **BILL)), {})) == 1


def test_a_second_matter_that_is_taken_back_leaves_no_case() -> None:
    opened = by_part(decide_all(talk(word(1, **STORE), word(2, **BILL)), {}))
    cases = {"": case_of(opened[""]), ALSO: case_of(opened[ALSO], 2)}
    left = by_part(decide_all(talk(word(1, **STORE)), cases))
    assert (left[ALSO].state, left[ALSO].closed_how) == (State.RESOLVED, "withdrawn")


def test_what_a_person_has_in_hand_stays_their_matter() -> None:
    first = decide_all(talk(word(1, **STORE)), {})[0]
    held = {"": case_of(first, owner_id=7)}
    both = by_part(decide_all(talk(word(1, **STORE), word(5, urgency="critical", **BILL)), held))
    assert both[ALSO].summary.topic == "billing"
    assert "" not in both or both[""].summary.matter == "store"


def test_one_matter_again_stays_so_whatever_is_said_later() -> None:
    opened = by_part(decide_all(talk(word(1, **STORE), word(2, **BILL)), {}))
    cases = {"": case_of(opened[""]), ALSO: case_of(opened[ALSO], 2, state=State.MERGED)}
    assert [each.part for each in decide_all(talk(word(1, **STORE), word(2, **BILL), word(9, **BILL)), cases)] == [""]


def test_a_person_names_a_second_matter_that_triage_did_not_see() -> None:
    conversation = talk(word(1, **STORE))
    told = open_part(conversation, None, Matter("billing", "billing", 2), who="Ana")
    assert told is not None
    assert (told.summary.topic, told.waiting_since, told.part) == ("billing", at(1), ALSO)
    cases = {"": case_of(decide_all(conversation, {})[0]), ALSO: case_of(told, 2, opened_by_hand=True, told=told.told)}
    assert decide_all(conversation, cases) == [], "triage does not take it away again"
    assert open_part(conversation, cases[ALSO], Matter("billing", "billing", 2), who="Ana") is None


def test_a_public_answer_about_the_other_matter_answers_nothing_here() -> None:
    opened = by_part(decide_all(talk(word(1, **STORE), word(2, **BILL)), {}))
    deaf = case_of(opened[ALSO], 2, deaf_from=at(4))
    conversation = replace(talk(word(1, **STORE), word(2, **BILL), page=5), page_words=(at(5),))
    after = by_part(decide_all(conversation, {"": case_of(opened[""]), ALSO: deaf}))
    assert after[""].state is State.WAITING
    assert ALSO not in after, "it waits on"
    back = replace(deaf, deaf_to=at(5))
    assert by_part(decide_all(conversation, {"": case_of(opened[""]), ALSO: back}))[ALSO].state is State.WAITING


WORDS = st.lists(
    st.builds(
        lambda minute, facts, urgency, asks: (minute, facts, urgency, asks),
        st.integers(1, 30),
        st.sampled_from([STORE, BILL, BOTH, {"topic": "other", "matter": "other"}]),
        st.sampled_from(["normal", "high"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each[0],
)


def tell(words: tuple[CustomerWord, ...], page: int | None) -> dict[str, tuple[object, ...]]:
    """What stands at the end when words arrive one after the other, with nobody's hand in it."""
    cases: dict[str, KnownCase] = {}
    for count in range(1, len(words) + 1):
        heard = tuple(sorted(words[:count], key=lambda each: each.created_at))
        spoke = at(page) if page is not None else None
        conversation = Conversation("key", heard, spoke, page_words=(spoke,) if spoke else ())
        for decision in decide_all(conversation, cases):
            cases[decision.part] = case_of(
                decision, 1 + len(decision.part), closed_at=at(99) if decision.closed_how else None
            )
    return {
        part: (case.summary.matter, case.summary.topic, case.waiting_since)
        for part, case in cases.items()
        if not case.is_withdrawn
    }


@given(WORDS, st.one_of(st.none(), st.integers(1, 30)))
def test_any_order_gives_the_same_cases(told: list[tuple[int, dict[str, object], str, bool]], page: int | None) -> None:
    words = [word(minute, asks=asks, urgency=urgency, **facts) for minute, facts, urgency, asks in told]
    ends = [tell(order, page) for order in permutations(words)]
    assert all(end == ends[0] for end in ends)
