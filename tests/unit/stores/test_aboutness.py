"""What a text is about: wishes, rivals, orders and several stores are told from one store of ours, and not routed."""

import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.aboutness import load_aboutness, read_aboutness, write_aboutness
from localcare.stores.core.aboutness import LEVELS, NOTES, About, Verdict, cue_of
from localcare.stores.core.fitted import FITTED
from localcare.stores.core.resolve import Answer, Question, Resolver, StoreEntry
from localcare.stores.core.saying import PLACE, features_of, pattern_of

ENTRIES = [
    StoreEntry(1, "101", street="1621 Financial Dr", city="Katy", state="TX", zip="77494"),
    StoreEntry(2, "102", street="20 Harbor Rd", city="Kapolei", state="HI", zip="96707"),
    StoreEntry(3, "103", street="77 Mill Pond Rd", city="Waverly", state="TN", zip="37185"),
]
WISHES = [
    "if you ever open a Pellora on Financial Dr in Katy I will be first in line",
    "Please bring a Pellora to Katy, TX, the nearest one is an hour away",
    "When will the new Pellora on Financial Dr in Katy finally open?",
    "We really need a store on Financial Dr in Katy",
    "Ojalá abrieran un Pellora en Katy, TX",
]
VISITS = [
    "The manager at the Pellora on Financial Dr in Katy was rude to my wife",
    "Waited an hour at your Financial Dr store in Katy and nobody helped me",
    "If I could give the Financial Dr store in Katy zero stars I would, the manager was so rude",
    "Ordered online, picked up at the Financial Dr store in Katy, and it was the wrong phone",
]


@cache
def resolver() -> Resolver:
    return Resolver(ENTRIES, brand_name="Pellora Wireless", other_brands=["T-Mobile"], aboutness=load_aboutness())


def answer(text: str) -> Answer:
    return resolver().resolve(Question("", text))


def pattern(text: str) -> list[str]:
    reader = resolver().reader
    reading = reader.read(text)
    return [
        word.said for word in pattern_of(reading.text, reading.matches, reader.findings(reading)[0], reading.around)
    ]


@pytest.mark.parametrize("text", WISHES)
def test_a_wished_for_store_is_nobodys(text: str) -> None:
    assert answer(text).store_id is None


@pytest.mark.parametrize("text", VISITS)
def test_a_visit_is_told_from_a_wish_whatever_words_it_borrows(text: str) -> None:
    assert answer(text).store_id == 1


def test_what_speaks_against_a_store_is_said_in_words() -> None:
    assert set(NOTES) == set(About) - {About.STORE}
    assert NOTES[About.WISH] in answer(WISHES[0]).notes
    assert not set(NOTES.values()) & set(answer(VISITS[0]).notes)


def test_an_answer_to_our_own_question_is_not_judged() -> None:
    asked = Question("", "when will you open on Financial Dr in Katy", asked_among=(1, 2))
    assert not set(NOTES.values()) & set(resolver().resolve(asked).notes)


def test_a_number_or_phone_needs_no_model() -> None:
    assert answer("if store #101 would ever answer the phone").store_id == 1


def test_places_and_brands_become_slots() -> None:
    assert pattern("If you open a Pellora on Financial Dr in Katy, TX 77494!") == [
        "if",
        "you",
        "open",
        "a",
        "@us",
        "on",
        PLACE,
    ]
    assert pattern("Katy or Kapolei?") == [PLACE, "or", PLACE]
    assert pattern("great phones") == []


def test_two_places_are_together_or_apart() -> None:
    reader = resolver().reader

    def features(text: str) -> frozenset[str]:
        reading = reader.read(text)
        return features_of(
            pattern_of(reading.text, reading.matches, reader.findings(reading)[0], reading.around), reading.text
        )

    assert "=apart" in features("Katy store and Kapolei store")
    assert "=apart" not in features("Katy store, the Katy one")


def test_words_never_learned_are_names_or_rare_words() -> None:
    reading = resolver().reader.read("went to Zorbos in Katy")
    said = pattern_of(reading.text, reading.matches, resolver().reader.findings(reading)[0], reading.around)
    assert {"@Name", "@rare"} <= features_of(said, reading.text, frozenset(["to", "in"]))


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("the Katy store next to the T-Mobile", "@mark"),
        ("the store inside T-Mobile on the road, Katy", "@mark"),
        ("Katy, Pellora beats T-Mobile", "@them"),
    ],
)
def test_another_brand_is_the_subject_or_only_says_where(text: str, slot: str) -> None:
    assert {word for word in pattern(text) if word in ("@mark", "@them")} == {slot}


def test_a_rare_word_still_tells_by_its_ending_and_shares_its_stem() -> None:
    reading = resolver().reader.read("they were blarping in Katy and blarped me")
    said = pattern_of(reading.text, reading.matches, resolver().reader.findings(reading)[0], reading.around)
    assert {"@rare-ing", "@rare-ed", "~blarp"} <= features_of(said, reading.text, frozenset(["they", "were", "in"]))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_surer_text_never_gets_a_lower_factor(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert FITTED.factors[cue_of(low)] <= FITTED.factors[cue_of(high)]


def test_every_level_has_its_factor() -> None:
    assert set(FITTED.factors) == {cue_of(chance) for chance in (0.0, *LEVELS)}


@given(st.text(max_size=200))
def test_any_text_gets_a_chance_between_none_and_all(text: str) -> None:
    verdict = load_aboutness().verdict(text.split())
    assert isinstance(verdict, Verdict)
    assert 0 <= verdict.chance <= 1


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model, file = load_aboutness(), tmp_path / "model.npz"
    write_aboutness(model, file)
    again = read_aboutness(file.read_bytes())
    assert (again.kinds, again.features, again.words) == (model.kinds, model.features, model.words)
    assert (again.weights == model.weights).all()


def test_judging_is_quick() -> None:
    reading = resolver().reader.read(VISITS[0])
    found = resolver().reader.findings(reading)[0]
    model, began = load_aboutness(), time.process_time()
    for _ in range(300):
        model.verdict(
            features_of(pattern_of(reading.text, reading.matches, found, reading.around), reading.text, model.words)
        )
    assert (time.process_time() - began) / 300 < 0.001
