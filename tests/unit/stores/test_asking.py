"""The question “which store did you visit?”: how it is put, what a short answer means, what is heeded from before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.asking import SecondLooks
from localcare.stores.core.asking import (
    AGAINST,
    AskedStore,
    are_too_many,
    count_earlier,
    denies,
    heed_refusals,
    is_known,
    join_words,
    named_in,
    put_question,
    says_yes,
    told_later,
    why_known,
    with_notes,
)
from localcare.stores.core.values import Answer, Candidate, EarlierStore, Evidence

KATY = AskedStore("Pellora Katy Mills", "5000 Katy Mills Cir", "Katy", "4471")
PLANO = AskedStore("Pellora Willow Bend", "6121 W Park Blvd", "Plano", "4480")
BARE = AskedStore("Pellora Kiosk")
STORES = {1: KATY, 2: PLANO, 3: BARE}


def candidate(store_id: int, confidence: float) -> Candidate:
    return Candidate(store_id, str(4470 + store_id), confidence, (Evidence("city", f"the text names city {store_id}"),))


LIKELY = Answer("likely", 1, 0.9, (candidate(1, 0.9), candidate(2, 0.05)))
AMBIGUOUS = Answer("ambiguous", None, 0.5, (candidate(1, 0.5), candidate(2, 0.4)), ("a note",))


@pytest.mark.parametrize(
    ("stores", "customer", "language", "question"),
    [
        (
            [KATY, PLANO, BARE], "Ana", "en",
            "Hi Ana, we are sorry and want to put this right. Which of our stores did you visit? Was it Pellora Katy Mills"
            " (5000 Katy Mills Cir, Katy), Pellora Willow Bend (6121 W Park Blvd, Plano) or Pellora Kiosk? If not, the"
            " street, the mall or the city helps us find it.",
        ),
        (
            [BARE], "", "en",
            "We are sorry and want to put this right. Was it our store Pellora Kiosk? If not, the street, the mall or the"
            " city helps us find it.",
        ),
        (
            [], "Ana", "es-MX",
            "Hola, Ana. Lo sentimos y queremos solucionarlo. ¿Qué tienda visitó? Díganos la calle, el centro comercial o"
            " la ciudad para encontrarla.",
        ),
    ],
)  # fmt: skip
def test_the_question_names_what_there_is_to_name(
    stores: list[AskedStore], customer: str, language: str, question: str
) -> None:
    assert put_question(stores, customer=customer, language=language) == question


def test_a_question_names_three_stores_at_most() -> None:
    assert put_question([KATY, KATY, KATY, PLANO], customer="", language="en").count("Pellora") == 3


@given(st.permutations(sorted(STORES)), st.sampled_from(["en", "es"]))
def test_our_own_question_is_understood_in_its_own_order(order: list[int], language: str) -> None:
    question = put_question([STORES[each] for each in order], customer="Ana", language=language)
    assert named_in(question, STORES) == tuple(order)


def test_a_question_that_names_nothing_names_no_store() -> None:
    assert named_in("Could you tell us more?", STORES) == ()


@pytest.mark.parametrize("text", ["Yes", "yes!", "Yeah, that one", "Sí", "sí, esa", "Correct 👍", "That's right"])
def test_a_yes_is_understood(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize(
    "text", ["", "no", "Yes but not that one", "sí, pero la otra", "Yes I want my money back right now", "👍", "maybe"]
)
def test_what_says_more_or_less_than_yes_is_none(text: str) -> None:
    assert not says_yes(text)


@pytest.mark.parametrize(("text", "is_denial"), [("Nobody helped", False), ("it wasn't Katy", True), ("la otra", True)])
def test_a_no_is_understood(text: str, is_denial: bool) -> None:
    assert denies(text) is is_denial


def test_a_refused_store_is_no_answer_and_the_others_stay() -> None:
    heeded = heed_refusals(LIKELY, {1})
    assert (heeded.status, heeded.store_id, heeded.confidence) == ("ambiguous", None, 0.05)
    assert [each.store_id for each in heeded.candidates] == [2]
    assert heeded.notes == ("a person has said that it is not store 4471",)
    assert heed_refusals(LIKELY, {1, 2}).status == "none"


def test_a_refused_candidate_is_not_offered_and_an_answer_elsewhere_stays() -> None:
    assert [each.store_id for each in heed_refusals(AMBIGUOUS, {1}).candidates] == [2]
    assert heed_refusals(LIKELY, {2}) == LIKELY
    assert heed_refusals(LIKELY, ()) == LIKELY


def test_what_spoke_against_is_kept_with_the_first_candidate_or_alone() -> None:
    first, second = with_notes(AMBIGUOUS).candidates
    assert [each.kind for each in first.evidence] == ["city", AGAINST]
    assert [each.kind for each in second.evidence] == ["city"]
    (alone,) = with_notes(Answer("none", None, 0.0, (), ("the text is about another brand",))).candidates
    assert (alone.store_id, alone.evidence) == (0, (Evidence(AGAINST, "the text is about another brand"),))


def test_the_strongest_evidence_says_why_a_store_is_known() -> None:
    assert why_known(with_notes(LIKELY)) == "store 4471: the text names city 1"
    assert why_known(Answer("exact", 9, 1.0)) == ""
    assert is_known(LIKELY)
    assert not is_known(AMBIGUOUS)


def test_the_words_that_were_answered_are_told_by_the_answer() -> None:
    told = told_later(LIKELY)
    assert (told.status, told.store_id) == ("likely", 1)
    assert told.candidates[0].evidence[0].detail == "asked which store it was, the customer told: store 4471"


def test_an_answer_is_read_with_the_last_words_before_it() -> None:
    assert join_words(["a", " ", "b", "c", "d"], "e") == "b\nc\nd\ne"
    assert join_words(["x" * 5_000], "the one on 5th").endswith("\nthe one on 5th")
    assert len(join_words(["x" * 5_000], "y" * 9_000)) == 9_000


def test_earlier_cases_are_counted_by_store_the_latest_first() -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    cases = [(1, day), (2, day + timedelta(days=3)), (1, day + timedelta(days=1))]
    assert count_earlier(cases) == (
        EarlierStore(2, 1, day + timedelta(days=3)),
        EarlierStore(1, 2, day + timedelta(days=1)),
    )
    assert count_earlier([]) == ()


def test_cases_in_doubt_are_read_again_once_for_each_change_of_a_directory() -> None:
    day, looks = datetime(2026, 11, 1, tzinfo=UTC), SecondLooks()
    looks.notice({1: 4, 2: 7}, next_at=day)
    assert (looks.to_do, looks.due_at) == ({1: 0, 2: 0}, day)
    looks.went_on(1, 30)
    looks.went_on(2, None)
    assert looks.to_do == {1: 30}
    looks.notice({1: 4, 2: 8}, next_at=day)
    assert looks.to_do == {1: 30, 2: 0}, "what has begun goes on where it was"
    looks.went_on(1, None)
    looks.notice({1: 5, 2: 8}, next_at=day)
    assert looks.to_do == {1: 0, 2: 0}


def test_of_too_many_stores_none_is_named_and_the_second_question_is_narrower() -> None:
    stores = [AskedStore(f"Store {n}", f"{n} Main St", "Houston") for n in range(5)]
    first, again = (
        put_question(stores, customer="Ana", language=language, is_wide=True, is_again=is_again)
        for language, is_again in (("en", False), ("es", True))
    )
    assert first.endswith("Which street or part of town is our store in?")
    assert "¿Qué comercio, cruce o centro comercial está al lado?" in again
    assert named_in(first, dict(enumerate(stores))) == ()


@pytest.mark.parametrize(
    ("chances", "are"), [([0.06] * 5, True), ([0.2] * 5, False), ([0.1, 0.1], False), ([0.5, *[0.05] * 4], False)]
)
def test_more_than_six_equally_likely_stores_are_too_many(chances: list[float], *, are: bool) -> None:
    assert are_too_many(chances) is are
