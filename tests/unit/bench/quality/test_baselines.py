import pytest

from localcare.bench.quality.baselines import baselines_of
from localcare.bench.quality.directories import Directory
from tests.unit.bench.quality.made import store

DIRECTORY = Directory(
    "mcdonalds",
    "McDonald's",
    (
        store("1", "10 Oak St", "Katy"),
        store("2", "20 Burnet Rd", "Austin"),
        store("3", "30 Lamar Blvd", "Austin"),
        store("4", "40 Elm St", "Katy", "MO"),
        store("5", "50 Ash St", "Katy", "MO"),
    ),
)


@pytest.mark.parametrize(
    ("baseline", "text", "number"),
    [
        ("exact_city", "the one in Katy, TX is slow", "1"),
        ("exact_city", "the one in Katy is slow", None),
        ("exact_city", "the one in Austin is slow", None),
        ("largest_town", "the one in Katy is slow", "4"),
        ("largest_town", "slow", None),
        ("nearest_text", "30 lamar blvd austin tx", "3"),
        ("nearest_text", "nothing alike", None),
    ],
)
def test_simple_guesses_are_as_simple_as_their_names(baseline: str, text: str, number: str | None) -> None:
    assert baselines_of(DIRECTORY)[baseline](text)[0] == number
