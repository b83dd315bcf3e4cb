import pytest

from localcare.bench.quality.truth import Known
from tests.unit.bench.quality.made import store

KATY, OTHER_KATY, AUSTIN, SPRINGFIELD, ELSEWHERE = range(5)
KNOWN = Known(
    [
        store("1", "10 W Main St", "Katy", phone="+12815550100", name="Mason Crossing"),
        store("2", "20 Oak Ave", "Katy", name="W*M Katy"),
        store("3", "30 Main St", "Austin", name="Domain"),
        store("4", "40 Elm St", "Springfield", "IL"),
        store("5", "50 Elm St", "Springfield", "MO"),
    ]
)
WORDS = [{"city": city} for city in ("Katy", "Katy", "Austin", "Springfield", "Springfield")]


@pytest.mark.parametrize(
    ("at", "slots", "meant"),
    [
        (KATY, ["brand", "city"], {KATY, OTHER_KATY}),
        (KATY, ["landmark", "city"], {KATY, OTHER_KATY}),
        (KATY, ["city", "street"], {KATY}),
        (KATY, ["street"], {KATY, AUSTIN}),
        (SPRINGFIELD, ["city"], {SPRINGFIELD, ELSEWHERE}),
        (SPRINGFIELD, ["city", "st"], {SPRINGFIELD}),
        (AUSTIN, ["city", "thing"], {AUSTIN}),
        (OTHER_KATY, ["host", "city"], {OTHER_KATY}),
        (KATY, ["phone_dots"], {KATY}),
        (KATY, ["thing", "day"], {0, 1, 2, 3, 4}),
    ],
)
def test_every_fact_told_narrows_the_directory_and_a_landmark_does_not(
    at: int, slots: list[str], meant: set[int]
) -> None:
    assert KNOWN.meant_by(at, slots, WORDS[at]) == meant


def test_a_name_may_also_be_a_town_or_a_road() -> None:
    known = Known([store("1", "1 Oak St", "Austin", name="Montclair"), store("2", "2 Elm St", "Montclair")])
    assert known.meant_by(0, ["name"], {"name": "Montclair"}) == {0, 1}
    assert known.meant_by(0, ["name", "city"], {"name": "Montclair", "city": "Austin"}) == {0}


def test_a_town_without_its_state_may_be_a_store_of_that_name_elsewhere() -> None:
    known = Known([store("1", "1 Oak St", "Austin", name="Montclair Mall"), store("2", "2 Elm St", "Montclair")])
    assert known.meant_by(1, ["city"], {"city": "Montclair"}) == {0, 1}
    assert known.meant_by(1, ["city", "st"], {"city": "Montclair"}) == {1}


def test_the_other_road_of_a_corner_is_known_from_names_and_streets() -> None:
    known = Known(
        [
            store("1", "1 Kenwood Rd", "Blue Ash", "OH", name="KENWOOD & COOPER"),
            store("2", "900 Kenwood Rd", "Blue Ash", "OH"),
        ]
    )
    assert known.meant_by(0, ["road", "city"], {"city": "Blue Ash"}) == {0, 1}
    assert known.meant_by(0, ["road", "cross", "city"], {"city": "Blue Ash", "cross": "Cooper"}) == {0}
