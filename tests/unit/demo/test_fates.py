"""What becomes of cases in the demo's past, who writes when, and how stores differ."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from localcare.demo.brand import load_brand
from localcare.demo.corpus import load_corpus
from localcare.demo.customers import Customers
from localcare.demo.fates import Way, draw_fate
from localcare.demo.timetable import draw_moment

OPENED = datetime(2026, 11, 20, 15, tzinfo=UTC)
QUEUES = ("crisis", "which-store", "tier1:billing", "tier2:network", "tier3:account", "store:4460")


@given(st.sampled_from(QUEUES), st.floats(0, 1), st.integers(0, 10_000), st.integers(0, 24 * 60))
def test_nothing_is_done_before_the_case_is_there(queue: str, goodness: float, seed: int, minutes: int) -> None:
    opened = OPENED + timedelta(minutes=minutes)
    fate = draw_fate(random.Random(seed), queue, goodness=goodness, timezone="America/Los_Angeles", opened_at=opened)
    assert fate.at >= opened
    assert fate.claimed_at is None or opened <= fate.claimed_at <= fate.at


def test_stores_answer_while_they_are_open() -> None:
    rng = random.Random(1)
    zone = ZoneInfo("Pacific/Honolulu")
    fates = [
        draw_fate(rng, "store:1", goodness=0.8, timezone=zone.key, opened_at=OPENED + timedelta(hours=n % 24))
        for n in range(300)
    ]
    assert {fate.at.astimezone(zone).hour for fate in fates if fate.way is not Way.LEFT} <= set(range(9, 20))


def test_good_stores_answer_more_and_sooner_than_bad_ones() -> None:
    def answered(goodness: float) -> list[timedelta]:
        rng = random.Random(2)
        fates = [
            draw_fate(rng, "store:1", goodness=goodness, timezone="UTC", opened_at=OPENED - timedelta(hours=4))
            for _ in range(400)
        ]
        return sorted(fate.at - OPENED for fate in fates if fate.way in (Way.ANSWER, Way.NATIVE))

    good, bad = answered(0.9), answered(0.2)
    assert len(good) > 1.4 * len(bad)
    assert good[len(good) // 2] < bad[len(bad) // 2]


@given(st.integers(0, 10_000))
def test_moments_lie_where_they_should(seed: int) -> None:
    start = OPENED - timedelta(days=5)
    assert start <= draw_moment(random.Random(seed), start=start, end=OPENED, timezone="America/Chicago") < OPENED


def test_more_is_written_in_the_last_day_than_in_the_first() -> None:
    rng, start = random.Random(3), OPENED - timedelta(days=20)
    moments = [draw_moment(rng, start=start, end=OPENED, timezone="UTC") for _ in range(2_000)]
    first = sum(moment < start + timedelta(days=1) for moment in moments)
    last = sum(moment >= OPENED - timedelta(days=1) for moment in moments)
    assert last > 3 * first > 0


def test_what_is_said_of_a_store_follows_what_it_is_like() -> None:
    customers = Customers(load_brand(400), load_corpus(), random.Random(5))
    by_goodness = sorted(
        customers.brand.open_stores, key=lambda store: customers.characters[store.store_number].goodness
    )

    def share_of_complaints(stores: list) -> float:  # type: ignore[type-arg]
        said = [customers.speak(store=stores[n % len(stores)]).line.sentiment for n in range(800)]
        return said.count("negative") / (said.count("negative") + said.count("positive"))

    assert share_of_complaints(by_goodness[:20]) > 1.5 * share_of_complaints(by_goodness[-20:])


def test_nobody_says_nothing() -> None:
    customers = Customers(load_brand(50), load_corpus(), random.Random(6))
    sayings = [customers.speak() for _ in range(3_000)]
    assert all(saying.drawn.text.strip() or saying.drawn.photo for saying in sayings)
