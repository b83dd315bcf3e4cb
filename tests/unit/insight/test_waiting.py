"""Half of all customers: those who still wait are among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.insight.core.waiting import MedianWait, Wait, median_wait


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ((), MedianWait(None, 0, 0)),
        ((Wait(10, True),), MedianWait(10, 10, 1)),
        ((Wait(10, True), Wait(30, True), Wait(50, True)), MedianWait(30, 50, 3)),
        ((Wait(10, True), Wait(30, True, 2)), MedianWait(30, 30, 3)),
        ((Wait(10, True), Wait(500, False), Wait(600, False)), MedianWait(None, 600, 3)),
        ((Wait(10, False), Wait(30, True)), MedianWait(30, 30, 2)),
        ((Wait(5, False, 8), Wait(10, True), Wait(20, True)), MedianWait(10, 20, 10)),
        ((Wait(10, False), Wait(10, True)), MedianWait(10, 10, 2)),
    ],
)
def test_the_median_keeps_those_who_still_wait(waits: tuple[Wait, ...], expected: MedianWait) -> None:
    assert median_wait(waits) == expected


waits = st.lists(st.builds(Wait, st.integers(0, 1_000), st.booleans(), st.integers(1, 4)), max_size=30)


@given(waits)
def test_answering_one_more_customer_never_makes_the_median_longer(some: list[Wait]) -> None:
    answered = [Wait(wait.minutes, True, wait.count) for wait in some]
    before, after = median_wait(some).minutes, median_wait(answered).minutes
    assert before is None or (after is not None and after <= before)


@given(waits)
def test_the_order_and_the_grouping_of_waits_do_not_matter(some: list[Wait]) -> None:
    single = [Wait(wait.minutes, wait.answered) for wait in some for _ in range(wait.count)]
    assert median_wait(some) == median_wait(single[::-1])


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=31).filter(lambda items: len(items) % 2 == 1))
def test_with_everybody_answered_it_is_the_plain_median(minutes: list[int]) -> None:
    assert median_wait([Wait(each, True) for each in minutes]).minutes == sorted(minutes)[len(minutes) // 2]
