"""What is known of the author: earlier stores, the answer to "which store?", a home; hints, never answers alone."""

from datetime import UTC, datetime, timedelta

import pytest

from localcare.stores.core.resolve import Answer, Question, Resolver
from localcare.stores.core.values import EarlierStore, StoreEntry
from tests.unit.stores.sample import sample_entries, sample_resolver

NOW = datetime(2026, 5, 4, tzinfo=UTC)
BY_NUMBER = {entry.number: entry.id for entry in sample_entries()}
AUSTIN = BY_NUMBER["11853"]
KATY = tuple(BY_NUMBER[number] for number in ("32631", "34885", "35856", "33124"))


def ask(text: str, **facts: object) -> Answer:
    return sample_resolver().resolve(Question("q", text=text, created_at=NOW, **facts))  # type: ignore[arg-type]


def earlier(times: int = 2, days: int = 5) -> tuple[EarlierStore, ...]:
    return (EarlierStore(AUSTIN, times, NOW - timedelta(days=days)),)


def test_an_earlier_store_alone_is_offered_and_never_chosen() -> None:
    answer = ask("cold fries again", earlier=earlier(times=9))
    assert (answer.status, answer.candidates[0].store_id) == ("ambiguous", AUSTIN)
    assert answer.candidates[0].evidence[0].detail == "its author wrote 9 times before about store 11853"


def test_an_earlier_store_comes_first_among_those_of_its_town() -> None:
    assert ask("the McDonald's in Austin, cold fries", earlier=earlier()).candidates[0].store_id == AUSTIN


def test_an_earlier_store_gives_way_to_another_towns() -> None:
    assert ask("the Fern Park location is dirty", earlier=earlier()).store_id == BY_NUMBER["11266"]


def test_a_home_town_alone_names_no_store() -> None:
    assert ask("bad fries", home="Fern Park, FL").status == "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cinco Ranch", "34885"),
        ("the one on Fry", "33124"),
        ("the second one", "34885"),
        ("2", "34885"),
        ("35856", "35856"),
        ("Westheimer please", "32631"),
    ],
)
def test_the_answer_to_which_store_is_read_among_those_asked_about(text: str, expected: str) -> None:
    answer = ask(text, asked_among=KATY)
    assert answer.store_id == BY_NUMBER[expected], answer
    assert answer.candidates[0].evidence[0].kind == "asked"


@pytest.mark.parametrize("text", ["Katy", "yes", "none of them", "I forgot", ""])
def test_an_answer_that_does_not_choose_is_not_taken_for_one(text: str) -> None:
    assert ask(text, asked_among=KATY).store_id is None


def test_ids_that_are_no_store_any_more_are_passed_over() -> None:
    gone = (EarlierStore(99_999, 1, NOW),)
    answer = Resolver([StoreEntry(1, "1")]).resolve(
        Question("q", text="the one on 5th", earlier=gone, asked_among=(7, 8))
    )
    assert answer.status == "none"
