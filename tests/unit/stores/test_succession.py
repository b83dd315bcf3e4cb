"""A closed store says that it closed and when; who took over answers from that day on."""

from datetime import UTC, date, datetime

import pytest

from localcare.stores.core.resolve import Answer, Question, StoreEntry
from localcare.stores.core.succession import LastingResolver

CLOSED = StoreEntry(
    1, "100", street="11 Elm St", city="Katy", state="TX", zip="77494", phone="+17135550100", is_open=False,
    closed_on=date(2026, 6, 1), successor="200", timezone="America/Chicago", page_ids=("901",),
)  # fmt: skip
HEIR = StoreEntry(2, "200", street="9 Oak St", city="Fulshear", state="TX", zip="77441", other_numbers=("77-B",))
LAST_DAY = datetime(2026, 6, 1, 4, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)


def ask(*entries: StoreEntry, when: datetime | None = None, **facts: object) -> Answer:
    resolver = LastingResolver(entries or (CLOSED, HEIR), now=datetime(2026, 11, 1, tzinfo=UTC))
    return resolver.resolve(Question("q", created_at=when, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize("facts", [{"page_id": "901"}, {"store_number": "100"}, {"text": "store #100 was rude to me"}])
def test_until_its_last_day_the_store_itself_answers_and_then_the_one_that_took_over(facts: dict[str, object]) -> None:
    before, after = ask(when=LAST_DAY, **facts), ask(when=NEXT_DAY, **facts)
    assert before.store_id == 1
    assert "closed" not in {each.kind for each in before.candidates[0].evidence}
    assert (after.store_id, after.candidates[0].number, after.status) == (2, "200", before.status)
    assert after.candidates[0].evidence[-1].detail == "store 100 closed on June 1, 2026; store 200 has taken over"


def test_a_store_that_nobody_took_over_stays_the_answer_and_says_that_it_closed() -> None:
    lone = StoreEntry(1, "100", is_open=False, closed_on=date(2026, 6, 1), phone="+17135550100")
    answer = ask(lone, text="call (713) 555-0100, nobody answers")
    assert answer.store_id == 1
    assert answer.candidates[0].evidence[-1].detail == "store 100 closed on June 1, 2026; no store has taken over"


def test_a_chain_of_closed_stores_leads_to_the_one_that_was_open() -> None:
    heir = StoreEntry(2, "200", is_open=False, closed_on=date(2026, 9, 1), successor="300")
    last = StoreEntry(3, "300")
    assert ask(CLOSED, heir, last, store_number="100", when=datetime(2026, 7, 1, tzinfo=UTC)).store_id == 2
    assert ask(CLOSED, heir, last, store_number="100").store_id == 3


def test_a_circle_of_successors_or_one_that_does_not_exist_leaves_the_store_itself() -> None:
    circle = StoreEntry(2, "200", is_open=False, closed_on=date(2026, 5, 1), successor="100")
    assert ask(CLOSED, circle, store_number="100").store_id == 1
    assert ask(CLOSED, store_number="100").store_id == 1


def test_two_closed_stores_with_one_successor_are_one_candidate() -> None:
    other = StoreEntry(4, "400", is_open=False, closed_on=date(2026, 5, 1), successor="200", phone="+17135550100")
    answer = ask(CLOSED, HEIR, other, text="713-555-0100 does not answer, rude manager")
    assert [each.store_id for each in answer.candidates] == [2]


@pytest.mark.parametrize("number", ["77-B", "77-b"])
def test_the_number_of_a_merged_duplicate_finds_the_store_that_it_is(number: str) -> None:
    answer = ask(store_number=number)
    assert (answer.status, answer.store_id) == ("exact", 2)
    assert answer.candidates[0].evidence[0].detail == f"its data name store {number}, which is 200 now"


def test_a_text_with_a_merged_duplicates_number_finds_the_store_too() -> None:
    merged = StoreEntry(2, "200", city="Fulshear", state="TX", other_numbers=("7714",))
    answer = ask(merged, text="store #7714 was filthy")
    assert (answer.store_id, answer.candidates[0].evidence[0].detail) == (
        2,
        "the text names store number 7714, which is 200 now",
    )
