"""What a decision teaches: names in a text, independent voices, and when a name is believed."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.entries import learned_presence
from localcare.stores.core.learning import (
    VOICES_NEEDED,
    Ballot,
    Correction,
    KnownAlias,
    Tally,
    TaughtStore,
    Vote,
    count_voices,
    propose,
    state_after,
    tally,
    vote,
)
from localcare.stores.core.resolve import Resolver
from localcare.stores.core.spoken_names import read_named_places
from localcare.stores.core.values import Alias, Question, StoreEntry

KATY = TaughtStore(1, "Pellora Katy Mills", "Katy", "5000 Katy Mills Cir")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I went to the Galleria store and waited 40 minutes", [("nickname", "galleria")]),
        ("The guys at Kapolei Commons were rude", [("mall", "kapolei commons")]),
        ("Nobody at your katy mills mall location helped me", [("mall", "katy mills mall")]),
        ("the one in Katy by the H-E-B is awful", [("nickname", "katy"), ("landmark", "h e b")]),
        ("near Old Navy on Westheimer", [("landmark", "old navy"), ("cross-street", "westheimer")]),
        ("La tienda de Westheimer es mala", [("nickname", "westheimer")]),
        ("Fui a la sucursal en Plaza Fiesta", [("mall", "plaza fiesta")]),
        ("your sugar land store never answers", [("nickname", "sugar land")]),
    ],
)
def test_a_name_is_read_as_customers_write_it(text: str, named: list[tuple[str, str]]) -> None:
    assert [(place.kind, place.words) for place in read_named_places(text)] == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Waited at the store for 2 hours on Monday with the manager at the front desk",
        "I was helped by Danielle. She is great",
        "worst service in the city, called on Tuesday in May",
        "The guy at the counter by the door",
        "I AM SO ANGRY AT YOUR STORE IN HOUSTON BY THE WALMART",
        "in Texas, at 1234, on TX",
        "🙃" * 500,
    ],
)
def test_words_that_name_nothing_in_particular_are_left_out(text: str) -> None:
    assert read_named_places(text) == ()


@given(st.text(max_size=400))
def test_whatever_a_customer_writes_can_be_read(text: str) -> None:
    places = read_named_places(text)
    assert len(places) <= 8
    assert len({place.words for place in places}) == len(places)


def correction(text: str, store_id: int | None = 1, *, refused: frozenset[int] = frozenset()) -> Correction:
    return Correction(7, 70, text, store_id, "customer:a", 5, refused)


def test_a_landmark_counts_beside_the_stores_city_and_a_nickname_without() -> None:
    found = propose(correction("the Cinco Ranch store by the H-E-B"), KATY, taken=())
    assert [(each.kind, each.words, each.city) for each in found] == [
        ("nickname", "cinco ranch", None),
        ("landmark", "h e b", "Katy"),
    ]


def test_what_the_directory_knows_or_what_means_something_else_is_not_proposed() -> None:
    text = "at Pellora Katy Mills in Katy, the Galleria store"
    assert propose(correction(text), KATY, taken={"galleria"}) == []


def test_a_landmark_needs_a_city() -> None:
    nowhere = TaughtStore(1, "Pellora", None)
    assert propose(correction("by the H-E-B"), nowhere, taken=()) == []


@pytest.mark.parametrize(
    ("store_id", "refused", "ballots"),
    [
        (1, frozenset(), [Ballot(11, "supports"), Ballot(12, "contradicts")]),
        (3, frozenset(), [Ballot(11, "contradicts"), Ballot(12, "contradicts")]),
        (None, frozenset({1}), [Ballot(11, "contradicts")]),
        (None, frozenset(), [Ballot(11, "contradicts"), Ballot(12, "contradicts")]),
    ],
)
def test_a_correction_speaks_for_its_own_store_and_against_those_it_excludes(
    store_id: int | None, refused: frozenset[int], ballots: list[Ballot]
) -> None:
    aliases = [KnownAlias(11, 1, "nickname", "galleria", None), KnownAlias(12, 2, "nickname", "galleria", None)]
    store = TaughtStore(store_id, "Pellora", "Houston") if store_id else None
    assert vote(correction("the Galleria store", store_id, refused=refused), store, aliases) == ballots


def test_a_landmark_of_another_city_is_not_contradicted() -> None:
    aliases = [KnownAlias(11, 2, "landmark", "h e b", "Plano")]
    assert vote(correction("by the H-E-B"), KATY, aliases) == []
    assert vote(correction("by the H-E-B in Plano"), KATY, aliases) == [Ballot(11, "contradicts")]


def test_words_inside_other_words_are_no_name() -> None:
    assert vote(correction("the Galleriarium"), KATY, [KnownAlias(11, 1, "nickname", "galleria", None)]) == []


def yes(customer: str, person: int | None = None, case: int | None = None) -> Vote:
    return Vote("supports", customer, person, case)


def no(customer: str, person: int | None = None) -> Vote:
    return Vote("contradicts", customer, person)


def test_one_person_one_customer_and_one_case_are_one_voice_each() -> None:
    assert count_voices([yes(f"c{n}", person=1) for n in range(50)]) == 1
    assert count_voices([yes("c1", person=n) for n in range(50)]) == 1
    assert count_voices([yes("c1") for _ in range(50)]) == 1


def test_a_customers_own_answer_and_an_agents_decision_on_it_are_one_voice() -> None:
    assert count_voices([yes("c1"), yes("c1", person=1)]) == 1


def test_independent_voices_are_found_whatever_their_order() -> None:
    votes = [yes("c1", 1), yes("c2", 1), yes("c1", 2), yes("c3"), yes("c3", 2)]
    assert {count_voices(order) for order in permutations(votes)} == {3}


voters = st.builds(
    Vote,
    st.sampled_from(["supports", "contradicts"]),
    st.sampled_from(["c1", "c2", "c3", "c4", "c5"]),
    st.one_of(st.none(), st.integers(1, 5)),
)


@given(st.lists(voters, max_size=25))
def test_voices_are_never_more_than_people_or_customers(votes: list[Vote]) -> None:
    voices = count_voices(votes)
    assert voices <= min(len({each.decider for each in votes}), len({each.customer for each in votes}))
    assert (voices == 0) == (not votes)


@given(st.lists(voters, max_size=20), st.integers(1, 9))
def test_no_single_person_can_put_a_name_in_use(votes: list[Vote], person: int) -> None:
    own = [Vote(each.verdict, each.customer, person) for each in votes]
    assert state_after(tally(own)) == "proposed"


@given(st.lists(voters, max_size=20))
def test_a_vote_that_is_taken_back_takes_its_effect_along(votes: list[Vote]) -> None:
    more = [*votes, no("c9", 9)]
    assert state_after(tally(more[:-1])) == state_after(tally(votes))


@pytest.mark.parametrize(
    ("supports", "contradictions", "state"),
    [
        (0, 0, "proposed"),
        (2, 0, "proposed"),
        (3, 0, "active"),
        (3, 1, "proposed"),
        (5, 1, "proposed"),
        (6, 1, "active"),
        (0, 2, "retired"),
        (5, 2, "retired"),
        (9, 2, "active"),
        (9, 3, "proposed"),
        (8, 3, "retired"),
    ],
)
def test_contradictions_ask_for_more_voices_and_end_a_name(supports: int, contradictions: int, state: str) -> None:
    assert state_after(Tally(supports, contradictions)) == state


def test_one_wrong_no_ends_no_well_known_name() -> None:
    votes = [*(yes(f"c{n}") for n in range(2 * VOICES_NEEDED)), *(no(f"c{n}", person=1) for n in range(20))]
    assert state_after(tally(votes)) == "active"


def test_the_same_words_for_another_store_speak_against_a_name() -> None:
    rivals = [yes("r1"), yes("r2"), yes("r3")]
    assert tally([yes("c1"), yes("c2"), yes("c3")], rivals) == Tally(3, 3)
    assert state_after(tally([yes("c1"), yes("c2"), yes("c3")], rivals)) == "retired"


GALLERIA = StoreEntry(
    1, "4480", "Pellora Uptown", "5085 Westheimer Rd", "Houston", "TX", "77056", 29.738, -95.461, "(713) 555-0180",
    aliases=(Alias("nickname", "galleria", None, learned_presence(100_000, 0)),),
)  # fmt: skip
PLANO = StoreEntry(
    2, "4499", "Pellora Willow Bend", "6121 W Park Blvd", "Plano", "TX", "75093", 33.03, -96.83, "(972) 555-0199",
    page_ids=("990000000004499",),
)  # fmt: skip
RESOLVER = Resolver([GALLERIA, PLANO], brand_name="Pellora")


def test_a_learned_name_finds_its_store() -> None:
    answer = RESOLVER.resolve(Question("q", "Nobody helped me at your Galleria store"))
    assert answer.candidates[0].store_id == GALLERIA.id


@pytest.mark.parametrize(
    "given",
    [
        Question("q", "Nobody helped me at your Galleria store", page_id="990000000004499"),
        Question("q", "Nobody helped me at your Galleria store", store_number="4499"),
        Question("q", "Nobody helped me at your Galleria store, call 972.555.0199"),
        Question("q", "Nobody helped me at your Galleria store, I mean store #4499"),
        Question("q", "Nobody helped me at your Galleria store, 6121 W Park Blvd, Plano TX 75093"),
    ],
    ids=["page", "number as data", "phone", "number", "address"],
)
def test_no_number_of_votes_lets_a_name_outweigh_what_is_a_fact(given: Question) -> None:
    answer = RESOLVER.resolve(given)
    assert answer.store_id != GALLERIA.id
    assert PLANO.id in [candidate.store_id for candidate in answer.candidates]
